// Ours and other search engines side by side: the same rows, the same queries, in one run.
//
//   peers_bench [--rows N] [--queries N] [--seconds S] [--peers NAME …] [--sets NAME …]
//               [--no-speed] [--no-quality]
//
//   --rows      size of the base that speed is measured on; more than the seed base has: grown by
//               EntryMaker (default 155595)
//   --queries   of each set for quality (default 1000)
//   --seconds   of each measurement of speed: slow engines get a sample of the queries (default 20)
//
// Each engine works in a process of its own, forked from this one, so that its memory and processor
// time can be told; nothing is left behind. docs/benchmarks.md has figures.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <set>
#include <thread>
#include <unordered_set>

#include <sys/wait.h>
#include <unistd.h>

#include "CLI/CLI.hpp"
#include "nlohmann/json.hpp"
#include "tests/bench/entry_maker.h"
#include "tests/bench/entry_random.h"
#include "tests/bench/peers/peer.h"
#include "tests/bench/peers/usage.h"
#include "tests/bench/search_data.h"
#include "tests/eval/measures.h"
#include "tests/testing/temp_dir.h"

namespace hotline::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kDepth = 10;
constexpr size_t kQueryMax = 1000;  // characters, as Search takes them
constexpr char kSeed[] = "kb_seed.jsonl.zst";
constexpr size_t kSeedRows = 155'595;

struct Arguments {
  size_t rows = kSeedRows;
  size_t queries = 1000;
  double seconds = 20;
  std::vector<std::string> peers;
  std::vector<std::string> sets;
  bool no_speed = false;
  bool no_quality = false;
};

struct QuerySet {
  std::string name;
  std::string judgments;  // below eval/
};

struct Collection {
  std::string corpus;    // below data/
  std::string only_ids;  // below data/; empty = all rows
  std::vector<QuerySet> sets;
};

std::vector<Collection> Collections() {
  return {
      {kSeed,
       "",
       {{"gov_case", "gov_case/eval_dev.tsv"},
        {"gov_case_long", "gov_case/eval_dev_long.tsv"},
        {"gov_guide_short", "gov_guide_short/eval_dev.tsv"},
        {"gov_demo_colloquial", "gov_demo_colloquial/eval_dev.tsv"}}},
      {kSeed, "eval/law_stard/corpus_ids_national.txt", {{"law_stard", "law_stard/eval_dev.tsv"}}},
      {"eval/faq_zhidao/corpus.jsonl",
       "",
       {{"faq_zhidao", "faq_zhidao/eval_dev.tsv"},
        {"faq_zhidao_gov", "faq_zhidao/eval_dev_gov.tsv"}}},
      {"eval/faq_covid/corpus.jsonl", "", {{"faq_covid", "faq_covid/eval_dev.tsv"}}},
      {"eval/faq_bank/corpus_small.jsonl", "", {{"faq_bank_small", "faq_bank/eval_dev_small.tsv"}}},
      {"eval/faq_antfin/corpus_small.jsonl",
       "",
       {{"faq_antfin_small", "faq_antfin/eval_dev_small.tsv"}}},
      {"eval/faq_med/corpus_small.jsonl", "", {{"faq_med_small", "faq_med/eval_dev_small.tsv"}}},
      {"eval/ncp_doc/corpus.jsonl", "", {{"ncp_doc", "ncp_doc/eval_dev.tsv"}}},
      {"eval/legalqa_answer/corpus.jsonl", "", {{"legalqa_answer", "legalqa_answer/eval_dev.tsv"}}},
      {"eval/gov_alias_synthetic/corpus.jsonl",
       "",
       {{"gov_alias_synthetic", "gov_alias_synthetic/eval_dev.tsv"}}},
      {"eval/search_qbqtc/corpus.jsonl", "", {{"search_qbqtc", "search_qbqtc/eval_dev.tsv"}}}};
}

std::vector<std::string> PeerNames() {
  return {"koujing",      "koujing_rpc", "xapian_pairs", "xapian_weighted",
          "fts5_trigram", "fts5_pairs",  "groonga_or",   "pg_trgm"};
}

