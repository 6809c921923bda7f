#include "services/insight/event_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* EventServiceGrpc::MarkMajorEvent(Context* context,
                                                           const v1::MarkMajorEventRequest* request,
                                                           v1::MajorEvent* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.EventService/MarkMajorEvent", request, response,
      [this](const auto& call, const auto& r) { return service_.MarkMajorEvent(call, r); });
}

grpc::ServerUnaryReactor* EventServiceGrpc::GetMajorEvent(Context* context,
                                                          const v1::GetMajorEventRequest* request,
                                                          v1::MajorEvent* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.EventService/GetMajorEvent", request, response,
      [this](const auto& call, const auto& r) { return service_.GetMajorEvent(call, r); });
}

grpc::ServerUnaryReactor* EventServiceGrpc::ListMajorEvents(
    Context* context, const v1::ListMajorEventsRequest* request,
    v1::ListMajorEventsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.EventService/ListMajorEvents", request, response,
      [this](const auto& call, const auto& r) { return service_.ListMajorEvents(call, r); });
}

grpc::ServerUnaryReactor* EventServiceGrpc::CompleteStep(Context* context,
                                                         const v1::CompleteStepRequest* request,
                                                         v1::MajorEvent* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.EventService/CompleteStep", request, response,
      [this](const auto& call, const auto& r) { return service_.CompleteStep(call, r); });
}

grpc::ServerUnaryReactor* EventServiceGrpc::CloseMajorEvent(
    Context* context, const v1::CloseMajorEventRequest* request, v1::MajorEvent* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.EventService/CloseMajorEvent", request, response,
      [this](const auto& call, const auto& r) { return service_.CloseMajorEvent(call, r); });
}

}  // namespace hotline::insight
