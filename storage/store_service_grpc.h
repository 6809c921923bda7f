// StoreService over gRPC: every RPC through the frame of services/runtime.
//
// This file, its .cc and storage/main.cc are the only ones under storage/ that may include
// services/runtime: they are the process kb-store, not the library
// (docs/decisions/0020-store-service-frame.md).
#pragma once

#include <chrono>

#include "hotline/store/v1/store_service.grpc.pb.h"
#include "services/runtime/runtime.h"
#include "storage/store.h"

namespace hotline::storage {

// Thread-safe.
class StoreServiceGrpc final : public store::v1::StoreService::CallbackService {
 public:
  struct Options {
    std::chrono::milliseconds heartbeat{500};
  };

  // `runtime` and `store` must outlive the server that serves it.
  StoreServiceGrpc(runtime::Runtime& runtime, Store& store, Options options);

  grpc::ServerUnaryReactor* Commit(grpc::CallbackServerContext* context,
                                   const store::v1::CommitRequest* request,
                                   store::v1::CommitResponse* response) override;
  grpc::ServerUnaryReactor* GetResource(grpc::CallbackServerContext* context,
                                        const store::v1::GetResourceRequest* request,
                                        store::v1::GetResourceResponse* response) override;
  grpc::ServerUnaryReactor* BatchGetResources(
      grpc::CallbackServerContext* context, const store::v1::BatchGetResourcesRequest* request,
      store::v1::BatchGetResourcesResponse* response) override;
  grpc::ServerUnaryReactor* ListResources(grpc::CallbackServerContext* context,
                                          const store::v1::ListResourcesRequest* request,
                                          store::v1::ListResourcesResponse* response) override;
  grpc::ServerUnaryReactor* ListVersions(grpc::CallbackServerContext* context,
                                         const store::v1::ListVersionsRequest* request,
                                         store::v1::ListVersionsResponse* response) override;
  grpc::ServerUnaryReactor* GetRequestOutcome(grpc::CallbackServerContext* context,
                                              const store::v1::GetRequestOutcomeRequest* request,
                                              store::v1::CommitResponse* response) override;
  grpc::ServerUnaryReactor* GetRevisionAtTime(
      grpc::CallbackServerContext* context, const store::v1::GetRevisionAtTimeRequest* request,
      store::v1::GetRevisionAtTimeResponse* response) override;
  grpc::ServerWriteReactor<store::v1::FollowChangesResponse>* FollowChanges(
      grpc::CallbackServerContext* context,
      const store::v1::FollowChangesRequest* request) override;
  grpc::ServerUnaryReactor* ReadAudit(grpc::CallbackServerContext* context,
                                      const store::v1::ReadAuditRequest* request,
                                      store::v1::ReadAuditResponse* response) override;
  grpc::ServerUnaryReactor* ReportFollower(grpc::CallbackServerContext* context,
                                           const store::v1::ReportFollowerRequest* request,
                                           store::v1::ReportFollowerResponse* response) override;
  grpc::ServerUnaryReactor* ListFollowers(grpc::CallbackServerContext* context,
                                          const store::v1::ListFollowersRequest* request,
                                          store::v1::ListFollowersResponse* response) override;
  grpc::ServerUnaryReactor* GetStoreStatus(grpc::CallbackServerContext* context,
                                           const store::v1::GetStoreStatusRequest* request,
                                           store::v1::StoreStatus* response) override;
  grpc::ServerUnaryReactor* GetDigest(grpc::CallbackServerContext* context,
                                      const store::v1::GetDigestRequest* request,
                                      store::v1::GetDigestResponse* response) override;
  grpc::ServerUnaryReactor* VerifyStore(grpc::CallbackServerContext* context,
                                        const store::v1::VerifyStoreRequest* request,
                                        store::v1::VerifyStoreResponse* response) override;

 private:
  runtime::Runtime& runtime_;
  Store& store_;
  const Options options_;
};

}  // namespace hotline::storage
