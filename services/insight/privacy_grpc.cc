#include "services/insight/privacy_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

grpc::ServerUnaryReactor* PrivacyServiceGrpc::MaskText(grpc::CallbackServerContext* context,
                                                       const v1::MaskTextRequest* request,
                                                       v1::MaskTextResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.PrivacyService/MaskText", request, response,
      [this](const auto& call, const auto& r) { return service_.MaskText(call, r); });
}

grpc::ServerUnaryReactor* PrivacyServiceGrpc::ListRetentionRuns(
    grpc::CallbackServerContext* context, const v1::ListRetentionRunsRequest* request,
    v1::ListRetentionRunsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.PrivacyService/ListRetentionRuns", request, response,
      [this](const auto& call, const auto& r) { return service_.ListRetentionRuns(call, r); });
}

}  // namespace hotline::insight
