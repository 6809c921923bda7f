// The gates over the seed base: how long a check takes, what a base takes in memory, and what the
// gates for duplicates and contradictions find.
//
//   gates_bench                        latency of CheckContent against the full and an empty base
//   gates_bench --as-faq               the same with every row made a FAQ: nothing is left out
//   gates_bench --scan                 duplicates and contradictions of the whole base, counted
//   gates_bench --scan --samples 50    … with samples to read, drawn with --seed
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/knowledge/checks/base_state.h"
#include "services/knowledge/checks/content_check.h"
#include "services/knowledge/checks/same_matter.h"
#include "services/knowledge/import_row.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using knowledge::ImportRow;
using knowledge::v1::Finding;
namespace checks = knowledge::checks;
using Clock = std::chrono::steady_clock;

struct Arguments {
  bool scan = false;
  bool as_faq = false;
  size_t samples = 0;
  unsigned seed = 1;
};

double MsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double ResidentMib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}

std::vector<ImportRow> ReadRows(bool as_faq) {
  std::vector<ImportRow> rows;
  for (const std::string& line : ReadLines(DataDir() + "/kb_seed.jsonl.zst")) {
    ImportRow row;
    std::string id;
    if (!knowledge::ReadSeedRow(line, "kb_seed", &row, &id).ok()) continue;
    if (as_faq) row.content.set_kind(knowledge::v1::FAQ);
    rows.push_back(std::move(row));
  }
  return rows;
}

checks::BaseState StateOf(const std::vector<ImportRow>& rows) {
  checks::BaseState state;
  for (const ImportRow& row : rows) {
    checks::PreparedEntry entry{.name = row.entry_name, .standing = {.online = true}};
    entry.text = checks::IndexedText::Of(row.entry_name, row.content, true);
    state.Apply(std::move(entry));
  }
  return state;
}

struct Latency {
  double p50 = 0;
  double p99 = 0;
  double max = 0;
};

Latency Measure(const checks::BaseState& state, const std::vector<const ImportRow*>& texts) {
  std::vector<double> times;
  for (const ImportRow* row : texts) {
    const auto start = Clock::now();
    const auto response = checks::CheckText(state, row->content, row->entry_name);
    times.push_back(MsSince(start));
    if (response.fits().empty()) std::abort();
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100], times.back()};
}

void Print(const char* what, const Latency& latency) {
  std::printf("%-34s p50 %8.3f ms   p99 %8.3f ms   max %8.3f ms\n", what, latency.p50, latency.p99,
              latency.max);
}

// Texts of all kinds, and the same with as many similar questions as Fujian's entries have, and
// with the most that the contract allows.
void MeasureChecks(const std::vector<ImportRow>& rows, const checks::BaseState& state) {
  std::mt19937 random(7);
  std::map<int, std::vector<const ImportRow*>> by_kind;
  for (const ImportRow& row : rows) by_kind[row.content.kind()].push_back(&row);
  std::vector<const ImportRow*> texts;
  constexpr size_t kOfEachKind = 1'000;
  for (auto& [kind, members] : by_kind) {
    std::shuffle(members.begin(), members.end(), random);
    members.resize(std::min(members.size(), kOfEachKind));
    texts.insert(texts.end(), members.begin(), members.end());
  }
  std::vector<ImportRow> many;
  for (size_t i = 0; i < 100; ++i) {
    ImportRow row = *texts[i * texts.size() / 100];
    row.content.clear_similar_questions();
    for (size_t n = 0; n < 200; ++n) {
      row.content.add_similar_questions(rows[random() % rows.size()].content.question());
    }
    many.push_back(std::move(row));
  }
  std::vector<const ImportRow*> widest;
  for (const ImportRow& row : many) widest.push_back(&row);
  const checks::BaseState empty;
  const Latency none = Measure(empty, texts);
  const Latency full = Measure(state, texts);
  Print("empty base", none);
  Print("full base", full);
  std::printf("ratio to the empty base: p50 %.1f, p99 %.1f\n", full.p50 / none.p50,
              full.p99 / none.p99);
  Print("full base, 200 similar questions", Measure(state, widest));
}

