// The durable store: one directory, one process, one RocksDB (which this header does not show).
//
// A commit is durable when it returns: concurrent commits are taken together, and each group is one
// batch and one fsync, followed by the high-water mark. Every read is made on the state of one
// position. After the first error of the log the store refuses everything until it is opened again,
// because the disk may hold more than it has told.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/rocks_options.h"
#include "storage/store.h"

namespace hotline::storage {

// Commits that may wait at once; further ones are refused with OVERLOADED.
inline constexpr size_t kCommitQueueMax = 4'096;

// Thread-safe. Must outlive its subscriptions and every call under way.
class RocksStore final : public Store {
 public:
  using Options = RocksOptions;

  // Opens the base in `options.dir`, or makes a new one.
  // DATA_LOSS (STORE_CORRUPTED): files are missing or damaged, or acknowledged writes are gone.
  // FAILED_PRECONDITION (STATE_CONFLICT): in use by another process, no permission, or written by a
  // newer program. RESOURCE_EXHAUSTED (DISK_FULL): full even without the reserve.
  static absl::StatusOr<std::unique_ptr<RocksStore>> Open(const Options& options);
  ~RocksStore() override;

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
  struct Parts;
  explicit RocksStore(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

// Checks every invariant of a directory that no process has open, without writing to it. DATA_LOSS
// when it can't even be opened.
absl::StatusOr<VerifyReport> VerifyDirectory(const std::string& dir);

}  // namespace hotline::storage