std::unique_ptr<Peer> MakePeer(const std::string& name, const std::string& corpus) {
  if (name == "koujing") return MakeKoujing();
  if (name == "koujing_rpc") return MakeKoujingRpc(corpus);
  if (name == "xapian_pairs") return MakeXapian(false);
  if (name == "xapian_weighted") return MakeXapian(true);
  if (name == "fts5_trigram") return MakeFts5(true);
  if (name == "fts5_pairs") return MakeFts5(false);
  if (name == "groonga_or") return MakeGroonga();
  if (name == "pg_trgm") return MakePostgres();
  Fail("no engine of the name " + name);
}

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool Wanted(const std::vector<std::string>& wanted, const std::string& name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

std::string Cut(const std::string& query) {
  std::u32string points;
  size_t at = 0;
  for (size_t count = 0; at < query.size() && count < kQueryMax; ++count) {
    ++at;
    while (at < query.size() && (static_cast<unsigned char>(query[at]) & 0xC0U) == 0x80U) ++at;
  }
  return query.substr(0, at);
}

// 0 to count - 1 in a fixed order without any sense.
std::vector<size_t> Shuffled(size_t count) {
  std::vector<size_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = i;
  EntryRandom random(20240711, count);
  for (size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.Below(i)]);
  return order;
}

// An engine at work over some rows, in a process of its own.
class Workshop {
 public:
  Workshop(const std::string& name, const std::string& corpus, const std::vector<Row>& rows)
      : owner_(MakePeer(name, corpus)), peer_(*owner_) {
    memory_before_ = MemoryBytes({getpid()});
    const double cpu = CpuSeconds(Processes());
    const auto start = Clock::now();
    peer_.Build(rows, dir_.path());
    build_seconds_ = SecondsSince(start);
    build_cpu_ = CpuSeconds(Processes()) - cpu;
  }

  void PrintBuild(size_t rows) const {
    const auto n = static_cast<double>(rows);
    std::printf("%-16s rows=%zu build=%.1f s cpu=%.1f s (%.0f rows per cpu second) disk=%.0f MB\n",
                peer_.name().c_str(), rows, build_seconds_, build_cpu_, n / build_cpu_,
                static_cast<double>(DiskBytes(dir_.path())) / 1e6);
    std::fflush(stdout);
  }

  // One query after the other for `seconds` at most.
  void PrintLatency(const std::vector<std::string>& queries, double seconds) {
    const auto session = peer_.OpenSession();
    for (size_t i = 0; i < std::min<size_t>(queries.size(), 20); ++i) {
      session->Search(queries[queries.size() - 1 - i], kDepth);
    }
    std::vector<double> millis;
    const auto processes = Processes();
    const double cpu = CpuSeconds(processes);
    const auto start = Clock::now();
    for (const std::string& query : queries) {
      if (SecondsSince(start) > seconds) break;
      const auto begin = Clock::now();
      session->Search(query, kDepth);
      millis.push_back(SecondsSince(begin) * 1000);
    }
    const double used = CpuSeconds(processes) - cpu;
    std::printf("%-16s queries=%zu p50=%.2f ms p99=%.2f ms cpu=%.3f ms/query\n",
                peer_.name().c_str(), millis.size(), eval::Quantile(millis, 0.5),
                eval::Quantile(millis, 0.99), used * 1000 / static_cast<double>(millis.size()));
    std::fflush(stdout);
  }

  void PrintThroughput(const std::vector<std::string>& queries, double seconds, size_t threads) {
    std::atomic<size_t> next{0};
    // Opened before the measurement: an engine may start a process for each.
    std::vector<std::unique_ptr<PeerSession>> sessions;
    for (size_t i = 0; i < threads; ++i) sessions.push_back(peer_.OpenSession());
    std::vector<std::thread> team;
    const auto processes = Processes();
    const double cpu = CpuSeconds(processes);
    const auto start = Clock::now();
    for (size_t i = 0; i < threads; ++i) {
      team.emplace_back([&, session = sessions[i].get()] {
        while (SecondsSince(start) < seconds) {
          session->Search(queries[next++ % queries.size()], kDepth);
        }
      });
    }
    for (std::thread& one : team) one.join();
    const double wall = SecondsSince(start);
    const double used = CpuSeconds(processes) - cpu;
    const auto done = static_cast<double>(next.load());
    std::printf("%-16s threads=%zu %.0f queries/s, %.0f per cpu second\n", peer_.name().c_str(),
                threads, done / wall, done / used);
    std::fflush(stdout);
  }

