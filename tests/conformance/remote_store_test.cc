// What only RemoteStore can show: a store that is gone, comes back, or is another one.
#include "storage/remote_store.h"

#include <thread>

#include "storage/memory_store.h"
#include "tests/conformance/stores.h"

namespace hotline::storage {
namespace {

using testing::ACommit;
using testing::AnEntry;
using testing::HasReason;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::StatusIs;

Deadline In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

// Repeats until it is OK; gives how it ended.
template <typename Function>
absl::Status Eventually(Function function) {
  absl::Status status;
  const Deadline until = Soon();
  do {
    status = testing::AsStatus(function());
  } while (!status.ok() && std::chrono::steady_clock::now() < until);
  return status;
}

TEST(RemoteStoreTest, WithoutAStoreEveryCallSaysUnreachable) {
  RemoteStore remote({.address = "127.0.0.1:1", .caller = "test"});
  const auto unreachable = StatusIs(absl::StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE);
  EXPECT_THAT(remote.Get("entries/a", 0, Soon()), unreachable);
  EXPECT_THAT(remote.Commit(ACommit().Put(AnEntry("a").Build()), Soon()), unreachable);
  EXPECT_THAT(remote.ReadChanges(0, Soon()), unreachable);
  EXPECT_THAT(remote.WaitForChanges(0, Soon()), unreachable);
  EXPECT_THAT(remote.GetStatus(Soon()), unreachable);
  EXPECT_THAT(remote.ReportFollower({}, Soon()), unreachable);
}

TEST(RemoteStoreTest, ARequestThatCannotBeSoundIsRefusedWithoutAStore) {
  RemoteStore remote({.address = "127.0.0.1:1", .caller = "test"});
  EXPECT_THAT(remote.Commit(ACommit(), Soon()), HasReason(type::v1::FIELD_REQUIRED));
}

TEST(RemoteStoreTest, ReadsGoOnAfterARestartOfTheStore) {
  MemoryStore memory;
  auto server = std::make_unique<StoreServer>(memory);
  const std::string address = server->address();
  RemoteStore remote({.address = address, .caller = "test"});
  ASSERT_OK(remote.Commit(ACommit().Put(AnEntry("a").Build()), Soon()));
  for (int restart = 0; restart < 3; ++restart) {
    server.reset();
    EXPECT_THAT(remote.Get("entries/a", 0, Soon()), HasReason(type::v1::STORE_UNREACHABLE));
    server = std::make_unique<StoreServer>(memory, address);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_OK(Eventually([&] { return remote.Get("entries/a", 0, Soon()); }));
    // The channel is made anew: no waiting for gRPC's own backoff.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  }
}

// The server goes away at any moment of a commit: the outcome is known or UNKNOWN, and a repeat
// settles it.
TEST(RemoteStoreTest, AnUnknownCommitIsSettledByRepeatingIt) {
  MemoryStore memory;
  auto server = std::make_unique<StoreServer>(memory);
  const std::string address = server->address();
  RemoteStore remote({.address = address, .caller = "test"});
  std::atomic<bool> done{false};
  std::jthread restarts([&] {
    while (!done) {
      server.reset();
      server = std::make_unique<StoreServer>(memory, address);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the fault's own rhythm
    }
  });
  int unknown = 0;
  for (int i = 0; i < 200; ++i) {
    const store::v1::CommitRequest request =
        ACommit().Put(AnEntry("e" + std::to_string(i)).Build());
    const absl::Status status = Eventually([&] {
      auto result = remote.Commit(request, Soon());
      if (!result.ok()) {
        EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnavailable));
        ++unknown;
      }
      return result;
    });
    EXPECT_OK(status);
  }
  done = true;
  restarts.join();
  ASSERT_OK_AND_ASSIGN(const auto status, memory.GetStatus(Soon()));
  EXPECT_EQ(status.head_kb_revision(), 200) << "each exactly once, " << unknown << " unknown";
}

TEST(RemoteStoreTest, TheFeedGoesOnWithoutGapAfterARestart) {
  MemoryStore memory;
  auto server = std::make_unique<StoreServer>(memory);
  const std::string address = server->address();
  RemoteStore remote({.address = address, .caller = "test"});
  int64_t after = 0;
  for (int restart = 0; restart < 4; ++restart) {
    for (int i = 0; i < 5; ++i)
      ASSERT_OK(memory.Commit(ACommit().Put(AnEntry("a").Build()), Soon()));
    const int64_t wanted = (restart + 1) * 5;
    const Deadline until = Soon();
    while (after < wanted && std::chrono::steady_clock::now() < until) {
      const auto feed = remote.WaitForChanges(after, In(std::chrono::seconds(1)));
      if (!feed.ok()) {
        EXPECT_THAT(feed, StatusIs(absl::StatusCode::kUnavailable));
        continue;
      }
      for (const auto& change : feed->changes) ASSERT_EQ(change.kb_revision(), ++after);
    }
    EXPECT_EQ(after, wanted);
    server.reset();
    server = std::make_unique<StoreServer>(memory, address);
  }
}

TEST(RemoteStoreTest, NoHeartbeatsFromAStoreThatIsGone) {
  MemoryStore memory;
  auto server = std::make_unique<StoreServer>(memory);
  RemoteStore remote({.address = server->address(), .caller = "test"});
  EXPECT_OK(remote.WaitForChanges(0, In(std::chrono::milliseconds(500))));
  server.reset();
  EXPECT_THAT(Eventually([&] {
                return remote.WaitForChanges(0, In(std::chrono::milliseconds(300))).ok()
                           ? absl::UnknownError("still a heartbeat")
                           : absl::OkStatus();
              }),
              testing::IsOk());
  EXPECT_THAT(remote.WaitForChanges(0, In(std::chrono::milliseconds(100))),
              HasReason(type::v1::STORE_UNREACHABLE));
}

TEST(RemoteStoreTest, AnotherTimelineAtTheSameAddressIsRefused) {
  MemoryStore first({.timeline_id = "timeline-1"});
  MemoryStore restored({.timeline_id = "timeline-2"});
  for (MemoryStore* store : {&first, &restored}) {
    for (int i = 0; i < 3; ++i)
      ASSERT_OK(store->Commit(ACommit().Put(AnEntry("a").Build()), Soon()));
  }
  auto server = std::make_unique<StoreServer>(first);
  const std::string address = server->address();
  RemoteStore remote({.address = address, .caller = "test"});
  ASSERT_OK(remote.WaitForChanges(0, Soon()));
  server.reset();
  server = std::make_unique<StoreServer>(restored, address);
  EXPECT_OK(Eventually([&] { return remote.GetStatus(Soon()); }));
  const auto refused = StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::OTHER_TIMELINE);
  EXPECT_THAT(remote.ReadChanges(1, Soon()), refused);
  absl::Status status = absl::UnavailableError("");
  const Deadline until = Soon();
  while (absl::IsUnavailable(status) && std::chrono::steady_clock::now() < until) {
    status = remote.WaitForChanges(3, Soon()).status();
  }
  EXPECT_THAT(status, refused);
  store::v1::ReportFollowerRequest report;
  report.set_follower("answer-1");
  report.set_instance("i1");
  report.set_refuse_after_ms(1'000);
  EXPECT_THAT(remote.ReportFollower(report, Soon()), refused);
  RemoteStore anew({.address = address, .caller = "test"});
  ASSERT_OK_AND_ASSIGN(const FeedBatch feed, anew.WaitForChanges(0, Soon()));
  EXPECT_EQ(feed.head.timeline_id, "timeline-2");
}

TEST(RemoteStoreTest, FeedMessagesWithAGapAreRefused) {
  TimelinePin pin;
  store::v1::FollowChangesResponse message;
  message.set_timeline_id("t");
  message.set_head_kb_revision(9);
  message.add_changes()->set_kb_revision(5);
  EXPECT_OK(ReadFeedMessage(message, 4, pin));
  for (const int64_t after : {3, 5}) {
    EXPECT_THAT(ReadFeedMessage(message, after, pin),
                StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::OTHER_TIMELINE));
  }
  message.clear_changes();
  EXPECT_OK(ReadFeedMessage(message, 9, pin));
  EXPECT_THAT(ReadFeedMessage(message, 10, pin), HasReason(type::v1::OTHER_TIMELINE))
      << "a head behind the follower";
}

TEST(RemoteStoreTest, AWaitingFollowerDoesNotHoldUpTheEnd) {
  MemoryStore memory;
  StoreServer server(memory);
  auto remote = std::make_unique<RemoteStore>(
      RemoteStore::Options{.address = server.address(), .caller = "test"});
  ASSERT_OK(remote->WaitForChanges(0, In(std::chrono::milliseconds(300))));
  auto subscription = remote->Subscribe([] {});
  const auto start = std::chrono::steady_clock::now();
  // The subscription is gone before the store, as Subscribe asks for.
  subscription.reset();
  remote.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

}  // namespace
}  // namespace hotline::storage
