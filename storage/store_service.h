// The verbs of StoreService as plain functions over a Store: requests in, replies out, no gRPC.
//
// Replies stay below kReplyBytesMax: lists end earlier and say that there is more, batches are
// refused. A single resource cannot be larger than a Change (kChangeBytesMax), so every one of them
// can be read.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/store/v1/store_service.pb.h"
#include "storage/store.h"

namespace hotline::storage {

inline constexpr size_t kReplyBytesMax = 8U << 20U;

absl::StatusOr<store::v1::GetResourceResponse> ServeGet(
    Store& store, const store::v1::GetResourceRequest& request, Deadline deadline);
// RESOURCE_EXHAUSTED (LIMIT_EXCEEDED) for a reply above kReplyBytesMax.
absl::StatusOr<store::v1::BatchGetResourcesResponse> ServeBatchGet(
    Store& store, const store::v1::BatchGetResourcesRequest& request, Deadline deadline);
absl::StatusOr<store::v1::ListResourcesResponse> ServeList(
    Store& store, const store::v1::ListResourcesRequest& request, Deadline deadline);
absl::StatusOr<store::v1::ListVersionsResponse> ServeListVersions(
    Store& store, const store::v1::ListVersionsRequest& request, Deadline deadline);
absl::StatusOr<store::v1::GetRevisionAtTimeResponse> ServeGetRevisionAtTime(
    Store& store, const store::v1::GetRevisionAtTimeRequest& request, Deadline deadline);
absl::StatusOr<store::v1::ReadAuditResponse> ServeReadAudit(
    Store& store, const store::v1::ReadAuditRequest& request, Deadline deadline);
absl::StatusOr<store::v1::VerifyStoreResponse> ServeVerify(Store& store, Deadline deadline);

// The messages of one FollowChanges stream, one step at a time. The first message comes at once, so
// that the follower knows that it is connected; afterwards one comes for every batch of Changes,
// and a heartbeat after each `heartbeat` of silence. Not thread-safe.
class ChangeFeed {
 public:
  // FAILED_PRECONDITION (OTHER_TIMELINE), OUT_OF_RANGE (REVISION_NOT_REACHED), INVALID_ARGUMENT.
  // `store` must outlive the feed.
  static absl::StatusOr<std::unique_ptr<ChangeFeed>> Open(
      Store& store, const store::v1::FollowChangesRequest& request,
      std::chrono::milliseconds heartbeat);

  // The next message, or nullopt when there is nothing to say at `now`.
  absl::StatusOr<std::optional<store::v1::FollowChangesResponse>> Next(
      std::chrono::steady_clock::time_point now);

 private:
  ChangeFeed(Store& store, int64_t after, std::string timeline_id,
             std::chrono::milliseconds heartbeat)
      : store_(store), after_(after), timeline_id_(std::move(timeline_id)), heartbeat_(heartbeat) {}

  Store& store_;
  int64_t after_;
  const std::string timeline_id_;
  const std::chrono::milliseconds heartbeat_;
  std::optional<std::chrono::steady_clock::time_point> spoke_;  // when the last message was made
};

}  // namespace hotline::storage
