#include "services/knowledge/ledger_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::knowledge {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* FactServiceGrpc::GetFact(Context* context,
                                                   const v1::GetFactRequest* request,
                                                   v1::Fact* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.FactService/GetFact", request, response,
      [this](const auto& call, const auto& r) { return service_.GetFact(call, r); });
}

grpc::ServerUnaryReactor* FactServiceGrpc::ListFacts(Context* context,
                                                     const v1::ListFactsRequest* request,
                                                     v1::ListFactsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.FactService/ListFacts", request, response,
      [this](const auto& call, const auto& r) { return service_.ListFacts(call, r); });
}

grpc::ServerUnaryReactor* FactServiceGrpc::CreateFact(Context* context,
                                                      const v1::CreateFactRequest* request,
                                                      v1::Fact* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.FactService/CreateFact", request, response,
      [this](const auto& call, const auto& r) { return service_.CreateFact(call, r); });
}

grpc::ServerUnaryReactor* FactServiceGrpc::UpdateFact(Context* context,
                                                      const v1::UpdateFactRequest* request,
                                                      v1::UpdateFactResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.FactService/UpdateFact", request, response,
      [this](const auto& call, const auto& r) { return service_.UpdateFact(call, r); });
}

grpc::ServerUnaryReactor* FactServiceGrpc::DeleteFact(Context* context,
                                                      const v1::DeleteFactRequest* request,
                                                      v1::DeleteFactResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.FactService/DeleteFact", request, response,
      [this](const auto& call, const auto& r) { return service_.DeleteFact(call, r); });
}

grpc::ServerUnaryReactor* TaskServiceGrpc::ListTasks(Context* context,
                                                     const v1::ListTasksRequest* request,
                                                     v1::ListTasksResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.TaskService/ListTasks", request, response,
      [this](const auto& call, const auto& r) { return service_.ListTasks(call, r); });
}

grpc::ServerUnaryReactor* TaskServiceGrpc::CloseTask(Context* context,
                                                     const v1::CloseTaskRequest* request,
                                                     v1::Task* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.TaskService/CloseTask", request, response,
      [this](const auto& call, const auto& r) { return service_.CloseTask(call, r); });
}

grpc::ServerUnaryReactor* TaskServiceGrpc::GetCalendar(Context* context,
                                                       const v1::GetCalendarRequest* request,
                                                       v1::Calendar* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.TaskService/GetCalendar", request, response,
      [this](const auto& call, const auto& r) { return service_.GetCalendar(call, r); });
}

grpc::ServerUnaryReactor* TaskServiceGrpc::UpdateCalendar(Context* context,
                                                          const v1::UpdateCalendarRequest* request,
                                                          v1::Calendar* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.TaskService/UpdateCalendar", request, response,
      [this](const auto& call, const auto& r) { return service_.UpdateCalendar(call, r); });
}

grpc::ServerUnaryReactor* TaskServiceGrpc::AddWorkingDays(Context* context,
                                                          const v1::AddWorkingDaysRequest* request,
                                                          v1::AddWorkingDaysResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.TaskService/AddWorkingDays", request, response,
      [this](const auto& call, const auto& r) { return service_.AddWorkingDays(call, r); });
}

}  // namespace hotline::knowledge
