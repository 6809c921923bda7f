// The feed: every Change once and in order, while others write; barriers of followers.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "proto/cc/names.h"
#include "proto/cc/time.h"
#include "tests/conformance/stores.h"

namespace hotline::storage {
namespace {

using testing::ACommit;
using testing::AnEntry;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::StatusIs;

class FeedTest : public StoreTest {
 protected:
  store::v1::ReportFollowerRequest Report(std::string_view follower, int64_t visible,
                                          std::string_view instance = "i1") {
    store::v1::ReportFollowerRequest report;
    report.set_follower(std::string(follower));
    report.set_instance(std::string(instance));
    report.set_visible_revision(visible);
    report.set_refuse_after_ms(5'000);
    return report;
  }
};
INSTANTIATE_STORES(FeedTest);

// Counts calls of a listener and lets a test wait for the next.
class Listener {
 public:
  std::function<void()> function() {
    return [this] {
      const std::lock_guard lock(mutex_);
      ++calls_;
      changed_.notify_all();
    };
  }
  bool WaitForCalls(int calls) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, Soon(), [&] { return calls_ >= calls; });
  }
  int calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int calls_ = 0;
};

TEST_P(FeedTest, GivesTheChangesAsTheyWereCommitted) {
  const store::v1::CommitRequest request = ACommit()
                                               .Put(AnEntry("a").Online(1).Build())
                                               .Actor("editor-1")
                                               .Action("PublishEntry")
                                               .Urgent();
  Commit(request);
  Commit(ACommit().Delete("entries/a"));
  ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().ReadChanges(0, Soon()));
  ASSERT_THAT(feed.changes, SizeIs(2));
  const store::v1::Change& change = feed.changes[0];
  EXPECT_EQ(change.kb_revision(), 1);
  EXPECT_EQ(change.actor(), "editor-1");
  EXPECT_EQ(change.action(), "PublishEntry");
  EXPECT_EQ(change.request_id(), request.request_id());
  EXPECT_EQ(change.request_fingerprint(), request.request_fingerprint());
  EXPECT_TRUE(change.urgent());
  EXPECT_EQ(ToLogTime(change.commit_time()), TestClocks::kStart);
  EXPECT_EQ(change.effects(0).put().entry().etag(), MakeEtag(1)) << "effects are resolved";
  EXPECT_EQ(feed.changes[1].effects(0).delete_name(), "entries/a");
  EXPECT_EQ(feed.head.kb_revision, 2);
  ASSERT_OK_AND_ASSIGN(const auto status, store().GetStatus(Soon()));
  EXPECT_EQ(feed.head.timeline_id, status.timeline_id());
}

TEST_P(FeedTest, StartsAfterThePositionAskedFor) {
  for (int i = 0; i < 3; ++i) Commit(ACommit().Put(AnEntry("a").Build()));
  ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().ReadChanges(2, Soon()));
  ASSERT_THAT(feed.changes, SizeIs(1));
  EXPECT_EQ(feed.changes[0].kb_revision(), 3);
  ASSERT_OK_AND_ASSIGN(const FeedBatch none, store().ReadChanges(3, Soon()));
  EXPECT_THAT(none.changes, IsEmpty());
  EXPECT_EQ(none.head.kb_revision, 3);
}

TEST_P(FeedTest, BatchesAreLimitedAndASingleLargerChangeStillComes) {
  const std::string two_mib(2U << 20U, 'x');
  for (int i = 0; i < 3; ++i) Commit(ACommit().Put(AnEntry("a").Answer(two_mib).Build()));
  const std::string six_mib(6U << 20U, 'x');
  Commit(ACommit().Put(AnEntry("b").Answer(six_mib).Build()));
  int64_t after = 0;
  int batches = 0;
  while (after < 4) {
    ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().ReadChanges(after, Soon()));
    ASSERT_FALSE(feed.changes.empty());
    size_t bytes = 0;
    for (const auto& change : feed.changes) {
      EXPECT_EQ(change.kb_revision(), ++after);
      bytes += change.ByteSizeLong();
    }
    EXPECT_TRUE(bytes <= kFeedBytesMax || feed.changes.size() == 1);
    ++batches;
  }
  EXPECT_GE(batches, 3);
}

