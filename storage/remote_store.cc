#include "storage/remote_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/time.h"
#include "storage/read_checks.h"
#include "storage/resolve.h"

namespace hotline::storage {
namespace {

using Stub = RemoteChannel::Stub;

template <typename Request, typename Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

// One attempt.
template <typename Request, typename Response>
grpc::Status Attempt(RemoteChannel& channel, Method<Request, Response> method,
                     const Request& request, Response& response, Deadline deadline) {
  const auto stub = channel.stub();
  grpc::ClientContext context;
  channel.Prepare(context, deadline);
  grpc::Status status = (stub.get()->*method)(&context, request, &response);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) channel.Renew(stub);
  return status;
}

absl::Status ReadError(const grpc::Status& status) {
  const bool lost = !SaidByStore(status) && status.error_code() == grpc::StatusCode::UNAVAILABLE;
  return lost ? StoreUnreachable("连接中断") : FromGrpcStatus(status);
}

// A call without effects: repeated once, on a new connection, when the transport lost it.
template <typename Request, typename Response>
absl::StatusOr<Response> Read(RemoteChannel& channel, Method<Request, Response> method,
                              const Request& request, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  Response response;
  grpc::Status status = Attempt(channel, method, request, response, deadline);
  if (!SaidByStore(status) && status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    response.Clear();
    status = Attempt(channel, method, request, response, deadline);
  }
  if (!status.ok()) return ReadError(status);
  return response;
}

// Adds the resources of a reply to a page; both lists must be of one length.
template <typename Response>
absl::Status AddTo(ResourcePage& page, Response& response) {
  if (response.resources_size() != response.version_revisions_size()) {
    return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT,
                     "存储返回的内容不完整，请联系管理员。");
  }
  for (int i = 0; i < response.resources_size(); ++i) {
    page.resources.push_back(
        {std::move(*response.mutable_resources(i)), response.version_revisions(i)});
  }
  page.position = {response.timeline_id(), response.kb_revision()};
  return absl::OkStatus();
}

// What can be seen without the store, so that no request that gRPC could not carry is sent.
absl::Status CheckSendable(const store::v1::CommitRequest& request) {
  RETURN_IF_ERROR(CheckCommitRequest(request));
  const size_t bytes = request.ByteSizeLong();
  if (bytes <= static_cast<size_t>(kMessageBytesMax) - 65'536) return absl::OkStatus();
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                   "一次提交的内容过大，请分批提交。",
                   {{"limit", std::to_string(kChangeBytesMax)}, {"actual", std::to_string(bytes)}});
}

bool IsReadable(const store::v1::CommitRequest& request) {
  std::string bytes;
  store::v1::CommitRequest copy;
  return request.SerializeToString(&bytes) && copy.ParseFromString(bytes);
}

}  // namespace

RemoteStore::RemoteStore(Options options)
    : channel_(options.address, options.caller),
      feed_(channel_, pin_, options.caller),
      watch_(channel_, pin_, options.caller) {}

RemoteStore::~RemoteStore() {
  {
    const std::lock_guard lock(watch_mutex_);
    stopping_ = true;
  }
  watch_changed_.notify_all();
  if (watch_thread_.joinable()) watch_thread_.join();
}

absl::StatusOr<store::v1::CommitResponse> RemoteStore::Commit(
    const store::v1::CommitRequest& request, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(CheckSendable(request));
  store::v1::CommitResponse response;
  const grpc::Status status = Attempt(channel_, &Stub::Commit, request, response, deadline);
  if (status.ok()) return response;
  if (SaidByStore(status)) return FromGrpcStatus(status);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return FromGrpcStatus(status);
  // The other side could not parse what protobuf was willing to write: certainly no effect.
  if (!IsReadable(request)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     "内容中有无效的 UTF-8 文字，请检查编码后再提交。", {{"field", "effects"}});
  }
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) return FromGrpcStatus(status);
  // Whatever the transport calls it: the request may have arrived, so the outcome is UNKNOWN.
  return StoreUnreachable("提交结果未知，请用同一请求编号重试或查询");
}

absl::StatusOr<Versioned> RemoteStore::Get(std::string_view name, int64_t kb_revision,
                                           Deadline deadline) {
  store::v1::GetResourceRequest request;
  request.set_name(std::string(name));
  request.set_kb_revision(kb_revision);
  ASSIGN_OR_RETURN(auto response, Read(channel_, &Stub::GetResource, request, deadline));
  return Versioned{std::move(*response.mutable_resource()), response.version_revision()};
}

