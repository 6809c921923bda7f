// CorrectionService on the wire.
#pragma once

#include "hotline/insight/v1/correction_service.grpc.pb.h"
#include "services/insight/correction_service.h"
#include "services/insight/public_limit.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

class CorrectionServiceGrpc final : public v1::CorrectionService::CallbackService {
 public:
  // Both must outlive the server.
  CorrectionServiceGrpc(CorrectionService& service, PublicLimit& limit, runtime::Runtime& runtime)
      : service_(service), limit_(limit), runtime_(runtime) {}

  grpc::ServerUnaryReactor* ReportCorrection(grpc::CallbackServerContext* context,
                                             const v1::ReportCorrectionRequest* request,
                                             v1::ReportCorrectionResponse* response) override;
  grpc::ServerUnaryReactor* GetCorrectionStatus(grpc::CallbackServerContext* context,
                                                const v1::GetCorrectionStatusRequest* request,
                                                v1::CorrectionStatus* response) override;
  grpc::ServerUnaryReactor* GetCorrection(grpc::CallbackServerContext* context,
                                          const v1::GetCorrectionRequest* request,
                                          v1::Correction* response) override;
  grpc::ServerUnaryReactor* ListCorrections(grpc::CallbackServerContext* context,
                                            const v1::ListCorrectionsRequest* request,
                                            v1::ListCorrectionsResponse* response) override;
  grpc::ServerUnaryReactor* CloseCorrection(grpc::CallbackServerContext* context,
                                            const v1::CloseCorrectionRequest* request,
                                            v1::Correction* response) override;

 private:
  CorrectionService& service_;
  PublicLimit& limit_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