TEST_P(FeedTest, WaitReturnsAtOnceWhatIsThere) {
  Commit(ACommit().Put(AnEntry("a").Build()));
  ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().WaitForChanges(0, Soon()));
  ASSERT_THAT(feed.changes, SizeIs(1));
  EXPECT_EQ(feed.changes[0].kb_revision(), 1);
}

TEST_P(FeedTest, WaitIsWokenByACommit) {
  std::jthread writer;
  Listener subscribed;
  const auto subscription = store().Subscribe(subscribed.function());
  writer = std::jthread([&] { Commit(ACommit().Put(AnEntry("a").Build())); });
  ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().WaitForChanges(0, Soon()));
  ASSERT_THAT(feed.changes, SizeIs(1));
}

TEST_P(FeedTest, WaitGivesAHeartbeatWithTheLogTimeWhenNothingHappens) {
  Commit(ACommit().Put(AnEntry("a").Build()));
  ASSERT_OK(store().WaitForChanges(0, Soon()));
  clocks_.AdvanceWall(90'000'000);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_OK_AND_ASSIGN(const FeedBatch feed,
                       store().WaitForChanges(1, start + std::chrono::milliseconds(400)));
  EXPECT_THAT(feed.changes, IsEmpty());
  EXPECT_EQ(feed.head.kb_revision, 1);
  EXPECT_EQ(feed.log_time, TestClocks::kStart + 90'000'000);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(390));
}

TEST_P(FeedTest, HasNoGapAndNoDuplicateUnderConcurrentWriters) {
  constexpr int kWriters = 4;
  constexpr int kEach = 60;
  std::vector<std::jthread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        Commit(ACommit().Put(AnEntry("w" + std::to_string(w)).Question(std::to_string(i)).Build()));
      }
    });
  }
  int64_t after = 0;
  LogTime log_time = 0;
  while (after < kWriters * kEach) {
    ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().WaitForChanges(after, Soon()));
    ASSERT_FALSE(feed.changes.empty()) << "stuck at " << after;
    for (const auto& change : feed.changes) {
      ASSERT_EQ(change.kb_revision(), ++after);
      EXPECT_GE(ToLogTime(change.commit_time()), log_time);
      log_time = ToLogTime(change.commit_time());
    }
    EXPECT_GE(feed.head.kb_revision, after);
    EXPECT_GE(feed.log_time, log_time);
  }
}

TEST_P(FeedTest, WhatTheFeedSaysCanBeReadAtOnce) {
  std::jthread writer([&] {
    for (int i = 0; i < 50; ++i) {
      Commit(ACommit().Put(AnEntry("e" + std::to_string(i)).Build()));
    }
  });
  int64_t after = 0;
  while (after < 50) {
    ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().WaitForChanges(after, Soon()));
    for (const auto& change : feed.changes) {
      after = change.kb_revision();
      const std::string& name = change.effects(0).put().entry().name();
      EXPECT_OK(store().Get(name, after, Soon()));
      EXPECT_OK(store().Get(name, 0, Soon()));
    }
  }
}

TEST_P(FeedTest, AFollowerMayStartAgainFromAnyPosition) {
  for (int i = 0; i < 10; ++i) Commit(ACommit().Put(AnEntry("a").Build()));
  for (const int64_t after : {0, 9, 3, 3, 7, 0}) {
    ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().WaitForChanges(after, Soon()));
    ASSERT_FALSE(feed.changes.empty());
    EXPECT_EQ(feed.changes[0].kb_revision(), after + 1);
  }
}

TEST_P(FeedTest, ListenersAreCalledAfterAChangeUntilTheyUnsubscribe) {
  Listener listener;
  auto subscription = store().Subscribe(listener.function());
  Commit(ACommit().Put(AnEntry("a").Build()));
  ASSERT_TRUE(listener.WaitForCalls(1));
  int seen = listener.calls();
  // A call may still be on its way for the first Change; one more Change brings at least one more
  // call.
  Commit(ACommit().Put(AnEntry("a").Build()));
  ASSERT_TRUE(listener.WaitForCalls(seen + 1));
  subscription.reset();
  seen = listener.calls();
  Listener other;
  const auto kept = store().Subscribe(other.function());
  const int before = other.calls();
  Commit(ACommit().Put(AnEntry("a").Build()));
  ASSERT_TRUE(other.WaitForCalls(before + 1));
  EXPECT_EQ(listener.calls(), seen) << "not called after it unsubscribed";
}

