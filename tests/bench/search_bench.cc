// Measures the search index on one thread over the seed knowledge base: build rate, memory, search
// and completion latency at growing sizes, the cost of a Change.
//
//   search_bench [rows …]      default: 10000 50000 155000
//
// Sizes below the whole are even samples, so that the mix of answers and statutes stays the same.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <time.h>

#include "proto/cc/text.h"
#include "services/index/index.h"
#include "services/index/pinyin_index.h"
#include "services/index/segment.h"
#include "services/text/fold.h"
#include "services/text/pinyin.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using index::IndexBatch;
using index::IndexSnapshot;
using index::IndexWriter;
using Clock = std::chrono::steady_clock;

constexpr size_t kQueries = 4000;
constexpr size_t kChanges = 2000;

double MillisSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Processor time of this thread: what others do on the machine does not count.
double CpuMillis() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

struct Latency {
  double p50 = 0;
  double p99 = 0;
  double max = 0;
  double mean = 0;
};

Latency LatencyOf(std::vector<double> millis) {
  if (millis.empty()) return {};
  std::sort(millis.begin(), millis.end());
  double sum = 0;
  for (const double one : millis) sum += one;
  return {millis[millis.size() / 2], millis[millis.size() * 99 / 100], millis.back(),
          sum / static_cast<double>(millis.size())};
}

void Print(const char* what, size_t rows, const Latency& l) {
  std::printf("rows=%zu %s p50=%.3f ms p99=%.3f ms max=%.3f ms mean=%.3f ms\n", rows, what, l.p50,
              l.p99, l.max, l.mean);
}

std::vector<std::string> Queries() {
  std::vector<std::string> queries = ReadLines(DataDir() + "/queries/mixed_query_log.txt");
  if (queries.size() > kQueries) queries.resize(kQueries);
  return queries;
}

Latency MeasureSearch(const IndexSnapshot& snapshot, const std::vector<std::string>& queries) {
  std::vector<double> millis;
  size_t found = 0;
  for (const std::string& query : queries) {
    const auto start = Clock::now();
    found += snapshot.Search(query, {.limit = 10}).size();
    millis.push_back(MillisSince(start));
  }
  if (found == 0) std::printf("nothing found\n");
  return LatencyOf(std::move(millis));
}

// What a query is typed as: `how` chooses Hanzi, full pinyin, initials, or half and half.
enum class Typing { kHanzi, kPinyin, kInitials, kMixed };

std::string Typed(std::string_view text, Typing how) {
  if (how == Typing::kHanzi) return std::string(text);
  std::u32string folded;
  text::Fold(text, 100, folded);
  std::vector<text::Reading> readings;
  text::Pinyin::Builtin().Read(folded, readings);
  std::string typed;
  for (size_t i = 0; i < folded.size(); ++i) {
    const std::string_view letters = text::Pinyin::Builtin().Letters(readings[i].syllable);
    if (letters.empty() || (how == Typing::kMixed && i < folded.size() / 2)) {
      typed += text::ToUtf8(std::u32string_view(folded).substr(i, 1));
    } else {
      typed += how == Typing::kPinyin ? letters : letters.substr(0, 1);
    }
  }
  return typed;
}

// Types the beginnings of the queries, one to eight characters. Time is that of the processor.
Latency MeasureSuggest(const IndexSnapshot& snapshot, const std::vector<std::string>& queries,
                       Typing how) {
  std::vector<double> millis;
  size_t found = 0;
  for (size_t i = 0; i < queries.size(); ++i) {
    const std::string typed = Typed(Prefix(queries[i], 1 + i % 8), how);
    const double start = CpuMillis();
    found += snapshot.Suggest(typed, {.limit = 8}).size();
    millis.push_back(CpuMillis() - start);
  }
  if (found == 0) std::printf("nothing completed\n");
  return LatencyOf(std::move(millis));
}

// What the lists of initials cost beside the rest of a segment.
void MeasureSounds(const IndexSnapshot& snapshot) {
  size_t bytes = 0;
  size_t wordings = 0;
  const double start = CpuMillis();
  for (const auto& view : snapshot.views()) {
    bytes += index::PinyinIndex(*view.segment).memory_bytes();
    wordings += view.segment->sorted_units().size();
  }
  std::printf("wordings=%zu sounds build=%.2f s memory=%.1f bytes/wording\n", wordings,
              (CpuMillis() - start) / 1000,
              static_cast<double>(bytes) / static_cast<double>(wordings));
}

