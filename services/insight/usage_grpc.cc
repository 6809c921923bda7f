#include "services/insight/usage_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

using Context = grpc::CallbackServerContext;

namespace {

// Between two wakes a watch only has to notice that it is quiet: kRiseHeartbeat plus this stays
// below the 15 s that the contract promises.
constexpr std::chrono::seconds kWatchPulse{4};
static_assert(kRiseHeartbeat + kWatchPulse < std::chrono::seconds(15));

}  // namespace

grpc::ServerUnaryReactor* UsageServiceGrpc::ReportFeedback(Context* context,
                                                           const v1::ReportFeedbackRequest* request,
                                                           v1::ReportFeedbackResponse* response) {
  return runtime::ServeUnary(runtime_, context, "/hotline.insight.v1.UsageService/ReportFeedback",
                             request, response, [this](const auto& call, const auto& r) {
                               return limit_.Run(call,
                                                 [&] { return service_.ReportFeedback(call, r); });
                             });
}

grpc::ServerUnaryReactor* UsageServiceGrpc::RecordAsks(Context* context,
                                                       const v1::RecordAsksRequest* request,
                                                       v1::RecordAsksResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.UsageService/RecordAsks", request, response,
      [this](const auto& call, const auto& r) { return service_.RecordAsks(call, r); });
}

grpc::ServerUnaryReactor* UsageServiceGrpc::ListHotQuestions(
    Context* context, const v1::ListHotQuestionsRequest* request,
    v1::ListHotQuestionsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.UsageService/ListHotQuestions", request, response,
      [this](const auto& call, const auto& r) { return service_.ListHotQuestions(call, r); });
}

grpc::ServerUnaryReactor* UsageServiceGrpc::ListRisingQuestions(
    Context* context, const v1::ListRisingQuestionsRequest* request,
    v1::ListRisingQuestionsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.UsageService/ListRisingQuestions", request, response,
      [this](const auto& call, const auto& r) { return service_.ListRisingQuestions(call, r); });
}

grpc::ServerUnaryReactor* UsageServiceGrpc::GetEntryUsage(Context* context,
                                                          const v1::GetEntryUsageRequest* request,
                                                          v1::GetEntryUsageResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.UsageService/GetEntryUsage", request, response,
      [this](const auto& call, const auto& r) { return service_.GetEntryUsage(call, r); });
}

grpc::ServerWriteReactor<v1::WatchRisingQuestionsResponse>* UsageServiceGrpc::WatchRisingQuestions(
    Context* context, const v1::WatchRisingQuestionsRequest* request) {
  return runtime::ServeStream<v1::WatchRisingQuestionsResponse>(
      runtime_, context, "/hotline.insight.v1.UsageService/WatchRisingQuestions", request,
      [this](const auto& call, const auto& r, runtime::Waker waker) {
        return service_.WatchRisingQuestions(call, r, std::move(waker));
      },
      {.pulse = kWatchPulse});
}

}  // namespace hotline::insight