absl::StatusOr<ResourcePage> RemoteStore::BatchGet(const std::vector<std::string>& names,
                                                   int64_t kb_revision, Deadline deadline) {
  RETURN_IF_ERROR(CheckBatchNames(names));
  ResourcePage page;
  size_t count = names.size();
  for (size_t first = 0; first < names.size();) {
    const size_t last = std::min(first + count, names.size());
    store::v1::BatchGetResourcesRequest request;
    for (size_t i = first; i < last; ++i) request.add_names(names[i]);
    // The first part decides the position of all parts. Nothing can be read at 0 but nothing.
    const bool pinned = first > 0 && page.position.kb_revision > 0;
    request.set_kb_revision(pinned ? page.position.kb_revision : kb_revision);
    auto response = Read(channel_, &Stub::BatchGetResources, request, deadline);
    if (ReasonOf(response.status()) == type::v1::LIMIT_EXCEEDED && last - first > 1) {
      count = (last - first) / 2;
      continue;
    }
    RETURN_IF_ERROR(response.status());
    RETURN_IF_ERROR(AddTo(page, *response));
    first = last;
  }
  return page;
}

absl::StatusOr<ResourcePage> RemoteStore::List(const store::v1::ListResourcesRequest& request,
                                               Deadline deadline) {
  ASSIGN_OR_RETURN(auto response, Read(channel_, &Stub::ListResources, request, deadline));
  ResourcePage page;
  page.more = response.more();
  RETURN_IF_ERROR(AddTo(page, response));
  // The store ends a reply early when it grows too large: the page is completed at the same
  // position.
  while (page.more && page.resources.size() < static_cast<size_t>(request.page_size())) {
    store::v1::ListResourcesRequest next = request;
    next.set_after_name(NameOf(page.resources.back().resource));
    next.set_page_size(request.page_size() - static_cast<int>(page.resources.size()));
    // Receipts go on behind one that never moves; only what is live now can be listed of them.
    if (request.has_receipts()) {
      next.set_after_kb_revision(page.resources.back().kb_revision);
    } else {
      next.set_kb_revision(page.position.kb_revision);
    }
    ASSIGN_OR_RETURN(response, Read(channel_, &Stub::ListResources, next, deadline));
    page.more = response.more();
    RETURN_IF_ERROR(AddTo(page, response));
  }
  return page;
}

absl::StatusOr<HistoryPage> RemoteStore::ListVersions(std::string_view name,
                                                      int64_t before_kb_revision, int page_size,
                                                      Deadline deadline) {
  store::v1::ListVersionsRequest request;
  request.set_name(std::string(name));
  request.set_before_kb_revision(before_kb_revision);
  request.set_page_size(page_size);
  HistoryPage page;
  do {
    ASSIGN_OR_RETURN(auto response, Read(channel_, &Stub::ListVersions, request, deadline));
    for (auto& version : *response.mutable_versions()) {
      HistoryItem item{.resource = std::nullopt, .kb_revision = version.kb_revision()};
      if (version.has_resource()) item.resource = std::move(*version.mutable_resource());
      page.versions.push_back(std::move(item));
    }
    page.more = response.more();
    if (!page.versions.empty()) {
      request.set_before_kb_revision(page.versions.back().kb_revision);
    }
    request.set_page_size(page_size - static_cast<int>(page.versions.size()));
  } while (page.more && request.page_size() > 0);
  return page;
}

absl::StatusOr<store::v1::CommitResponse> RemoteStore::GetRequestOutcome(
    std::string_view request_id, Deadline deadline) {
  store::v1::GetRequestOutcomeRequest request;
  request.set_request_id(std::string(request_id));
  return Read(channel_, &Stub::GetRequestOutcome, request, deadline);
}

absl::StatusOr<int64_t> RemoteStore::GetRevisionAtTime(LogTime time, Deadline deadline) {
  store::v1::GetRevisionAtTimeRequest request;
  *request.mutable_time() = ToTimestamp(time);
  ASSIGN_OR_RETURN(const auto response,
                   Read(channel_, &Stub::GetRevisionAtTime, request, deadline));
  return response.kb_revision();
}

absl::StatusOr<FeedBatch> RemoteStore::ReadChanges(int64_t after_kb_revision, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  store::v1::FollowChangesRequest request;
  request.set_after_kb_revision(after_kb_revision);
  request.set_timeline_id(pin_.timeline_id());
  grpc::Status status;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto stub = channel_.stub();
    grpc::ClientContext context;
    channel_.Prepare(context, deadline);
    // The first message of a stream comes at once: the Changes, or an empty one when there are
    // none.
    const auto stream = stub->FollowChanges(&context, request);
    store::v1::FollowChangesResponse message;
    const bool read = stream->Read(&message);
    if (read) context.TryCancel();
    status = stream->Finish();
    if (read) return ReadFeedMessage(std::move(message), after_kb_revision, pin_);
    if (SaidByStore(status) || status.error_code() != grpc::StatusCode::UNAVAILABLE) break;
    channel_.Renew(stub);
  }
  return ReadError(status);
}

