#include "services/insight/quality_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

grpc::ServerUnaryReactor* QualityGrpc::MeasureQuality(grpc::CallbackServerContext* context,
                                                      const v1::MeasureQualityRequest* request,
                                                      v1::QualityReport* response) {
  return ServeUnary(
      runtime_, context, "/hotline.insight.v1.QualityService/MeasureQuality", request, response,
      [this](const auto& call, const auto& r) { return service_.MeasureQuality(call, r); });
}

grpc::ServerUnaryReactor* QualityGrpc::GetQualityReport(grpc::CallbackServerContext* context,
                                                        const v1::GetQualityReportRequest* request,
                                                        v1::QualityReport* response) {
  return ServeUnary(
      runtime_, context, "/hotline.insight.v1.QualityService/GetQualityReport", request, response,
      [this](const auto& call, const auto& r) { return service_.GetQualityReport(call, r); });
}

grpc::ServerUnaryReactor* QualityGrpc::ListQualityReports(
    grpc::CallbackServerContext* context, const v1::ListQualityReportsRequest* request,
    v1::ListQualityReportsResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.insight.v1.QualityService/ListQualityReports", request, response,
      [this](const auto& call, const auto& r) { return service_.ListQualityReports(call, r); });
}

grpc::ServerUnaryReactor* QualityGrpc::ListQualityFindings(
    grpc::CallbackServerContext* context, const v1::ListQualityFindingsRequest* request,
    v1::ListQualityFindingsResponse* response) {
  return ServeUnary(runtime_, context, "/hotline.insight.v1.QualityService/ListQualityFindings",
                    request, response, [this](const auto& call, const auto& r) {
                      return service_.ListQualityFindings(call, r);
                    });
}

grpc::ServerWriteReactor<v1::ExportQualityReportResponse>* QualityGrpc::ExportQualityReport(
    grpc::CallbackServerContext* context, const v1::ExportQualityReportRequest* request) {
  return runtime::ServeStream<v1::ExportQualityReportResponse>(
      runtime_, context, "/hotline.insight.v1.QualityService/ExportQualityReport", request,
      [this](const auto& call, const auto& r, const runtime::Waker&) {
        return service_.ExportQualityReport(call, r);
      });
}

}  // namespace hotline::insight
