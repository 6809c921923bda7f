// What a large base costs the answer service, in one process and without a store: to load, to hold,
// to search, to save, to read back.
//
//   scale_bench [rows …]      default: 10000 50000 155595 500000 1000000
//
// Rows are EntryMaker's: the real ones first. Times are of the processor (this thread's, or all
// threads' where it says so), so that neighbours do not change them.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <malloc.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/text.h"
#include "services/answer/checkpoint_corpus.h"
#include "services/answer/corpus_builder.h"
#include "services/index/segment.h"
#include "tests/bench/entry_maker.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using answer::Corpus;
using answer::CorpusBuilder;
using index::IndexSnapshot;

constexpr size_t kQueries = 2000;
constexpr double kMega = 1e6;

double Seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}
double OwnSeconds() { return Seconds(CLOCK_THREAD_CPUTIME_ID); }
double AllSeconds() { return Seconds(CLOCK_PROCESS_CPUTIME_ID); }
double WallSeconds() { return Seconds(CLOCK_MONOTONIC); }

double HeapBytes() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

double ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long pages = 0;
  long resident = 0;
  if (file != nullptr && std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  if (file != nullptr) std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

store::v1::Resource EntryOf(const Row& row) {
  store::v1::Resource resource;
  auto& entry = *resource.mutable_entry();
  entry.set_name("entries/" + row.id);
  entry.set_state(knowledge::v1::Entry::PUBLISHED);
  auto& content = *entry.mutable_content();
  content.set_kind(row.type == "statute" ? knowledge::v1::STATUTE : knowledge::v1::FAQ);
  content.set_question(row.document.question);
  for (const auto& similar : row.document.similar_questions) content.add_similar_questions(similar);
  for (const auto& keyword : row.document.keywords) content.add_keywords(keyword);
  auto* block = content.add_blocks();
  block->set_type(knowledge::v1::AnswerBlock::CONCLUSION);
  block->set_text(row.document.answer);
  content.set_category(row.category);
  if (!row.department.empty())
    content.set_department("departments/d" + std::to_string(answer::KeyOf(row.department) % 4096));
  content.set_region(row.region.empty() ? "000000" : row.region);
  content.set_audience(type::v1::PUBLIC);
  entry.mutable_online()->set_revision(1);
  entry.mutable_online()->set_kb_revision(1);
  entry.mutable_online()->set_content_hash(ContentHash(content));
  return resource;
}

struct Latency {
  double p50 = 0;
  double p99 = 0;
  double mean = 0;
};

template <typename Call>
Latency Measure(const std::vector<std::string>& queries, const Call& call) {
  std::vector<double> millis;
  for (size_t i = 0; i < queries.size(); ++i) {
    const double start = OwnSeconds();
    call(i, queries[i]);
    millis.push_back((OwnSeconds() - start) * 1e3);
  }
  std::sort(millis.begin(), millis.end());
  Latency latency{.p50 = millis[millis.size() / 2], .p99 = millis[millis.size() * 99 / 100]};
  for (const double one : millis) latency.mean += one / static_cast<double>(millis.size());
  return latency;
}

Latency Report(size_t rows, const char* what, const Latency& latency) {
  std::printf("rows=%zu %s p50=%.3f ms p99=%.3f ms mean=%.3f ms (processor time)\n", rows, what,
              latency.p50, latency.p99, latency.mean);
  return latency;
}

// Saves and reads back; both checked against each other by what is found.
void MeasureCheckpoint(const Corpus& corpus, const std::vector<std::string>& queries) {
  const size_t rows = corpus.entries.size();
  std::string dir = (std::filesystem::temp_directory_path() / "koujing-scale-XXXXXX").string();
  if (mkdtemp(dir.data()) == nullptr) return;
  const std::string path = dir + "/checkpoint";
  const answer::CheckpointHead head{.fingerprint = answer::CorpusFingerprint(),
                                    .timeline_id = corpus.timeline_id,
                                    .kb_revision = corpus.kb_revision,
                                    .log_time = 0,
                                    .digest = {},
                                    .entries = rows};
  double wall = WallSeconds();
  double own = OwnSeconds();
  {
    auto writer = answer::CheckpointWriter::Create(path, head.Bytes());
    if (!writer.ok() || !answer::WriteCorpus(corpus, **writer).ok() || !(*writer)->Finish().ok()) {
      std::printf("rows=%zu checkpoint not written\n", rows);
      return;
    }
    std::printf("rows=%zu save=%.2f s processor=%.2f s size=%.0f MB\n", rows, WallSeconds() - wall,
                OwnSeconds() - own, static_cast<double>((*writer)->size()) / kMega);
  }
  const double heap = HeapBytes();
  wall = WallSeconds();
  own = AllSeconds();
  auto reader = answer::CheckpointReader::Open(path);
  auto parts = answer::ReadCorpus(**reader, std::max(1U, std::thread::hardware_concurrency()));
  if (!parts.ok()) {
    std::printf("rows=%zu checkpoint not read: %s\n", rows,
                std::string(parts.status().message()).c_str());
    return;
  }
  const double parsed = AllSeconds() - own;
  const double parsed_wall = WallSeconds() - wall;
  const CorpusBuilder read(*std::move(parts));
  std::printf(
      "rows=%zu read=%.2f s (sections %.2f s) processor=%.2f s of all threads (sections %.2f s) "
      "heap=%.0f MB\n",
      rows, WallSeconds() - wall, parsed_wall, AllSeconds() - own, parsed,
      (HeapBytes() - heap) / kMega);
  size_t other = 0;
  for (size_t i = 0; i < queries.size(); i += 10) {
    const auto a = corpus.index->Search(queries[i], {.limit = 10});
    const auto b = read.corpus()->index->Search(queries[i], {.limit = 10});
    const bool same = std::equal(a.begin(), a.end(), b.begin(), b.end(), [](auto& x, auto& y) {
      return x.key == y.key && x.score == y.score;
    });
    if (!same) ++other;
  }
  std::printf("rows=%zu queries answered otherwise after reading: %zu\n", rows, other);
  std::filesystem::remove_all(dir);
}

Latency MeasureSize(const EntryMaker& maker, size_t rows, const std::vector<std::string>& queries) {
  malloc_trim(0);
  const double heap_before = HeapBytes();
  const double resident_before = ResidentBytes();
  CorpusBuilder builder;
  double load = 0;
  double text = 0;
  for (size_t i = 0; i < rows; ++i) {
    Row row;
    if (!ParseRow(maker.Make(i), i, row)) continue;
    text += static_cast<double>(row.text_bytes);
    const store::v1::Resource resource = EntryOf(row);
    const double start = OwnSeconds();
    builder.Load(resource, 1);
    load += OwnSeconds() - start;
  }
  const double start = OwnSeconds();
  const auto corpus = builder.FinishLoad("bench", 1);
  load += OwnSeconds() - start;
  malloc_trim(0);
  const double heap = HeapBytes() - heap_before;
  const auto stats = corpus->index->stats();
  const auto n = static_cast<double>(corpus->entries.size());
  const auto index_bytes = static_cast<double>(stats.memory_bytes);
  std::printf("rows=%zu load=%.2f s of processor, %.0f entries/s; segments=%zu postings=%zu\n",
              rows, load, n / load, stats.segments, stats.postings);
  std::printf(
      "rows=%zu text=%.0f MB heap=%.0f MB = %.2f x text (index %.0f MB = %.2f x, rest %.0f B per "
      "entry) resident=+%.0f MB\n",
      rows, text / kMega, heap / kMega, heap / text, index_bytes / kMega, index_bytes / text,
      (heap - index_bytes) / n, (ResidentBytes() - resident_before) / kMega);
  const IndexSnapshot& index = *corpus->index;
  Measure({queries.begin(), queries.begin() + static_cast<std::ptrdiff_t>(queries.size() / 8)},
          [&](size_t, const std::string& query) { index.Search(query, {.limit = 10}); });
  const Latency search =
      Report(rows, "search", Measure(queries, [&](size_t, const std::string& query) {
               index.Search(query, {.limit = 10});
             }));
  Report(rows, "suggest", Measure(queries, [&](size_t i, const std::string& query) {
           index.Suggest(Prefix(query, 1 + i % 8), {.limit = 8});
         }));
  std::fflush(stdout);
  MeasureCheckpoint(*corpus, queries);
  std::fflush(stdout);
  return search;
}

int Main(int argc, char** argv) {
  const auto maker = EntryMaker::Open();
  std::vector<std::string> queries = ReadLines(DataDir() + "/queries/mixed_query_log.txt");
  if (maker == nullptr || queries.empty()) {
    std::printf("skipped: no data in %s\n", DataDir().c_str());
    return 0;
  }
  if (queries.size() > kQueries) queries.resize(kQueries);
  std::vector<size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoul(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {10'000, 50'000, 155'595, 500'000, 1'000'000};
  std::vector<Latency> search;
  for (const size_t size : sizes) search.push_back(MeasureSize(*maker, size, queries));
  for (size_t i = 1; i < sizes.size(); ++i) {
    const double growth =
        std::log(static_cast<double>(sizes[i]) / static_cast<double>(sizes[i - 1]));
    std::printf("rows=%zu to %zu: search grows with the power p50 %.2f, mean %.2f, p99 %.2f\n",
                sizes[i - 1], sizes[i], std::log(search[i].p50 / search[i - 1].p50) / growth,
                std::log(search[i].mean / search[i - 1].mean) / growth,
                std::log(search[i].p99 / search[i - 1].p99) / growth);
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
