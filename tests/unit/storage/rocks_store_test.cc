// What only the durable store promises; what every store promises is in tests/conformance.
#include "storage/rocks_store.h"

#include <future>
#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "proto/cc/names.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using absl::StatusCode;
using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using hotline::testing::TempDir;
using store::v1::CommitRequest;

constexpr Deadline kForever = Deadline::max();

RocksStore::Options OptionsFor(const TempDir& dir) {
  RocksStore::Options options;
  options.dir = dir.Join("base");
  options.reserve_mib = 1;
  options.free_margin_mib = 1;
  options.cache_mib = 8;
  return options;
}

TEST(RocksStoreTest, KeepsEverythingAcrossAReopening) {
  const TempDir dir;
  const CommitRequest first = ACommit().Put(AnEntry("a").Online(1)).Put(AnEntry("b").Build());
  std::string digest;
  std::string timeline;
  {
    auto store = RocksStore::Open(OptionsFor(dir));
    ASSERT_OK(store);
    ASSERT_OK((*store)->Commit(first, kForever));
    ASSERT_OK((*store)->Commit(ACommit().Delete("entries/b"), kForever));
    digest = (*store)->GetDigest(0, kForever)->digest();
    timeline = (*store)->GetStatus(kForever)->timeline_id();
  }
  auto store = RocksStore::Open(OptionsFor(dir));
  ASSERT_OK(store);

  auto repeated = (*store)->Commit(first, kForever);

  ASSERT_OK(repeated);
  EXPECT_TRUE(repeated->repeated());
  EXPECT_EQ(repeated->kb_revision(), 1);
  EXPECT_EQ((*store)->GetDigest(0, kForever)->digest(), digest);
  EXPECT_EQ((*store)->GetStatus(kForever)->timeline_id(), timeline);
  EXPECT_THAT((*store)->Get("entries/b", 0, kForever), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT((*store)->Get("entries/b", 1, kForever), IsOk());
  EXPECT_TRUE((*store)->Verify(kForever)->violations.empty());
}

TEST(RocksStoreTest, GivesEveryConcurrentCommitItsOwnPosition) {
  const TempDir dir;
  auto store = RocksStore::Open(OptionsFor(dir));
  ASSERT_OK(store);
  constexpr int kWriters = 8;
  constexpr int kCommits = 25;
  std::vector<std::future<std::vector<int64_t>>> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.push_back(std::async(std::launch::async, [&, writer] {
      std::vector<int64_t> positions;
      for (int i = 0; i < kCommits; ++i) {
        const std::string id = "w" + std::to_string(writer) + "-" + std::to_string(i);
        auto response = (*store)->Commit(
            ACommit().Put(AnEntry(id).Build()).IfAbsent("entries/" + id), kForever);
        positions.push_back(response.ok() ? response->kb_revision() : -1);
      }
      return positions;
    }));
  }
  std::set<int64_t> all;
  for (auto& writer : writers) {
    for (const int64_t position : writer.get()) all.insert(position);
  }

  EXPECT_EQ(all.size(), size_t{kWriters * kCommits});
  EXPECT_EQ(*all.begin(), 1);
  EXPECT_EQ(*all.rbegin(), kWriters * kCommits);
  EXPECT_TRUE((*store)->Verify(kForever)->violations.empty());
}

TEST(RocksStoreTest, OneRequestIdCommitsOnceHoweverManySendIt) {
  const TempDir dir;
  auto store = RocksStore::Open(OptionsFor(dir));
  ASSERT_OK(store);
  const CommitRequest request = ACommit().Put(AnEntry("a").Build()).IfAbsent("entries/a");
  std::vector<std::future<absl::StatusOr<store::v1::CommitResponse>>> senders;
  for (int i = 0; i < 16; ++i) {
    senders.push_back(
        std::async(std::launch::async, [&] { return (*store)->Commit(request, kForever); }));
  }
  int firsts = 0;
  for (auto& sender : senders) {
    auto response = sender.get();
    ASSERT_OK(response);
    EXPECT_EQ(response->kb_revision(), 1);
    firsts += response->repeated() ? 0 : 1;
  }

  EXPECT_EQ(firsts, 1);
}

TEST(RocksStoreTest, OnlyOneOfManyWinsTheSameEtag) {
  const TempDir dir;
  auto store = RocksStore::Open(OptionsFor(dir));
  ASSERT_OK(store);
  ASSERT_OK((*store)->Commit(ACommit().Put(AnEntry("a").Build()), kForever));
  std::vector<std::future<absl::StatusOr<store::v1::CommitResponse>>> writers;
  for (int i = 0; i < 16; ++i) {
    writers.push_back(std::async(std::launch::async, [&] {
      return (*store)->Commit(ACommit().Put(AnEntry("a").Build()).IfEtag("entries/a", MakeEtag(1)),
                              kForever);
    }));
  }
  int won = 0;
  for (auto& writer : writers) {
    auto response = writer.get();
    won += response.ok() ? 1 : 0;
    if (!response.ok()) {
      EXPECT_THAT(response, HasReason(type::v1::ETAG_MISMATCH));
    }
  }

  EXPECT_EQ(won, 1);
}

TEST(RocksStoreTest, ASecondOpeningIsRefused) {
  const TempDir dir;
  auto store = RocksStore::Open(OptionsFor(dir));
  ASSERT_OK(store);

  EXPECT_THAT(RocksStore::Open(OptionsFor(dir)),
              StatusIs(StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT));
}

TEST(RocksStoreTest, LogTimeNeverGoesBackEvenAcrossAReopening) {
  const TempDir dir;
  LogTime wall = 2'000'000'000'000'000;
  auto options = OptionsFor(dir);
  options.clocks.wall = [&] { return wall; };
  {
    auto store = RocksStore::Open(options);
    ASSERT_OK(store);
    ASSERT_OK((*store)->Commit(ACommit().Put(AnEntry("a").Build()), kForever));
  }
  wall -= 1'000'000;
  auto store = RocksStore::Open(options);
  ASSERT_OK(store);

  auto response = (*store)->Commit(ACommit().Put(AnEntry("b").Build()), kForever);

  ASSERT_OK(response);
  EXPECT_EQ(ToLogTime(response->commit_time()), 2'000'000'000'000'000);
}

TEST(RocksStoreTest, ValidateOnlyDecidesAndWritesNothing) {
  const TempDir dir;
  auto store = RocksStore::Open(OptionsFor(dir));
  ASSERT_OK(store);
  const CommitRequest request = ACommit().Put(AnEntry("a").Build()).ValidateOnly();

  auto response = (*store)->Commit(request, kForever);

  ASSERT_OK(response);
  EXPECT_EQ(response->kb_revision(), 0);
  EXPECT_EQ((*store)->GetStatus(kForever)->head_kb_revision(), 0);
  EXPECT_THAT((*store)->Commit(ACommit().Delete("entries/a").ValidateOnly(), kForever),
              HasReason(type::v1::REFERENCE_CONFLICT));
}

TEST(RocksStoreTest, AFullQueueOrALateCallerWritesNothing) {
  const TempDir dir;
  auto store = RocksStore::Open(OptionsFor(dir));
  ASSERT_OK(store);

  EXPECT_THAT(
      (*store)->Commit(ACommit().Put(AnEntry("a").Build()), std::chrono::steady_clock::now()),
      HasReason(type::v1::DEADLINE_PASSED));
  EXPECT_EQ((*store)->GetStatus(kForever)->head_kb_revision(), 0);
}

}  // namespace
}  // namespace hotline::storage
