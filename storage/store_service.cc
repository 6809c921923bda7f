#include "storage/store_service.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/time.h"
#include "storage/read_checks.h"

namespace hotline::storage {
namespace {

// A feed reads at most this long before it says that the store does not answer.
constexpr std::chrono::seconds kFeedReadMax{10};

absl::Status OtherTimeline() {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::OTHER_TIMELINE,
                   "知识库已从备份恢复，时间线已更换，请清空本地数据后重新同步。");
}

}  // namespace

absl::StatusOr<store::v1::GetResourceResponse> ServeGet(
    Store& store, const store::v1::GetResourceRequest& request, Deadline deadline) {
  if (request.name().empty()) return FieldRequired("name");
  // One read for the resource and the position that it was read at.
  ASSIGN_OR_RETURN(ResourcePage page,
                   store.BatchGet({request.name()}, request.kb_revision(), deadline));
  if (page.resources.empty()) return NotFound(request.name());
  store::v1::GetResourceResponse response;
  *response.mutable_resource() = std::move(page.resources.front().resource);
  response.set_version_revision(page.resources.front().kb_revision);
  response.set_kb_revision(page.position.kb_revision);
  response.set_timeline_id(page.position.timeline_id);
  return response;
}

absl::StatusOr<store::v1::BatchGetResourcesResponse> ServeBatchGet(
    Store& store, const store::v1::BatchGetResourcesRequest& request, Deadline deadline) {
  const std::vector<std::string> names(request.names().begin(), request.names().end());
  ASSIGN_OR_RETURN(ResourcePage page, store.BatchGet(names, request.kb_revision(), deadline));
  store::v1::BatchGetResourcesResponse response;
  size_t bytes = 0;
  for (Versioned& version : page.resources) {
    bytes += version.resource.ByteSizeLong();
    response.add_version_revisions(version.kb_revision);
    *response.add_resources() = std::move(version.resource);
  }
  if (bytes > kReplyBytesMax && response.resources_size() > 1) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
        "一次读取的内容过大，请减少每批的名称数量。",
        {{"limit", std::to_string(kReplyBytesMax)}, {"actual", std::to_string(bytes)}});
  }
  response.set_kb_revision(page.position.kb_revision);
  response.set_timeline_id(page.position.timeline_id);
  return response;
}

absl::StatusOr<store::v1::ListResourcesResponse> ServeList(
    Store& store, const store::v1::ListResourcesRequest& request, Deadline deadline) {
  ASSIGN_OR_RETURN(ResourcePage page, store.List(request, deadline));
  store::v1::ListResourcesResponse response;
  response.set_more(page.more);
  response.set_kb_revision(page.position.kb_revision);
  response.set_timeline_id(page.position.timeline_id);
  size_t bytes = 0;
  for (Versioned& version : page.resources) {
    bytes += version.resource.ByteSizeLong();
    if (bytes > kReplyBytesMax && response.resources_size() > 0) {
      response.set_more(true);
      break;
    }
    response.add_version_revisions(version.kb_revision);
    *response.add_resources() = std::move(version.resource);
  }
  return response;
}

absl::StatusOr<store::v1::ListVersionsResponse> ServeListVersions(
    Store& store, const store::v1::ListVersionsRequest& request, Deadline deadline) {
  ASSIGN_OR_RETURN(HistoryPage page,
                   store.ListVersions(request.name(), request.before_kb_revision(),
                                      request.page_size(), deadline));
  store::v1::ListVersionsResponse response;
  response.set_more(page.more);
  size_t bytes = 0;
  for (HistoryItem& item : page.versions) {
    bytes += item.resource ? item.resource->ByteSizeLong() : 0;
    if (bytes > kReplyBytesMax && response.versions_size() > 0) {
      response.set_more(true);
      break;
    }
    auto& version = *response.add_versions();
    version.set_kb_revision(item.kb_revision);
    if (item.resource) *version.mutable_resource() = *std::move(item.resource);
  }
  return response;
}

absl::StatusOr<store::v1::GetRevisionAtTimeResponse> ServeGetRevisionAtTime(
    Store& store, const store::v1::GetRevisionAtTimeRequest& request, Deadline deadline) {
  if (!request.has_time()) return FieldRequired("time");
  store::v1::GetRevisionAtTimeResponse response;
  ASSIGN_OR_RETURN(const int64_t kb_revision,
                   store.GetRevisionAtTime(ToLogTime(request.time()), deadline));
  response.set_kb_revision(kb_revision);
  return response;
}

absl::StatusOr<store::v1::ReadAuditResponse> ServeReadAudit(
    Store& store, const store::v1::ReadAuditRequest& request, Deadline deadline) {
  ASSIGN_OR_RETURN(AuditPage page,
                   store.ReadAudit(request.after_kb_revision(), request.page_size(), deadline));
  store::v1::ReadAuditResponse response;
  for (auto& link : page.links) *response.add_links() = std::move(link);
  response.set_head_kb_revision(page.head.kb_revision);
  response.set_timeline_id(page.head.timeline_id);
  return response;
}

absl::StatusOr<store::v1::VerifyStoreResponse> ServeVerify(Store& store, Deadline deadline) {
  ASSIGN_OR_RETURN(const VerifyReport report, store.Verify(deadline));
  store::v1::VerifyStoreResponse response;
  for (const std::string& violation : report.violations) response.add_violations(violation);
  response.set_log_entry_count(report.log_entries);
  response.set_version_count(report.versions);
  response.set_resource_count(report.resources);
  return response;
}

absl::StatusOr<std::unique_ptr<ChangeFeed>> ChangeFeed::Open(
    Store& store, const store::v1::FollowChangesRequest& request,
    std::chrono::milliseconds heartbeat) {
  const Deadline deadline = std::chrono::steady_clock::now() + kFeedReadMax;
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(deadline));
  if (!request.timeline_id().empty() && request.timeline_id() != status.timeline_id()) {
    return OtherTimeline();
  }
  RETURN_IF_ERROR(ReadPosition(request.after_kb_revision(), status.head_kb_revision()).status());
  return std::unique_ptr<ChangeFeed>(
      new ChangeFeed(store, request.after_kb_revision(), status.timeline_id(), heartbeat));
}

absl::StatusOr<std::optional<store::v1::FollowChangesResponse>> ChangeFeed::Next(
    std::chrono::steady_clock::time_point now) {
  ASSIGN_OR_RETURN(FeedBatch batch,
                   store_.ReadChanges(after_, std::chrono::steady_clock::now() + kFeedReadMax));
  if (batch.head.timeline_id != timeline_id_) return OtherTimeline();
  if (batch.changes.empty() && spoke_ && now - *spoke_ < heartbeat_) return std::nullopt;
  spoke_ = now;
  store::v1::FollowChangesResponse response;
  for (store::v1::Change& change : batch.changes) {
    after_ = change.kb_revision();
    *response.add_changes() = std::move(change);
  }
  response.set_head_kb_revision(batch.head.kb_revision);
  *response.mutable_log_time() = ToTimestamp(batch.log_time);
  response.set_timeline_id(batch.head.timeline_id);
  return response;
}

}  // namespace hotline::storage
