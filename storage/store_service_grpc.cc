#include "storage/store_service_grpc.h"

#include <memory>
#include <optional>
#include <utility>

#include "proto/cc/errors.h"
#include "services/runtime/serve.h"
#include "storage/store_service.h"

namespace hotline::storage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using runtime::Call;
using runtime::ServeUnary;

// One follower's stream: woken by the store after each Change, pulsed for heartbeats.
class FollowSource final : public runtime::StreamSource<store::v1::FollowChangesResponse> {
 public:
  using Step = runtime::StreamStep<store::v1::FollowChangesResponse>;

  static runtime::SourceOr<store::v1::FollowChangesResponse> Open(
      Store& store, const store::v1::FollowChangesRequest& request,
      std::chrono::milliseconds heartbeat, runtime::Waker waker) {
    ASSIGN_OR_RETURN(auto feed, ChangeFeed::Open(store, request, heartbeat));
    auto source = std::unique_ptr<FollowSource>(new FollowSource);
    source->feed_ = std::move(feed);
    // Subscribed before the first read: a Change in between wakes the stream once too often, never
    // too seldom.
    source->subscription_ = store.Subscribe(std::move(waker));
    return std::unique_ptr<runtime::StreamSource<store::v1::FollowChangesResponse>>(
        std::move(source));
  }

  absl::StatusOr<Step> Next() override {
    ASSIGN_OR_RETURN(std::optional<store::v1::FollowChangesResponse> message,
                     feed_->Next(std::chrono::steady_clock::now()));
    return message ? Step::Message(*std::move(message)) : Step::NothingNow();
  }

 private:
  FollowSource() = default;

  std::unique_ptr<ChangeFeed> feed_;
  std::unique_ptr<Store::Subscription> subscription_;
};

}  // namespace

StoreServiceGrpc::StoreServiceGrpc(runtime::Runtime& runtime, Store& store, Options options)
    : runtime_(runtime), store_(store), options_(options) {}

ServerUnaryReactor* StoreServiceGrpc::Commit(CallbackServerContext* context,
                                             const store::v1::CommitRequest* request,
                                             store::v1::CommitResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/Commit", request, response,
                    [this](const Call& call, const store::v1::CommitRequest& message) {
                      return store_.Commit(message, call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::GetResource(CallbackServerContext* context,
                                                  const store::v1::GetResourceRequest* request,
                                                  store::v1::GetResourceResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/GetResource", request,
                    response, [this](const Call& call, const auto& message) {
                      return ServeGet(store_, message, call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::BatchGetResources(
    CallbackServerContext* context, const store::v1::BatchGetResourcesRequest* request,
    store::v1::BatchGetResourcesResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/BatchGetResources", request,
                    response, [this](const Call& call, const auto& message) {
                      return ServeBatchGet(store_, message, call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::ListResources(CallbackServerContext* context,
                                                    const store::v1::ListResourcesRequest* request,
                                                    store::v1::ListResourcesResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/ListResources", request,
                    response, [this](const Call& call, const auto& message) {
                      return ServeList(store_, message, call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::ListVersions(CallbackServerContext* context,
                                                   const store::v1::ListVersionsRequest* request,
                                                   store::v1::ListVersionsResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/ListVersions", request,
                    response, [this](const Call& call, const auto& message) {
                      return ServeListVersions(store_, message, call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::GetRequestOutcome(
    CallbackServerContext* context, const store::v1::GetRequestOutcomeRequest* request,
    store::v1::CommitResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/GetRequestOutcome", request,
                    response, [this](const Call& call, const auto& message) {
                      return store_.GetRequestOutcome(message.request_id(), call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::GetRevisionAtTime(
    CallbackServerContext* context, const store::v1::GetRevisionAtTimeRequest* request,
    store::v1::GetRevisionAtTimeResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/GetRevisionAtTime", request,
                    response, [this](const Call& call, const auto& message) {
                      return ServeGetRevisionAtTime(store_, message, call.deadline);
                    });
}

grpc::ServerWriteReactor<store::v1::FollowChangesResponse>* StoreServiceGrpc::FollowChanges(
    CallbackServerContext* context, const store::v1::FollowChangesRequest* request) {
  // Two pulses per heartbeat: a heartbeat is at most half of one late.
  return runtime::ServeStream<store::v1::FollowChangesResponse>(
      runtime_, context, "/hotline.store.v1.StoreService/FollowChanges", request,
      [this](const Call&, const store::v1::FollowChangesRequest& message, runtime::Waker waker) {
        return FollowSource::Open(store_, message, options_.heartbeat, std::move(waker));
      },
      {.pulse = options_.heartbeat / 2});
}

ServerUnaryReactor* StoreServiceGrpc::ReadAudit(CallbackServerContext* context,
                                                const store::v1::ReadAuditRequest* request,
                                                store::v1::ReadAuditResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/ReadAudit", request,
                    response, [this](const Call& call, const auto& message) {
                      return ServeReadAudit(store_, message, call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::ReportFollower(
    CallbackServerContext* context, const store::v1::ReportFollowerRequest* request,
    store::v1::ReportFollowerResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/ReportFollower", request,
                    response, [this](const Call& call, const auto& message) {
                      return store_.ReportFollower(message, call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::ListFollowers(CallbackServerContext* context,
                                                    const store::v1::ListFollowersRequest* request,
                                                    store::v1::ListFollowersResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.store.v1.StoreService/ListFollowers", request, response,
      [this](const Call& call, const auto&) { return store_.ListFollowers(call.deadline); });
}

ServerUnaryReactor* StoreServiceGrpc::GetStoreStatus(
    CallbackServerContext* context, const store::v1::GetStoreStatusRequest* request,
    store::v1::StoreStatus* response) {
  return ServeUnary(
      runtime_, context, "/hotline.store.v1.StoreService/GetStoreStatus", request, response,
      [this](const Call& call, const auto&) { return store_.GetStatus(call.deadline); });
}

ServerUnaryReactor* StoreServiceGrpc::GetDigest(CallbackServerContext* context,
                                                const store::v1::GetDigestRequest* request,
                                                store::v1::GetDigestResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.store.v1.StoreService/GetDigest", request,
                    response, [this](const Call& call, const auto& message) {
                      return store_.GetDigest(message.kb_revision(), call.deadline);
                    });
}

ServerUnaryReactor* StoreServiceGrpc::VerifyStore(CallbackServerContext* context,
                                                  const store::v1::VerifyStoreRequest* request,
                                                  store::v1::VerifyStoreResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.store.v1.StoreService/VerifyStore", request, response,
      [this](const Call& call, const auto&) { return ServeVerify(store_, call.deadline); });
}

}  // namespace hotline::storage