  void PrintMemory() const {
    // Ours alone: what the rows read for the benchmark take was there before.
    int64_t bytes = 0;
    if (peer_.process() != 0) {
      bytes = MemoryBytes(FamilyOf(peer_.process()));
    } else {
      bytes = MemoryBytes({getpid()}) - memory_before_;
    }
    std::printf("%-16s memory=%.0f MB\n", peer_.name().c_str(), static_cast<double>(bytes) / 1e6);
    std::fflush(stdout);
  }

  void PrintQuality(const std::string& set, const std::vector<Row>& rows,
                    const std::vector<Judgment>& judgments, size_t limit, double seconds) {
    const auto session = peer_.OpenSession();
    std::vector<eval::Judged> judged;
    const auto start = Clock::now();
    // In an order that has nothing to do with the file's, the same for every engine: what a slow
    // one answers in its time is a sample of the whole, and the beginning of what the others
    // answered.
    for (const size_t i : Shuffled(judgments.size())) {
      if (judged.size() == limit || SecondsSince(start) > seconds) break;
      const std::set<std::string> relevant(judgments[i].relevant.begin(),
                                           judgments[i].relevant.end());
      std::vector<int> grades;
      for (const size_t row : session->Search(Cut(judgments[i].query), kDepth)) {
        grades.push_back(row < rows.size() && relevant.count(rows[row].id) > 0 ? 1 : 0);
      }
      judged.push_back(eval::Judge(grades, std::vector<int>(relevant.size(), 1), 1));
    }
    const eval::Summary sum = eval::Summarise(judged);
    // The ranks query by query: ratios.py compares engines over the queries that both answered.
    std::printf("%-20s %-16s %5zu  %.3f %.3f %.3f  %.3f %.3f  %.3f %s\n", set.c_str(),
                peer_.name().c_str(), sum.queries, sum.hit1, sum.hit3, sum.hit10, sum.mrr10,
                sum.ndcg10, sum.zero_rate, eval::RankString(judged).c_str());
    std::fflush(stdout);
  }

 private:
  std::vector<pid_t> Processes() const {
    std::vector<pid_t> processes = {getpid()};
    if (peer_.process() == 0) return processes;
    const auto family = FamilyOf(peer_.process());
    processes.insert(processes.end(), family.begin(), family.end());
    return processes;
  }

  testing::TempDir dir_;  // outlives the engine
  std::unique_ptr<Peer> owner_;
  Peer& peer_;
  int64_t memory_before_ = 0;
  double build_seconds_ = 0;
  double build_cpu_ = 0;
};

// Runs `work` in a child of this process and waits for its end.
void InChild(const std::string& what, const std::function<void()>& work) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) Fail("cannot fork");
  if (child == 0) {
    work();
    std::fflush(nullptr);
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::printf("%-16s failed (%s %d)\n", what.c_str(),
                WIFSIGNALED(status) ? "signal" : "exit code",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    std::fflush(stdout);
  }
}

std::vector<Row> RowsOf(const Collection& collection) {
  std::vector<Row> rows = ReadCorpus(DataDir() + "/" + collection.corpus);
  if (collection.only_ids.empty()) return rows;
  std::unordered_set<std::string> ids;
  for (const auto& id : ReadLines(DataDir() + "/" + collection.only_ids)) ids.insert(id);
  std::erase_if(rows, [&](const Row& row) { return ids.count(row.id) == 0; });
  return rows;
}

// Writes the rows as the import takes them, for the engine that is a service.
std::string CorpusFileOf(const Collection& collection, const testing::TempDir& dir) {
  if (collection.only_ids.empty()) return DataDir() + "/" + collection.corpus;
  std::unordered_set<std::string> ids;
  for (const auto& id : ReadLines(DataDir() + "/" + collection.only_ids)) ids.insert(id);
  const std::string path = dir.Join("corpus.jsonl");
  std::ofstream out(path);
  for (const auto& line : ReadLines(DataDir() + "/" + collection.corpus)) {
    const auto row = nlohmann::json::parse(line, nullptr, false);
    if (row.is_object() && ids.count(row.value("id", "")) > 0) out << line << "\n";
  }
  return path;
}

// Queries as people typed them, and for how long each measurement asks them.
struct SpeedRun {
  std::vector<std::string> queries;
  double seconds = 0;
};

SpeedRun ReadSpeedRun(const Arguments& arguments) {
  SpeedRun run{.queries = ReadLines(DataDir() + "/queries/mixed_query_log.txt"),
               .seconds = arguments.seconds};
  for (std::string& query : run.queries) query = Cut(query);
  return run;
}

