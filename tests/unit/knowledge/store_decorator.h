// A store that passes every call on: the base of stores that do something besides.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/store.h"

namespace hotline::knowledge {

class StoreDecorator : public storage::Store {
 public:
  // `inner` must outlive this.
  explicit StoreDecorator(storage::Store& inner) : inner_(inner) {}

  absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& request,
                                                   storage::Deadline deadline) override {
    return inner_.Commit(request, deadline);
  }
  absl::StatusOr<storage::Versioned> Get(std::string_view name, int64_t at,
                                         storage::Deadline d) override {
    return inner_.Get(name, at, d);
  }
  absl::StatusOr<storage::ResourcePage> BatchGet(const std::vector<std::string>& names, int64_t at,
                                                 storage::Deadline d) override {
    return inner_.BatchGet(names, at, d);
  }
  absl::StatusOr<storage::ResourcePage> List(const store::v1::ListResourcesRequest& r,
                                             storage::Deadline d) override {
    return inner_.List(r, d);
  }
  absl::StatusOr<storage::HistoryPage> ListVersions(std::string_view name, int64_t before, int size,
                                                    storage::Deadline d) override {
    return inner_.ListVersions(name, before, size, d);
  }
  absl::StatusOr<store::v1::CommitResponse> GetRequestOutcome(std::string_view id,
                                                              storage::Deadline d) override {
    return inner_.GetRequestOutcome(id, d);
  }
  absl::StatusOr<int64_t> GetRevisionAtTime(LogTime time, storage::Deadline d) override {
    return inner_.GetRevisionAtTime(time, d);
  }
  absl::StatusOr<storage::FeedBatch> ReadChanges(int64_t after, storage::Deadline d) override {
    return inner_.ReadChanges(after, d);
  }
  absl::StatusOr<storage::FeedBatch> WaitForChanges(int64_t after, storage::Deadline d) override {
    return inner_.WaitForChanges(after, d);
  }
  std::unique_ptr<Subscription> Subscribe(std::function<void()> listener) override {
    return inner_.Subscribe(std::move(listener));
  }
  absl::StatusOr<storage::AuditPage> ReadAudit(int64_t after, int size,
                                               storage::Deadline d) override {
    return inner_.ReadAudit(after, size, d);
  }
  absl::StatusOr<store::v1::ReportFollowerResponse> ReportFollower(
      const store::v1::ReportFollowerRequest& r, storage::Deadline d) override {
    return inner_.ReportFollower(r, d);
  }
  absl::StatusOr<store::v1::ListFollowersResponse> ListFollowers(storage::Deadline d) override {
    return inner_.ListFollowers(d);
  }
  absl::StatusOr<store::v1::StoreStatus> GetStatus(storage::Deadline d) override {
    return inner_.GetStatus(d);
  }
  absl::StatusOr<store::v1::GetDigestResponse> GetDigest(int64_t at, storage::Deadline d) override {
    return inner_.GetDigest(at, d);
  }
  absl::StatusOr<storage::VerifyReport> Verify(storage::Deadline d) override {
    return inner_.Verify(d);
  }

 private:
  storage::Store& inner_;
};

}  // namespace hotline::knowledge
