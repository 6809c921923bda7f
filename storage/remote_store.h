// The store's door over gRPC: another process's store, with the same meaning.
//
// What the network adds: UNAVAILABLE (STORE_UNREACHABLE) when the store cannot be reached. For
// reads that means "try again"; for a Commit it means UNKNOWN, as DEADLINE_EXCEEDED does: repeat it
// with the same request_id. Reads are repeated once on a new connection by themselves, so that a
// restart of the store between two reads is not seen.
//
// The feed is bound to the first timeline that it meets (OTHER_TIMELINE afterwards): a follower
// whose store was restored must drop what it holds and begin with a new RemoteStore.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/change_signal.h"
#include "storage/remote_store_channel.h"
#include "storage/remote_store_feed.h"
#include "storage/store.h"

namespace hotline::storage {

// Thread-safe. WaitForChanges is meant for one follower at a time.
class RemoteStore final : public Store {
 public:
  struct Options {
    std::string address;  // "127.0.0.1:7201"
    std::string caller;   // names this process in the store's log, e.g. "kb-answer"
  };

  // Connects when it is first used; an address without a store gives STORE_UNREACHABLE then.
  explicit RemoteStore(Options options);
  ~RemoteStore() override;

  absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& request,
                                                   Deadline deadline) override;
  absl::StatusOr<Versioned> Get(std::string_view name, int64_t kb_revision,
                                Deadline deadline) override;
  absl::StatusOr<ResourcePage> BatchGet(const std::vector<std::string>& names, int64_t kb_revision,
                                        Deadline deadline) override;
  absl::StatusOr<ResourcePage> List(const store::v1::ListResourcesRequest& request,
                                    Deadline deadline) override;
  absl::StatusOr<HistoryPage> ListVersions(std::string_view name, int64_t before_kb_revision,
                                           int page_size, Deadline deadline) override;
  absl::StatusOr<store::v1::CommitResponse> GetRequestOutcome(std::string_view request_id,
                                                              Deadline deadline) override;
  absl::StatusOr<int64_t> GetRevisionAtTime(LogTime time, Deadline deadline) override;
  absl::StatusOr<FeedBatch> ReadChanges(int64_t after_kb_revision, Deadline deadline) override;
  absl::StatusOr<FeedBatch> WaitForChanges(int64_t after_kb_revision, Deadline deadline) override;
  std::unique_ptr<Subscription> Subscribe(std::function<void()> listener) override;
  absl::StatusOr<AuditPage> ReadAudit(int64_t after_kb_revision, int page_size,
                                      Deadline deadline) override;
  absl::StatusOr<store::v1::ReportFollowerResponse> ReportFollower(
      const store::v1::ReportFollowerRequest& report, Deadline deadline) override;
  absl::StatusOr<store::v1::ListFollowersResponse> ListFollowers(Deadline deadline) override;
  absl::StatusOr<store::v1::StoreStatus> GetStatus(Deadline deadline) override;
  absl::StatusOr<store::v1::GetDigestResponse> GetDigest(int64_t kb_revision,
                                                         Deadline deadline) override;
  absl::StatusOr<VerifyReport> Verify(Deadline deadline) override;

 private:
  // Publishes every new head to signal_ until stopped.
  void WatchHead();

  RemoteChannel channel_;
  TimelinePin pin_;
  RemoteFeed feed_;   // for WaitForChanges
  RemoteFeed watch_;  // for Subscribe
  ChangeSignal signal_;
  std::mutex watch_mutex_;
  std::condition_variable watch_changed_;
  bool stopping_ = false;     // guarded by watch_mutex_
  std::thread watch_thread_;  // guarded by watch_mutex_; started by the first Subscribe
};

}  // namespace hotline::storage