TEST_P(FeedTest, ABarrierIncludesEveryCommitBeforeIt) {
  for (int64_t at = 1; at <= 5; ++at) {
    Commit(ACommit().Put(AnEntry("a").Build()));
    ASSERT_OK_AND_ASSIGN(const auto barrier,
                         store().ReportFollower(Report("answer-1", at - 1), Soon()));
    EXPECT_EQ(barrier.head_kb_revision(), at);
    EXPECT_EQ(ToLogTime(barrier.log_time()), TestClocks::kStart);
    EXPECT_FALSE(barrier.timeline_id().empty());
  }
}

TEST_P(FeedTest, ABarrierAmongConcurrentWritersIsNeverBehind) {
  std::atomic<int64_t> acknowledged{0};
  std::jthread writer([&] {
    for (int i = 0; i < 80; ++i) acknowledged = Commit(ACommit().Put(AnEntry("a").Build()));
  });
  while (acknowledged < 80) {
    const int64_t before = acknowledged;
    ASSERT_OK_AND_ASSIGN(const auto barrier, store().ReportFollower(Report("answer-1", 0), Soon()));
    ASSERT_GE(barrier.head_kb_revision(), before);
  }
}

TEST_P(FeedTest, FollowersAreListedWithHowFarTheyAreAndForHowLongTheyAreSilent) {
  Commit(ACommit().Put(AnEntry("a").Build()));
  ASSERT_OK(store().ReportFollower(Report("answer-2", 1), Soon()));
  clocks_.AdvanceBoot(std::chrono::milliseconds(300));
  ASSERT_OK(store().ReportFollower(Report("answer-1", 0), Soon()));
  clocks_.AdvanceBoot(std::chrono::milliseconds(50));
  ASSERT_OK_AND_ASSIGN(const auto list, store().ListFollowers(Soon()));
  ASSERT_EQ(list.followers_size(), 2);
  EXPECT_EQ(list.followers(0).follower(), "answer-1");
  EXPECT_EQ(list.followers(0).visible_revision(), 0);
  EXPECT_EQ(list.followers(0).silent_ms(), 50);
  EXPECT_EQ(list.followers(0).refuse_after_ms(), 5'000);
  EXPECT_EQ(list.followers(1).follower(), "answer-2");
  EXPECT_EQ(list.followers(1).silent_ms(), 350);
  EXPECT_EQ(list.known_since_ms(), 350);
  EXPECT_EQ(list.refuse_after_ms_max(), 60'000);
}

TEST_P(FeedTest, AFollowerThatLeavesIsForgotten) {
  ASSERT_OK(store().ReportFollower(Report("answer-1", 0), Soon()));
  store::v1::ReportFollowerRequest leaving = Report("answer-1", 0);
  leaving.set_leaving(true);
  ASSERT_OK(store().ReportFollower(leaving, Soon()));
  ASSERT_OK_AND_ASSIGN(const auto list, store().ListFollowers(Soon()));
  EXPECT_THAT(list.followers(), IsEmpty());
}

TEST_P(FeedTest, ReportsThatCannotBeTrueAreRefused) {
  EXPECT_THAT(store().ReportFollower(Report("", 0), Soon()), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(store().ReportFollower(Report("a", 0, ""), Soon()),
              HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(store().ReportFollower(Report(std::string(101, 'a'), 0), Soon()),
              HasReason(type::v1::FIELD_TOO_LONG));
  EXPECT_THAT(store().ReportFollower(Report("a", 1), Soon()),
              StatusIs(absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED));
  store::v1::ReportFollowerRequest patient = Report("a", 0);
  patient.set_refuse_after_ms(60'001);
  EXPECT_THAT(store().ReportFollower(patient, Soon()), HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline::storage
