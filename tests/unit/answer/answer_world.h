// The answer service over a real follower and a MemoryStore whose clocks stand in the test's hand.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/answer_service.h"
#include "services/answer/follower.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::answer {

// Both of the machine's clocks, each moved by itself: one is for leases, the other stamps Changes.
class HandClock final : public runtime::Clock {
 public:
  runtime::BootTime Boot() const override { return runtime::BootTime(boot_.load()); }
  LogTime Wall() const override { return wall_.load(); }
  void AdvanceBoot(std::chrono::microseconds time) { boot_ += time.count(); }
  void AdvanceWall(std::chrono::microseconds time) { wall_ += time.count(); }

 private:
  std::atomic<int64_t> boot_{1'000'000'000};
  std::atomic<int64_t> wall_{1'800'000'000'000'000};
};

// Another store behind a switch: while it is down, every call fails as if the network did.
class SwitchedStore final : public storage::Store {
 public:
  explicit SwitchedStore(storage::Store& inner) : inner_(&inner) {}
  void SetDown(bool down) { down_ = down; }
  // From now on this is the store: a restored base.
  void Replace(storage::Store& inner) { inner_ = &inner; }

  absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& r,
                                                   storage::Deadline d) override {
    return Through([&](Store& s) { return s.Commit(r, d); });
  }
  absl::StatusOr<storage::Versioned> Get(std::string_view n, int64_t at,
                                         storage::Deadline d) override {
    return Through([&](Store& s) { return s.Get(n, at, d); });
  }
  absl::StatusOr<storage::ResourcePage> BatchGet(const std::vector<std::string>& n, int64_t at,
                                                 storage::Deadline d) override {
    return Through([&](Store& s) { return s.BatchGet(n, at, d); });
  }
  absl::StatusOr<storage::ResourcePage> List(const store::v1::ListResourcesRequest& r,
                                             storage::Deadline d) override {
    return Through([&](Store& s) { return s.List(r, d); });
  }
  absl::StatusOr<storage::HistoryPage> ListVersions(std::string_view n, int64_t b, int p,
                                                    storage::Deadline d) override {
    return Through([&](Store& s) { return s.ListVersions(n, b, p, d); });
  }
  absl::StatusOr<store::v1::CommitResponse> GetRequestOutcome(std::string_view id,
                                                              storage::Deadline d) override {
    return Through([&](Store& s) { return s.GetRequestOutcome(id, d); });
  }
  absl::StatusOr<int64_t> GetRevisionAtTime(LogTime t, storage::Deadline d) override {
    return Through([&](Store& s) { return s.GetRevisionAtTime(t, d); });
  }
  absl::StatusOr<storage::FeedBatch> ReadChanges(int64_t after, storage::Deadline d) override {
    return Through([&](Store& s) { return s.ReadChanges(after, d); });
  }
  absl::StatusOr<storage::FeedBatch> WaitForChanges(int64_t after, storage::Deadline d) override {
    auto batch = Through([&](Store& s) { return s.WaitForChanges(after, d); });
    if (down_) return Unreachable();
    return batch;
  }
  std::unique_ptr<Subscription> Subscribe(std::function<void()> listener) override {
    return inner_.load()->Subscribe(std::move(listener));
  }
  absl::StatusOr<storage::AuditPage> ReadAudit(int64_t after, int size,
                                               storage::Deadline d) override {
    return Through([&](Store& s) { return s.ReadAudit(after, size, d); });
  }
  absl::StatusOr<store::v1::ReportFollowerResponse> ReportFollower(
      const store::v1::ReportFollowerRequest& r, storage::Deadline d) override {
    return Through([&](Store& s) { return s.ReportFollower(r, d); });
  }
  absl::StatusOr<store::v1::ListFollowersResponse> ListFollowers(storage::Deadline d) override {
    return Through([&](Store& s) { return s.ListFollowers(d); });
  }
  absl::StatusOr<store::v1::StoreStatus> GetStatus(storage::Deadline d) override {
    return Through([&](Store& s) { return s.GetStatus(d); });
  }
  absl::StatusOr<store::v1::GetDigestResponse> GetDigest(int64_t at, storage::Deadline d) override {
    return Through([&](Store& s) { return s.GetDigest(at, d); });
  }
  absl::StatusOr<storage::VerifyReport> Verify(storage::Deadline d) override {
    return Through([&](Store& s) { return s.Verify(d); });
  }

 private:
  static absl::Status Unreachable();
  template <typename Verb>
  std::invoke_result_t<Verb, storage::Store&> Through(const Verb& verb) {
    if (down_) return Unreachable();
    return verb(*inner_.load());
  }

  std::atomic<storage::Store*> inner_;
  std::atomic<bool> down_{false};
};

class AnswerWorld : public ::testing::Test {
 protected:
  static constexpr LeaseLimits kLimits{.mark_stale_after = std::chrono::milliseconds(400),
                                       .refuse_after = std::chrono::milliseconds(1000)};
  static constexpr size_t kHistory = 200;

  AnswerWorld();
  ~AnswerWorld() override;

  // Commits, and returns a token of it: a read that carries it sees it.
  type::v1::ReadConsistency Commit(const hotline::testing::CommitBuilder& commit);
  template <typename... Resources>
  type::v1::ReadConsistency Put(const Resources&... resources) {
    hotline::testing::CommitBuilder commit;
    (commit.Put(resources), ...);
    return Commit(commit);
  }
  // Newest token; every helper below reads with it.
  const type::v1::ReadConsistency& newest() const { return newest_; }
  int64_t head() const { return head_; }
  LogTime now() const { return clock_.Wall(); }

  static runtime::Call ACall(runtime::Scope scope = runtime::Scope::kInternal);
  absl::StatusOr<v1::GetAnswerResponse> Get(const std::string& name,
                                            type::v1::Channel channel = type::v1::WEB,
                                            const std::string& region = "");
  absl::StatusOr<v1::AskResponse> Ask(const std::string& question,
                                      type::v1::Channel channel = type::v1::WEB,
                                      const std::string& region = "");

  // Calls `done` until it is true; fails the test after a long while. For what no token can wait
  // for.
  static void Await(const std::function<bool()>& done);

  HandClock clock_;
  storage::MemoryStore memory_;
  SwitchedStore store_{memory_};
  StoreHandle handle_{store_};
  ViewBoard board_;
  WatchHistory history_{kHistory};
  AnswerService service_;
  std::unique_ptr<Follower> follower_;

 private:
  type::v1::ReadConsistency newest_;
  int64_t head_ = 0;
};

}  // namespace hotline::answer
