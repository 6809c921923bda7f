#include "services/insight/correction_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* CorrectionServiceGrpc::ReportCorrection(
    Context* context, const v1::ReportCorrectionRequest* request,
    v1::ReportCorrectionResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.CorrectionService/ReportCorrection", request,
      response, [this](const auto& call, const auto& r) {
        return limit_.Run(call, [&] { return service_.ReportCorrection(call, r); });
      });
}

grpc::ServerUnaryReactor* CorrectionServiceGrpc::GetCorrectionStatus(
    Context* context, const v1::GetCorrectionStatusRequest* request,
    v1::CorrectionStatus* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.CorrectionService/GetCorrectionStatus", request,
      response,
      [this](const auto& call, const auto& r) { return service_.GetCorrectionStatus(call, r); });
}

grpc::ServerUnaryReactor* CorrectionServiceGrpc::GetCorrection(
    Context* context, const v1::GetCorrectionRequest* request, v1::Correction* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.CorrectionService/GetCorrection", request, response,
      [this](const auto& call, const auto& r) { return service_.GetCorrection(call, r); });
}

grpc::ServerUnaryReactor* CorrectionServiceGrpc::ListCorrections(
    Context* context, const v1::ListCorrectionsRequest* request,
    v1::ListCorrectionsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.CorrectionService/ListCorrections", request, response,
      [this](const auto& call, const auto& r) { return service_.ListCorrections(call, r); });
}

grpc::ServerUnaryReactor* CorrectionServiceGrpc::CloseCorrection(
    Context* context, const v1::CloseCorrectionRequest* request, v1::Correction* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.CorrectionService/CloseCorrection", request, response,
      [this](const auto& call, const auto& r) { return service_.CloseCorrection(call, r); });
}

}  // namespace hotline::insight