void PrintSpeed(Workshop& workshop, const std::vector<Row>& rows, const SpeedRun& run) {
  workshop.PrintBuild(rows.size());
  workshop.PrintLatency(run.queries, run.seconds);
  workshop.PrintThroughput(run.queries, run.seconds / 2, 1);
  workshop.PrintThroughput(run.queries, run.seconds / 2, 2);
  workshop.PrintMemory();
}

void PrintText(const std::vector<Row>& rows, const SpeedRun& run) {
  size_t text = 0;
  for (const Row& row : rows) text += row.text_bytes;
  std::printf("speed: %zu rows, %.0f MB of text, %zu queries\n", rows.size(),
              static_cast<double>(text) / 1e6, run.queries.size());
}

// Quality of the sets wanted; when `speed` is given, speed over the same rows as well, so that they
// are indexed once.
void Measure(const Arguments& arguments, const Collection& collection, const SpeedRun* speed) {
  const auto wanted = [&](const QuerySet& set) {
    return !arguments.no_quality && Wanted(arguments.sets, set.name);
  };
  const bool any = std::any_of(collection.sets.begin(), collection.sets.end(), wanted);
  if (!any && speed == nullptr) return;
  const testing::TempDir dir;
  const std::vector<Row> rows = RowsOf(collection);
  const std::string file = CorpusFileOf(collection, dir);
  if (speed != nullptr) PrintText(rows, *speed);
  for (const std::string& name : PeerNames()) {
    if (!Wanted(arguments.peers, name)) continue;
    InChild(name, [&] {
      Workshop workshop(name, file, rows);
      for (const QuerySet& set : collection.sets) {
        if (!wanted(set)) continue;
        workshop.PrintQuality(set.name, rows, ReadJudgments(DataDir() + "/eval/" + set.judgments),
                              arguments.queries, 3 * arguments.seconds);
      }
      if (speed != nullptr) PrintSpeed(workshop, rows, *speed);
    });
  }
}

// Speed over a base of another size than the seed base.
void MeasureGrown(const Arguments& arguments, const SpeedRun& speed) {
  const testing::TempDir dir;
  const std::string file = dir.Join("rows.jsonl");
  std::vector<Row> rows;
  {
    const auto maker = EntryMaker::Open();
    if (maker == nullptr) Fail("no data in " + DataDir());
    rows.reserve(arguments.rows);
    std::ofstream out(file);
    for (size_t i = 0; i < arguments.rows; ++i) {
      const std::string line = maker->Make(i);
      out << line << "\n";
      rows.push_back(ParseRow(line, i));
    }
  }
  PrintText(rows, speed);
  for (const std::string& name : PeerNames()) {
    if (!Wanted(arguments.peers, name)) continue;
    InChild(name, [&] {
      Workshop workshop(name, file, rows);
      PrintSpeed(workshop, rows, speed);
    });
  }
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Ours and other search engines side by side.", "peers_bench"};
  app.add_option("--rows", arguments.rows, "rows that speed is measured on");
  app.add_option("--queries", arguments.queries, "queries of each set")->check(CLI::PositiveNumber);
  app.add_option("--seconds", arguments.seconds, "of each measurement")->check(CLI::PositiveNumber);
  app.add_option("--peers", arguments.peers, "only these engines")
      ->check(CLI::IsMember(PeerNames()));
  app.add_option("--sets", arguments.sets, "only these sets");
  app.add_flag("--no-speed", arguments.no_speed);
  app.add_flag("--no-quality", arguments.no_quality);
  CLI11_PARSE(app, argc, argv);
  if (ReadLines(DataDir() + "/queries/no_answer_queries.txt").empty()) {
    std::printf("skipped: no data in %s\n", DataDir().c_str());
    return 0;
  }
  const SpeedRun speed = ReadSpeedRun(arguments);
  const bool of_seed = arguments.rows == kSeedRows;
  std::printf("%-20s %-16s %5s  %5s %5s %5s  %5s %5s  %5s %s\n", "set", "engine", "n", "hit@1",
              "hit@3", "hit@10", "MRR", "nDCG", "zero", "ranks");
  for (const Collection& collection : Collections()) {
    const bool is_seed = collection.corpus == kSeed && collection.only_ids.empty();
    Measure(arguments, collection, is_seed && of_seed && !arguments.no_speed ? &speed : nullptr);
  }
  if (!arguments.no_speed && !of_seed) MeasureGrown(arguments, speed);
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
