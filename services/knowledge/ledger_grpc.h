// FactService and TaskService on the wire.
#pragma once

#include "hotline/knowledge/v1/fact_service.grpc.pb.h"
#include "services/knowledge/fact_service.h"
#include "services/knowledge/task_service.h"
#include "services/runtime/runtime.h"

namespace hotline::knowledge {

class FactServiceGrpc final : public v1::FactService::CallbackService {
 public:
  // Both must outlive the server.
  FactServiceGrpc(FactService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* GetFact(grpc::CallbackServerContext* context,
                                    const v1::GetFactRequest* request, v1::Fact* response) override;
  grpc::ServerUnaryReactor* ListFacts(grpc::CallbackServerContext* context,
                                      const v1::ListFactsRequest* request,
                                      v1::ListFactsResponse* response) override;
  grpc::ServerUnaryReactor* CreateFact(grpc::CallbackServerContext* context,
                                       const v1::CreateFactRequest* request,
                                       v1::Fact* response) override;
  grpc::ServerUnaryReactor* UpdateFact(grpc::CallbackServerContext* context,
                                       const v1::UpdateFactRequest* request,
                                       v1::UpdateFactResponse* response) override;
  grpc::ServerUnaryReactor* DeleteFact(grpc::CallbackServerContext* context,
                                       const v1::DeleteFactRequest* request,
                                       v1::DeleteFactResponse* response) override;

 private:
  FactService& service_;
  runtime::Runtime& runtime_;
};

class TaskServiceGrpc final : public v1::TaskService::CallbackService {
 public:
  // Both must outlive the server.
  TaskServiceGrpc(TaskService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* ListTasks(grpc::CallbackServerContext* context,
                                      const v1::ListTasksRequest* request,
                                      v1::ListTasksResponse* response) override;
  grpc::ServerUnaryReactor* CloseTask(grpc::CallbackServerContext* context,
                                      const v1::CloseTaskRequest* request,
                                      v1::Task* response) override;
  grpc::ServerUnaryReactor* GetCalendar(grpc::CallbackServerContext* context,
                                        const v1::GetCalendarRequest* request,
                                        v1::Calendar* response) override;
  grpc::ServerUnaryReactor* UpdateCalendar(grpc::CallbackServerContext* context,
                                           const v1::UpdateCalendarRequest* request,
                                           v1::Calendar* response) override;
  grpc::ServerUnaryReactor* AddWorkingDays(grpc::CallbackServerContext* context,
                                           const v1::AddWorkingDaysRequest* request,
                                           v1::AddWorkingDaysResponse* response) override;

 private:
  TaskService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::knowledge
