// PrivacyService on the wire.
#pragma once

#include "hotline/insight/v1/privacy_service.grpc.pb.h"
#include "services/insight/privacy_service.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

class PrivacyServiceGrpc final : public v1::PrivacyService::CallbackService {
 public:
  // Both must outlive the server.
  PrivacyServiceGrpc(PrivacyService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* MaskText(grpc::CallbackServerContext* context,
                                     const v1::MaskTextRequest* request,
                                     v1::MaskTextResponse* response) override;
  grpc::ServerUnaryReactor* ListRetentionRuns(grpc::CallbackServerContext* context,
                                              const v1::ListRetentionRunsRequest* request,
                                              v1::ListRetentionRunsResponse* response) override;

 private:
  PrivacyService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