struct Found {
  const ImportRow* row = nullptr;
  Finding finding;
};

// A pair is found from both sides; it is counted once.
std::string PairOf(const Found& found) {
  const std::string& a = found.row->entry_name;
  const std::string& b = found.finding.related(0);
  return a < b ? a + "\n" + b : b + "\n" + a;
}

void PrintSamples(const std::vector<Found>& found, const Arguments& arguments,
                  const std::map<std::string, const ImportRow*>& by_name) {
  std::vector<const Found*> order;
  for (const Found& one : found) order.push_back(&one);
  std::mt19937 random(arguments.seed);
  std::shuffle(order.begin(), order.end(), random);
  order.resize(std::min(order.size(), arguments.samples));
  int number = 0;
  for (const Found* one : order) {
    const ImportRow& other = *by_name.at(one->finding.related(0));
    std::cout << ++number << ". " << Finding::Severity_Name(one->finding.severity()) << " "
              << one->finding.likeness() << " " << one->row->content.region() << "/"
              << other.content.region() << "\n   " << one->row->entry_name << "  "
              << one->row->content.question() << "\n   " << other.entry_name << "  "
              << other.content.question() << "\n   " << one->finding.message() << "\n";
  }
}

void Scan(const std::vector<ImportRow>& rows, const checks::BaseState& state,
          const Arguments& arguments) {
  std::map<std::string, const ImportRow*> by_name;
  for (const ImportRow& row : rows) by_name[row.entry_name] = &row;
  std::map<int, std::vector<Found>> found;
  std::map<int, std::set<std::string>> pairs;
  std::map<std::pair<int, int>, size_t> severities;
  const auto start = Clock::now();
  for (const ImportRow& row : rows) {
    std::vector<Finding> findings;
    checks::CheckSameMatter(
        {.index = state.index(), .content = row.content, .name = row.entry_name}, &findings);
    for (Finding& finding : findings) {
      Found one{&row, std::move(finding)};
      const int fault = one.finding.fault();
      const std::string pair = PairOf(one);
      if (!pairs[fault].insert(pair).second) continue;
      ++severities[{fault, one.finding.severity()}];
      found[fault].push_back(std::move(one));
    }
  }
  const double ms = MsSince(start);
  std::printf("scanned %zu texts in %.1f s, %.3f ms each\n", rows.size(), ms / 1000,
              ms / static_cast<double>(rows.size()));
  for (const auto& [fault, all] : found) {
    std::printf("%s: %zu pairs (%zu need a reason, %zu are told)\n",
                Finding::Fault_Name(static_cast<Finding::Fault>(fault)).c_str(), all.size(),
                severities[{fault, Finding::NEEDS_REASON}], severities[{fault, Finding::WARNING}]);
    std::fflush(stdout);
    PrintSamples(all, arguments, by_name);
  }
}

int Run(const Arguments& arguments) {
  const std::vector<ImportRow> rows = ReadRows(arguments.as_faq);
  if (rows.empty()) {
    std::cerr << "no data at " << DataDir() << "\n";
    return 1;
  }
  const double before = ResidentMib();
  const auto start = Clock::now();
  const checks::BaseState state = StateOf(rows);
  const double built_ms = MsSince(start);
  const double mib = ResidentMib() - before;
  std::printf(
      "%zu texts indexed in %.1f s; resident memory +%.0f MiB = %.0f bytes each "
      "(index by itself: %.0f MiB)\n",
      state.index().size(), built_ms / 1000, mib,
      mib * 1024 * 1024 / static_cast<double>(state.index().size()),
      static_cast<double>(state.index().memory_bytes()) / 1024 / 1024);
  if (arguments.scan) {
    Scan(rows, state, arguments);
  } else {
    MeasureChecks(rows, state);
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  hotline::bench::Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--scan") arguments.scan = true;
    if (word == "--as-faq") arguments.as_faq = true;
    if (word == "--samples" && i + 1 < argc)
      arguments.samples = std::strtoul(argv[++i], nullptr, 10);
    if (word == "--seed" && i + 1 < argc) {
      arguments.seed = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    }
  }
  return hotline::bench::Run(arguments);
}