absl::StatusOr<FeedBatch> RemoteStore::WaitForChanges(int64_t after_kb_revision,
                                                      Deadline deadline) {
  return feed_.Next(after_kb_revision, deadline);
}

absl::StatusOr<AuditPage> RemoteStore::ReadAudit(int64_t after_kb_revision, int page_size,
                                                 Deadline deadline) {
  store::v1::ReadAuditRequest request;
  request.set_after_kb_revision(after_kb_revision);
  request.set_page_size(page_size);
  ASSIGN_OR_RETURN(auto response, Read(channel_, &Stub::ReadAudit, request, deadline));
  AuditPage page;
  page.links.assign(std::make_move_iterator(response.mutable_links()->begin()),
                    std::make_move_iterator(response.mutable_links()->end()));
  page.head = {response.timeline_id(), response.head_kb_revision()};
  return page;
}

std::unique_ptr<Store::Subscription> RemoteStore::Subscribe(std::function<void()> listener) {
  {
    const std::lock_guard lock(watch_mutex_);
    if (!watch_thread_.joinable()) watch_thread_ = std::thread([this] { WatchHead(); });
  }
  return signal_.Subscribe(std::move(listener));
}

void RemoteStore::WatchHead() {
  // How long a stop may take at most, and how soon a lost store is asked again.
  constexpr std::chrono::milliseconds kStep{200};
  int64_t head = -1;
  std::unique_lock lock(watch_mutex_);
  while (!stopping_) {
    lock.unlock();
    const Deadline deadline = std::chrono::steady_clock::now() + kStep;
    bool failed = false;
    if (head < 0) {
      const auto status = GetStatus(deadline);
      failed = !status.ok();
      if (status.ok()) head = status->head_kb_revision();
      // A Change before this moment may be new to a listener: better one call too many.
      if (status.ok()) signal_.Publish(head);
    } else if (auto batch = watch_.Next(head, deadline); batch.ok()) {
      if (!batch->changes.empty()) head = batch->changes.back().kb_revision();
      if (!batch->changes.empty()) signal_.Publish(head);
    } else {
      failed = true;
    }
    lock.lock();
    if (failed) watch_changed_.wait_for(lock, kStep, [&] { return stopping_; });
  }
}

absl::StatusOr<store::v1::ReportFollowerResponse> RemoteStore::ReportFollower(
    const store::v1::ReportFollowerRequest& report, Deadline deadline) {
  // Not repeated by itself: the follower dates its freshness by the moment at which it asked.
  RETURN_IF_ERROR(CheckDeadline(deadline));
  store::v1::ReportFollowerResponse response;
  const grpc::Status status = Attempt(channel_, &Stub::ReportFollower, report, response, deadline);
  if (!status.ok()) return ReadError(status);
  RETURN_IF_ERROR(pin_.Check(response.timeline_id()));
  return response;
}

absl::StatusOr<store::v1::ListFollowersResponse> RemoteStore::ListFollowers(Deadline deadline) {
  return Read(channel_, &Stub::ListFollowers, store::v1::ListFollowersRequest(), deadline);
}

absl::StatusOr<store::v1::StoreStatus> RemoteStore::GetStatus(Deadline deadline) {
  ASSIGN_OR_RETURN(auto status, Read(channel_, &Stub::GetStoreStatus,
                                     store::v1::GetStoreStatusRequest(), deadline));
  status.set_engine("remote");
  return status;
}

absl::StatusOr<store::v1::GetDigestResponse> RemoteStore::GetDigest(int64_t kb_revision,
                                                                    Deadline deadline) {
  store::v1::GetDigestRequest request;
  request.set_kb_revision(kb_revision);
  return Read(channel_, &Stub::GetDigest, request, deadline);
}

absl::StatusOr<VerifyReport> RemoteStore::Verify(Deadline deadline) {
  ASSIGN_OR_RETURN(const auto response,
                   Read(channel_, &Stub::VerifyStore, store::v1::VerifyStoreRequest(), deadline));
  VerifyReport report;
  report.violations.assign(response.violations().begin(), response.violations().end());
  report.log_entries = response.log_entry_count();
  report.versions = response.version_count();
  report.resources = response.resource_count();
  return report;
}

}  // namespace hotline::storage
