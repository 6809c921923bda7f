#include "services/insight/gap_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* GapServiceGrpc::ReportGap(Context* context,
                                                    const v1::ReportGapRequest* request,
                                                    v1::ReportGapResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.GapService/ReportGap", request, response,
      [this](const auto& call, const auto& r) { return service_.ReportGap(call, r); });
}

grpc::ServerUnaryReactor* GapServiceGrpc::GetGap(Context* context, const v1::GetGapRequest* request,
                                                 v1::Gap* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.GapService/GetGap", request, response,
      [this](const auto& call, const auto& r) { return service_.GetGap(call, r); });
}

grpc::ServerUnaryReactor* GapServiceGrpc::ListGaps(Context* context,
                                                   const v1::ListGapsRequest* request,
                                                   v1::ListGapsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.GapService/ListGaps", request, response,
      [this](const auto& call, const auto& r) { return service_.ListGaps(call, r); });
}

grpc::ServerUnaryReactor* GapServiceGrpc::AssignGap(Context* context,
                                                    const v1::AssignGapRequest* request,
                                                    v1::Gap* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.GapService/AssignGap", request, response,
      [this](const auto& call, const auto& r) { return service_.AssignGap(call, r); });
}

grpc::ServerUnaryReactor* GapServiceGrpc::MergeGaps(Context* context,
                                                    const v1::MergeGapsRequest* request,
                                                    v1::Gap* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.GapService/MergeGaps", request, response,
      [this](const auto& call, const auto& r) { return service_.MergeGaps(call, r); });
}

grpc::ServerUnaryReactor* GapServiceGrpc::CloseGap(Context* context,
                                                   const v1::CloseGapRequest* request,
                                                   v1::Gap* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.GapService/CloseGap", request, response,
      [this](const auto& call, const auto& r) { return service_.CloseGap(call, r); });
}

grpc::ServerUnaryReactor* GapServiceGrpc::GetGapFigures(Context* context,
                                                        const v1::GetGapFiguresRequest* request,
                                                        v1::GetGapFiguresResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.GapService/GetGapFigures", request, response,
      [this](const auto& call, const auto& r) { return service_.GetGapFigures(call, r); });
}

}  // namespace hotline::insight
