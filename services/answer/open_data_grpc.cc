#include "services/answer/open_data_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::answer {

grpc::ServerUnaryReactor* OpenDataGrpc::ListOpenEntries(grpc::CallbackServerContext* context,
                                                        const v1::ListOpenEntriesRequest* request,
                                                        v1::ListOpenEntriesResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.OpenDataService/ListOpenEntries", request, response,
      [this](const auto& call, const auto& r) { return service_.ListOpenEntries(call, r); });
}

grpc::ServerUnaryReactor* OpenDataGrpc::GetOpenDataKey(grpc::CallbackServerContext* context,
                                                       const v1::GetOpenDataKeyRequest* request,
                                                       v1::GetOpenDataKeyResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.OpenDataService/GetOpenDataKey", request, response,
      [this](const auto& call, const auto& r) { return service_.GetOpenDataKey(call, r); });
}

grpc::ServerWriteReactor<v1::GetOpenSnapshotResponse>* OpenDataGrpc::GetOpenSnapshot(
    grpc::CallbackServerContext* context, const v1::GetOpenSnapshotRequest* request) {
  return ServeStream<v1::GetOpenSnapshotResponse>(
      runtime_, context, "/hotline.answer.v1.OpenDataService/GetOpenSnapshot", request,
      [this](const auto& call, const auto& r, const auto& /*waker*/) {
        return service_.GetOpenSnapshot(call, r);
      });
}

grpc::ServerWriteReactor<v1::GetOpenChangesResponse>* OpenDataGrpc::GetOpenChanges(
    grpc::CallbackServerContext* context, const v1::GetOpenChangesRequest* request) {
  return ServeStream<v1::GetOpenChangesResponse>(
      runtime_, context, "/hotline.answer.v1.OpenDataService/GetOpenChanges", request,
      [this](const auto& call, const auto& r, const auto& /*waker*/) {
        return service_.GetOpenChanges(call, r);
      });
}

}  // namespace hotline::answer
