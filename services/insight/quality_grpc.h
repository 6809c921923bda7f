// QualityService over gRPC.
#pragma once

#include "hotline/insight/v1/quality_service.grpc.pb.h"
#include "services/insight/quality_service.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

// Thread-safe.
class QualityGrpc final : public v1::QualityService::CallbackService {
 public:
  // Both must outlive the server that serves it.
  QualityGrpc(QualityService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* MeasureQuality(grpc::CallbackServerContext* context,
                                           const v1::MeasureQualityRequest* request,
                                           v1::QualityReport* response) override;
  grpc::ServerUnaryReactor* GetQualityReport(grpc::CallbackServerContext* context,
                                             const v1::GetQualityReportRequest* request,
                                             v1::QualityReport* response) override;
  grpc::ServerUnaryReactor* ListQualityReports(grpc::CallbackServerContext* context,
                                               const v1::ListQualityReportsRequest* request,
                                               v1::ListQualityReportsResponse* response) override;
  grpc::ServerUnaryReactor* ListQualityFindings(grpc::CallbackServerContext* context,
                                                const v1::ListQualityFindingsRequest* request,
                                                v1::ListQualityFindingsResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportQualityReportResponse>* ExportQualityReport(
      grpc::CallbackServerContext* context, const v1::ExportQualityReportRequest* request) override;

 private:
  QualityService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
