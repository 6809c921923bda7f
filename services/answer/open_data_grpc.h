// OpenDataService on the wire.
#pragma once

#include "hotline/answer/v1/open_data_service.grpc.pb.h"
#include "services/answer/open_data.h"
#include "services/runtime/runtime.h"

namespace hotline::answer {

class OpenDataGrpc final : public v1::OpenDataService::CallbackService {
 public:
  // Both must outlive the server.
  OpenDataGrpc(OpenData& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* ListOpenEntries(grpc::CallbackServerContext* context,
                                            const v1::ListOpenEntriesRequest* request,
                                            v1::ListOpenEntriesResponse* response) override;
  grpc::ServerUnaryReactor* GetOpenDataKey(grpc::CallbackServerContext* context,
                                           const v1::GetOpenDataKeyRequest* request,
                                           v1::GetOpenDataKeyResponse* response) override;
  grpc::ServerWriteReactor<v1::GetOpenSnapshotResponse>* GetOpenSnapshot(
      grpc::CallbackServerContext* context, const v1::GetOpenSnapshotRequest* request) override;
  grpc::ServerWriteReactor<v1::GetOpenChangesResponse>* GetOpenChanges(
      grpc::CallbackServerContext* context, const v1::GetOpenChangesRequest* request) override;

 private:
  OpenData& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::answer