// One Change after the other replaces one entry; merges are timed apart, as the follower runs them.
void MeasureChanges(IndexWriter& writer, const std::vector<Row>& rows) {
  std::vector<double> apply;
  std::vector<double> merge;
  size_t segments = 0;
  for (size_t i = 0; i < kChanges; ++i) {
    IndexBatch batch;
    batch.upserts.push_back(rows[i * 7919 % rows.size()].document);
    auto start = Clock::now();
    const auto snapshot = writer.Apply(batch);
    apply.push_back(MillisSince(start));
    segments = std::max(segments, snapshot->stats().segments);
    start = Clock::now();
    while (writer.MaybeMerge() != nullptr) {
    }
    merge.push_back(MillisSince(start));
  }
  Print("change", rows.size(), LatencyOf(std::move(apply)));
  Print("merge_after_change", rows.size(), LatencyOf(std::move(merge)));
  std::printf("rows=%zu segments_max=%zu\n", rows.size(), segments);
}

Latency MeasureSize(const std::vector<Row>& all, size_t size,
                    const std::vector<std::string>& queries) {
  std::vector<Row> rows;
  for (size_t i = 0; i < size; ++i) rows.push_back(all[i * all.size() / size]);
  IndexBatch batch;
  size_t text_bytes = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].document.attributes.key = i;
    batch.upserts.push_back(rows[i].document);
    text_bytes += rows[i].text_bytes;
  }
  IndexWriter writer;
  const auto start = Clock::now();
  auto snapshot = writer.Apply(batch);
  const double millis = MillisSince(start);
  const auto stats = snapshot->stats();
  const auto n = static_cast<double>(rows.size());
  std::printf("rows=%zu build=%.2f s rate=%.0f entries/s segments=%zu postings=%zu\n", rows.size(),
              millis / 1000, n / millis * 1000, stats.segments, stats.postings);
  std::printf("rows=%zu memory=%.1f MB per_entry=%.0f bytes text=%.1f MB memory/text=%.2f\n",
              rows.size(), static_cast<double>(stats.memory_bytes) / 1e6,
              static_cast<double>(stats.memory_bytes) / n, static_cast<double>(text_bytes) / 1e6,
              static_cast<double>(stats.memory_bytes) / static_cast<double>(text_bytes));
  MeasureSounds(*snapshot);
  MeasureSearch(*snapshot, {queries.begin(),
                            queries.begin() + static_cast<std::ptrdiff_t>(queries.size() / 8)});
  const Latency search = MeasureSearch(*snapshot, queries);
  Print("search", rows.size(), search);
  Print("suggest", rows.size(), MeasureSuggest(*snapshot, queries, Typing::kHanzi));
  Print("suggest_pinyin", rows.size(), MeasureSuggest(*snapshot, queries, Typing::kPinyin));
  Print("suggest_initials", rows.size(), MeasureSuggest(*snapshot, queries, Typing::kInitials));
  Print("suggest_mixed", rows.size(), MeasureSuggest(*snapshot, queries, Typing::kMixed));
  MeasureChanges(writer, rows);
  return search;
}

int Main(int argc, char** argv) {
  const std::vector<Row> all = ReadCorpus(DataDir() + "/kb_seed.jsonl.zst");
  const std::vector<std::string> queries = Queries();
  if (all.empty() || queries.empty()) {
    std::printf("skipped: no data in %s\n", DataDir().c_str());
    return 0;
  }
  std::vector<size_t> sizes;
  for (int i = 1; i < argc; ++i)
    sizes.push_back(std::min<size_t>(std::strtoul(argv[i], nullptr, 10), all.size()));
  if (sizes.empty()) sizes = {10000, 50000, std::min<size_t>(155000, all.size())};
  std::vector<Latency> search;
  for (const size_t size : sizes) search.push_back(MeasureSize(all, size, queries));
  if (search.size() > 1) {
    std::printf("growth rows=%.1fx search_p50=%.1fx search_p99=%.1fx search_mean=%.1fx\n",
                static_cast<double>(sizes.back()) / static_cast<double>(sizes.front()),
                search.back().p50 / search.front().p50, search.back().p99 / search.front().p99,
                search.back().mean / search.front().mean);
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
