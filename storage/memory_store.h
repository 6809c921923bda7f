// The model: a store in memory that is simple enough to be read and believed.
//
// It shares the pure core with RocksStore (resolve, digest leaves, filters, the follower registry)
// and nothing else. What RocksStore keeps as rows it recomputes: reads walk the history, digests
// add every leaf anew. Tests compare the other stores with it; it is no cache and no fallback, and
// loses everything at its end.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/change_signal.h"
#include "storage/clocks.h"
#include "storage/follower_registry.h"
#include "storage/log.h"
#include "storage/log_entry.h"
#include "storage/store.h"

namespace hotline::storage {

// Thread-safe.
class MemoryStore final : public Store {
 public:
  struct Options {
    std::string timeline_id = "memory";
    Clocks clocks = SystemClocks();
    int64_t refuse_after_ms_max = kRefuseAfterMsMaxDefault;
  };

  MemoryStore() : MemoryStore(Options()) {}
  explicit MemoryStore(Options options);

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
  // The versions of one resource by their positions; nullopt where it was deleted.
  using Versions = std::map<int64_t, std::optional<store::v1::Resource>>;
  using Histories = std::map<std::string, Versions, std::less<>>;

  // All of these need mutex_.
  int64_t Head() const { return static_cast<int64_t>(log_.size()); }
  Position HeadPosition() const { return {options_.timeline_id, Head()}; }
  LogHead HeadOfLog() const;
  void Append(const store::v1::Change& change);
  FeedBatch Feed(int64_t after_kb_revision);
  static void Apply(const store::v1::Change& change, Histories& histories);
  static std::optional<Versioned> VersionAt(const Versions& versions, int64_t kb_revision);
  std::optional<Versioned> Find(std::string_view name, int64_t kb_revision) const;
  // A page of a checked request for receipts of an entry.
  void ListReceipts(const store::v1::ListResourcesRequest& request, ResourcePage& page) const;
  std::optional<std::string> FindReferrer(std::string_view name) const;
  std::string DigestAt(int64_t kb_revision) const;

  const Options options_;
  FollowerRegistry followers_;
  ChangeSignal signal_;
  std::mutex mutex_;
  LogClock clock_;                           // guarded by mutex_
  std::vector<LogRecord> log_;               // guarded by mutex_; [0] is position 1
  std::vector<store::v1::Change> changes_;   // guarded by mutex_; as the log
  std::vector<store::v1::AuditLink> audit_;  // guarded by mutex_; as the log
  Histories histories_;                      // guarded by mutex_
  std::map<std::string, int64_t, std::less<>> request_rows_;  // guarded by mutex_; id -> position
};

}  // namespace hotline::storage
