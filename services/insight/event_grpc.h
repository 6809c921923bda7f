// EventService on the wire.
#pragma once

#include "hotline/insight/v1/event_service.grpc.pb.h"
#include "services/insight/event_service.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

class EventServiceGrpc final : public v1::EventService::CallbackService {
 public:
  // Both must outlive the server.
  EventServiceGrpc(EventService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* MarkMajorEvent(grpc::CallbackServerContext* context,
                                           const v1::MarkMajorEventRequest* request,
                                           v1::MajorEvent* response) override;
  grpc::ServerUnaryReactor* GetMajorEvent(grpc::CallbackServerContext* context,
                                          const v1::GetMajorEventRequest* request,
                                          v1::MajorEvent* response) override;
  grpc::ServerUnaryReactor* ListMajorEvents(grpc::CallbackServerContext* context,
                                            const v1::ListMajorEventsRequest* request,
                                            v1::ListMajorEventsResponse* response) override;
  grpc::ServerUnaryReactor* CompleteStep(grpc::CallbackServerContext* context,
                                         const v1::CompleteStepRequest* request,
                                         v1::MajorEvent* response) override;
  grpc::ServerUnaryReactor* CloseMajorEvent(grpc::CallbackServerContext* context,
                                            const v1::CloseMajorEventRequest* request,
                                            v1::MajorEvent* response) override;

 private:
  EventService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
