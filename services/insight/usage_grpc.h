// UsageService on the wire.
#pragma once

#include "hotline/insight/v1/usage_service.grpc.pb.h"
#include "services/insight/public_limit.h"
#include "services/insight/usage_service.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

class UsageServiceGrpc final : public v1::UsageService::CallbackService {
 public:
  // Both must outlive the server.
  UsageServiceGrpc(UsageService& service, PublicLimit& limit, runtime::Runtime& runtime)
      : service_(service), limit_(limit), runtime_(runtime) {}

  grpc::ServerUnaryReactor* ReportFeedback(grpc::CallbackServerContext* context,
                                           const v1::ReportFeedbackRequest* request,
                                           v1::ReportFeedbackResponse* response) override;
  grpc::ServerUnaryReactor* RecordAsks(grpc::CallbackServerContext* context,
                                       const v1::RecordAsksRequest* request,
                                       v1::RecordAsksResponse* response) override;
  grpc::ServerUnaryReactor* ListHotQuestions(grpc::CallbackServerContext* context,
                                             const v1::ListHotQuestionsRequest* request,
                                             v1::ListHotQuestionsResponse* response) override;
  grpc::ServerUnaryReactor* ListRisingQuestions(grpc::CallbackServerContext* context,
                                                const v1::ListRisingQuestionsRequest* request,
                                                v1::ListRisingQuestionsResponse* response) override;
  grpc::ServerUnaryReactor* GetEntryUsage(grpc::CallbackServerContext* context,
                                          const v1::GetEntryUsageRequest* request,
                                          v1::GetEntryUsageResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchRisingQuestionsResponse>* WatchRisingQuestions(
      grpc::CallbackServerContext* context,
      const v1::WatchRisingQuestionsRequest* request) override;

 private:
  UsageService& service_;
  PublicLimit& limit_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
