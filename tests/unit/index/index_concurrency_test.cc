// Readers see one state whole while a writer and a background merge go on. Run under the thread
// sanitizer too.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "services/index/index.h"
#include "tests/unit/index/index_world.h"

namespace hotline::index {
namespace {

// What the follower does: one pointer, swapped.
class Board {
 public:
  void Publish(std::shared_ptr<const IndexSnapshot> snapshot) {
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(snapshot);
  }
  std::shared_ptr<const IndexSnapshot> Read() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const IndexSnapshot> snapshot_;
};

// Every Change moves all documents to the next generation; a snapshot that mixes two generations is
// torn.
constexpr DocKey kDocuments = 40;
constexpr int kGenerations = 150;

IndexBatch Generation(int generation) {
  IndexBatch batch;
  for (DocKey key = 0; key < kDocuments; ++key) {
    batch.upserts.push_back(Doc(key, "共同的问题 第" + std::to_string(generation) + "代", "答复"));
    batch.upserts.back().attributes.revision = generation;
  }
  return batch;
}

void ExpectOneGeneration(const IndexSnapshot& snapshot) {
  const std::vector<Hit> hits = snapshot.Search("共同的问题", {.limit = 100});
  ASSERT_EQ(hits.size(), kDocuments);
  for (const Hit& hit : hits) EXPECT_EQ(hit.attributes->revision, hits[0].attributes->revision);
  const auto completions = snapshot.Suggest("共同", {.limit = 100});
  ASSERT_EQ(completions.size(), kDocuments);
  for (const auto& one : completions)
    EXPECT_EQ(one.attributes->revision, hits[0].attributes->revision);
}

TEST(IndexConcurrencyTest, ReadersSeeOneStateWhole) {
  IndexWriter writer;
  Board board;
  board.Publish(writer.Apply(Generation(0)));
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      int64_t newest = 0;
      while (!done) {
        const auto snapshot = board.Read();
        ExpectOneGeneration(*snapshot);
        const int64_t seen = snapshot->Search("共同")[0].attributes->revision;
        EXPECT_GE(seen, newest);
        newest = seen;
      }
    });
  }
  for (int generation = 1; generation < kGenerations; ++generation) {
    board.Publish(writer.Apply(Generation(generation)));
    std::optional<MergeJob> job = writer.PlanMerge();
    if (!job.has_value()) continue;
    std::thread worker([&] { job->Run(); });
    board.Publish(writer.Apply(Generation(generation)));
    worker.join();
    board.Publish(writer.CommitMerge(std::move(*job)));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  ExpectOneGeneration(*board.Read());
}

TEST(IndexConcurrencyTest, AnOldSnapshotStaysAsItWas) {
  IndexWriter writer;
  const auto old = writer.Apply(Generation(1));
  for (int generation = 2; generation < 30; ++generation) {
    writer.Apply(Generation(generation));
    writer.MaybeMerge();
  }
  const std::vector<Hit> hits = old->Search("共同的问题", {.limit = 100});
  ASSERT_EQ(hits.size(), kDocuments);
  for (const Hit& hit : hits) EXPECT_EQ(hit.attributes->revision, 1);
}

}  // namespace
}  // namespace hotline::index
