// A large sheet with bad rows through a real kb-server, beside the same good rows as JSONL.
//
//   sheet_bench [rows] [bad]        (default 100000 1000)
//
// Fails unless exactly the bad rows come back. Prints rows per second, the peak memory of the
// server and of kb-sheet-reader; quote ratios, not absolutes. Build with the release preset.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "nlohmann/json.hpp"
#include "tests/integration/world.h"
#include "tests/unit/sheets/bad_rows.h"

namespace hotline::bench {
namespace {

using integration::World;
using knowledge::sheets::MakeMixedSheet;
using knowledge::sheets::MixedSheet;
using knowledge::sheets::Table;

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << "FAILED: " << what << "\n";
  std::_Exit(1);
}

int64_t StatusMib(pid_t pid, const std::string& key) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  int64_t kib = 0;
  while (status >> word) {
    if (word == key && status >> kib) return kib / 1024;
  }
  return 0;
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string ReadFile(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

std::vector<std::string> Split(const std::string& text, const std::string& between) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(between, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + between.size();
  }
  return parts;
}

// The good rows as JSONL_SEED.
std::string Jsonl(const MixedSheet& sheet) {
  std::string lines;
  for (size_t i = 1; i < sheet.table.size(); ++i) {
    if (sheet.bad_rows.count(static_cast<int64_t>(i) + 1) > 0) continue;
    const auto& row = sheet.table[i];
    lines += nlohmann::json{{"id", row[0]},
                            {"category", row[1]},
                            {"question", row[2]},
                            {"answer", row[3]},
                            {"department", row[4]},
                            {"type", "guide"},
                            {"keywords", Split(row[6], "，")},
                            {"similar_questions", Split(row[7], "\n")},
                            {"region_code", row[8]}}
                 .dump() +
             "\n";
  }
  return lines;
}

struct Measured {
  double rows_per_second = 0;
  int64_t before_mib = 0;
  int64_t peak_mib = 0;
};

// One import into a fresh base.
Measured Import(const std::string& what, std::vector<std::string> arguments, int64_t created,
                int64_t refused) {
  World world;
  Measured measured;
  measured.before_mib = StatusMib(world.server().pid(), "VmRSS:");
  arguments.insert(arguments.begin(), "--json");
  const auto result = world.Kbctl(arguments);
  const auto totals = nlohmann::json::parse(result.output, nullptr, false);
  if (result.code != 0 || !totals.is_object()) Fail(what + ": " + result.errors);
  if (totals["created"] != created || totals["refused"] != refused) {
    Fail(what + ": " + result.output);
  }
  measured.rows_per_second = totals["rows"].get<double>() / totals["seconds"].get<double>();
  measured.peak_mib = StatusMib(world.server().pid(), "VmHWM:");
  std::cout << what << ": " << result.output << "  "
            << static_cast<int64_t>(measured.rows_per_second) << " rows/s, server "
            << measured.before_mib << " MiB before, peak " << measured.peak_mib
            << " MiB (it holds the base in memory to answer)" << std::endl;
  return measured;
}

void CheckRefused(const std::string& path, const MixedSheet& sheet) {
  const auto back = knowledge::sheets::ReadFileBytes(ReadFile(path));
  if (!back.ok()) Fail(back.status().ToString());
  const Table rows = knowledge::sheets::TextsOf(back->rows);
  if (rows.size() != sheet.bad_titles.size() + 1) Fail("rows back: " + std::to_string(rows.size()));
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i][2] != sheet.bad_titles[i - 1]) Fail("not a bad row: " + rows[i][2]);
    if (rows[i].back().empty()) Fail("no reason: " + rows[i][2]);
  }
  std::set<int> kinds;
  for (const auto& [row, kind] : sheet.bad_rows) kinds.insert(kind);
  std::cout << "  the file that came back holds exactly the " << rows.size() - 1 << " bad rows, of "
            << kinds.size() << " kinds" << std::endl;
}

// kb-sheet-reader alone, and the smallest of some limits of its address space (programs and
// libraries included) that it can do with. Its own peak cannot be asked for: that of a spawned
// process counts its parent's.
void ReadAlone(const std::string& what, const std::string& bytes) {
  for (const int memory_mib : {48, 64, 96, 128, 192, 256, 384, 512}) {
    const auto start = std::chrono::steady_clock::now();
    const auto result = knowledge::sheets::ReadFileBytes(bytes, {.memory_mib = memory_mib});
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!result.ok()) continue;
    std::cout << what << " read alone: " << result->rows.size() << " rows, " << bytes.size() / 1024
              << " KiB, " << seconds << " s, within " << memory_mib << " MiB of address space"
              << std::endl;
    return;
  }
  Fail(what + " cannot be read");
}

int Run(int64_t rows, int64_t bad) {
  const MixedSheet sheet = MakeMixedSheet(rows, bad);
  const testing::TempDir dir;
  const std::string xlsx = knowledge::sheets::XlsxOf(sheet.table);
  const std::string csv = knowledge::sheets::CsvOf(sheet.table);
  ReadAlone("XLSX", xlsx);
  ReadAlone("CSV", csv);
  WriteFile(dir.Join("a.xlsx"), xlsx);
  WriteFile(dir.Join("a.csv"), csv);
  WriteFile(dir.Join("a.jsonl"), Jsonl(sheet));
  const Measured json =
      Import("JSONL", {"import", "--publish", dir.Join("a.jsonl")}, rows - bad, 0);
  for (const std::string format : {"xlsx", "csv"}) {
    const std::string refused = dir.Join("refused." + format);
    const Measured measured =
        Import(format, {"import-sheet", "--publish", "--refused", refused, dir.Join("a." + format)},
               rows - bad, bad);
    CheckRefused(refused, sheet);
    std::cout << "  " << format << " : JSONL = " << measured.rows_per_second / json.rows_per_second
              << " in rows per second, " << measured.peak_mib - json.peak_mib
              << " MiB more at the peak" << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  return hotline::bench::Run(argc > 1 ? std::atoll(argv[1]) : 100'000,
                             argc > 2 ? std::atoll(argv[2]) : 1'000);
}
