// KnowledgeService on the wire.
#pragma once

#include "hotline/knowledge/v1/knowledge_service.grpc.pb.h"
#include "services/knowledge/knowledge_service.h"
#include "services/runtime/runtime.h"

namespace hotline::knowledge {

class KnowledgeGrpc final : public v1::KnowledgeService::CallbackService {
 public:
  // Both must outlive the server.
  KnowledgeGrpc(KnowledgeService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* GetEntry(grpc::CallbackServerContext* context,
                                     const v1::GetEntryRequest* request,
                                     v1::Entry* response) override;
  grpc::ServerUnaryReactor* ListEntries(grpc::CallbackServerContext* context,
                                        const v1::ListEntriesRequest* request,
                                        v1::ListEntriesResponse* response) override;
  grpc::ServerUnaryReactor* CreateEntry(grpc::CallbackServerContext* context,
                                        const v1::CreateEntryRequest* request,
                                        v1::Entry* response) override;
  grpc::ServerUnaryReactor* UpdateEntry(grpc::CallbackServerContext* context,
                                        const v1::UpdateEntryRequest* request,
                                        v1::Entry* response) override;
  grpc::ServerUnaryReactor* PublishEntry(grpc::CallbackServerContext* context,
                                         const v1::PublishEntryRequest* request,
                                         v1::Entry* response) override;
  grpc::ServerUnaryReactor* RetireEntry(grpc::CallbackServerContext* context,
                                        const v1::RetireEntryRequest* request,
                                        v1::Entry* response) override;
  grpc::ServerUnaryReactor* RecallEntry(grpc::CallbackServerContext* context,
                                        const v1::RecallEntryRequest* request,
                                        v1::Recall* response) override;
  grpc::ServerUnaryReactor* SetEntryVariant(grpc::CallbackServerContext* context,
                                            const v1::SetEntryVariantRequest* request,
                                            v1::Entry* response) override;
  grpc::ServerUnaryReactor* GetEntryRevision(grpc::CallbackServerContext* context,
                                             const v1::GetEntryRevisionRequest* request,
                                             v1::EntryRevision* response) override;
  grpc::ServerUnaryReactor* ListEntryRevisions(grpc::CallbackServerContext* context,
                                               const v1::ListEntryRevisionsRequest* request,
                                               v1::ListEntryRevisionsResponse* response) override;
  grpc::ServerUnaryReactor* DiffEntryRevisions(grpc::CallbackServerContext* context,
                                               const v1::DiffEntryRevisionsRequest* request,
                                               v1::DiffEntryRevisionsResponse* response) override;
  grpc::ServerUnaryReactor* GetRelease(grpc::CallbackServerContext* context,
                                       const v1::GetReleaseRequest* request,
                                       v1::Release* response) override;
  grpc::ServerUnaryReactor* ListReleases(grpc::CallbackServerContext* context,
                                         const v1::ListReleasesRequest* request,
                                         v1::ListReleasesResponse* response) override;
  grpc::ServerUnaryReactor* CreateRelease(grpc::CallbackServerContext* context,
                                          const v1::CreateReleaseRequest* request,
                                          v1::Release* response) override;
  grpc::ServerUnaryReactor* UpdateRelease(grpc::CallbackServerContext* context,
                                          const v1::UpdateReleaseRequest* request,
                                          v1::Release* response) override;
  grpc::ServerUnaryReactor* RehearseRelease(grpc::CallbackServerContext* context,
                                            const v1::RehearseReleaseRequest* request,
                                            v1::RehearseReleaseResponse* response) override;
  grpc::ServerUnaryReactor* ScheduleRelease(grpc::CallbackServerContext* context,
                                            const v1::ScheduleReleaseRequest* request,
                                            v1::Release* response) override;
  grpc::ServerUnaryReactor* CancelRelease(grpc::CallbackServerContext* context,
                                          const v1::CancelReleaseRequest* request,
                                          v1::Release* response) override;
  grpc::ServerUnaryReactor* RollBackRelease(grpc::CallbackServerContext* context,
                                            const v1::RollBackReleaseRequest* request,
                                            v1::Release* response) override;
  grpc::ServerUnaryReactor* PublishRelease(grpc::CallbackServerContext* context,
                                           const v1::PublishReleaseRequest* request,
                                           v1::Release* response) override;
  grpc::ServerUnaryReactor* GetRecall(grpc::CallbackServerContext* context,
                                      const v1::GetRecallRequest* request,
                                      v1::Recall* response) override;
  grpc::ServerUnaryReactor* ListRecalls(grpc::CallbackServerContext* context,
                                        const v1::ListRecallsRequest* request,
                                        v1::ListRecallsResponse* response) override;
  grpc::ServerUnaryReactor* GetDepartment(grpc::CallbackServerContext* context,
                                          const v1::GetDepartmentRequest* request,
                                          v1::Department* response) override;
  grpc::ServerUnaryReactor* ListDepartments(grpc::CallbackServerContext* context,
                                            const v1::ListDepartmentsRequest* request,
                                            v1::ListDepartmentsResponse* response) override;
  grpc::ServerUnaryReactor* CreateDepartment(grpc::CallbackServerContext* context,
                                             const v1::CreateDepartmentRequest* request,
                                             v1::Department* response) override;
  grpc::ServerUnaryReactor* UpdateDepartment(grpc::CallbackServerContext* context,
                                             const v1::UpdateDepartmentRequest* request,
                                             v1::Department* response) override;
  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::Policy* response) override;
  grpc::ServerUnaryReactor* ListPolicies(grpc::CallbackServerContext* context,
                                         const v1::ListPoliciesRequest* request,
                                         v1::ListPoliciesResponse* response) override;
  grpc::ServerUnaryReactor* CreatePolicy(grpc::CallbackServerContext* context,
                                         const v1::CreatePolicyRequest* request,
                                         v1::Policy* response) override;
  grpc::ServerUnaryReactor* UpdatePolicy(grpc::CallbackServerContext* context,
                                         const v1::UpdatePolicyRequest* request,
                                         v1::Policy* response) override;
  grpc::ServerUnaryReactor* ListReferrers(grpc::CallbackServerContext* context,
                                          const v1::ListReferrersRequest* request,
                                          v1::ListReferrersResponse* response) override;
  grpc::ServerUnaryReactor* GetWriteOutcome(grpc::CallbackServerContext* context,
                                            const v1::GetWriteOutcomeRequest* request,
                                            v1::WriteOutcome* response) override;
  grpc::ServerBidiReactor<v1::ImportEntriesRequest, v1::ImportEntriesResponse>* ImportEntries(
      grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::ExportEntriesResponse>* ExportEntries(
      grpc::CallbackServerContext* context, const v1::ExportEntriesRequest* request) override;

 private:
  KnowledgeService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::knowledge
