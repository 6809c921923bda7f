// GapService on the wire.
#pragma once

#include "hotline/insight/v1/gap_service.grpc.pb.h"
#include "services/insight/gap_service.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

class GapServiceGrpc final : public v1::GapService::CallbackService {
 public:
  // Both must outlive the server.
  GapServiceGrpc(GapService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* ReportGap(grpc::CallbackServerContext* context,
                                      const v1::ReportGapRequest* request,
                                      v1::ReportGapResponse* response) override;
  grpc::ServerUnaryReactor* GetGap(grpc::CallbackServerContext* context,
                                   const v1::GetGapRequest* request, v1::Gap* response) override;
  grpc::ServerUnaryReactor* ListGaps(grpc::CallbackServerContext* context,
                                     const v1::ListGapsRequest* request,
                                     v1::ListGapsResponse* response) override;
  grpc::ServerUnaryReactor* AssignGap(grpc::CallbackServerContext* context,
                                      const v1::AssignGapRequest* request,
                                      v1::Gap* response) override;
  grpc::ServerUnaryReactor* MergeGaps(grpc::CallbackServerContext* context,
                                      const v1::MergeGapsRequest* request,
                                      v1::Gap* response) override;
  grpc::ServerUnaryReactor* CloseGap(grpc::CallbackServerContext* context,
                                     const v1::CloseGapRequest* request,
                                     v1::Gap* response) override;
  grpc::ServerUnaryReactor* GetGapFigures(grpc::CallbackServerContext* context,
                                          const v1::GetGapFiguresRequest* request,
                                          v1::GetGapFiguresResponse* response) override;

 private:
  GapService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
