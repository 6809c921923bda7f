#include "services/knowledge/grpc_adapter.h"

#include "services/runtime/serve.h"

namespace hotline::knowledge {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* KnowledgeGrpc::GetEntry(Context* context,
                                                  const v1::GetEntryRequest* request,
                                                  v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/GetEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.GetEntry(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ListEntries(Context* context,
                                                     const v1::ListEntriesRequest* request,
                                                     v1::ListEntriesResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ListEntries", request, response,
      [this](const auto& call, const auto& r) { return service_.ListEntries(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::CreateEntry(Context* context,
                                                     const v1::CreateEntryRequest* request,
                                                     v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/CreateEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.CreateEntry(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::UpdateEntry(Context* context,
                                                     const v1::UpdateEntryRequest* request,
                                                     v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/UpdateEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.UpdateEntry(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::PublishEntry(Context* context,
                                                      const v1::PublishEntryRequest* request,
                                                      v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/PublishEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.PublishEntry(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::RetireEntry(Context* context,
                                                     const v1::RetireEntryRequest* request,
                                                     v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/RetireEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.RetireEntry(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::RecallEntry(Context* context,
                                                     const v1::RecallEntryRequest* request,
                                                     v1::Recall* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/RecallEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.RecallEntry(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::SetEntryVariant(Context* context,
                                                         const v1::SetEntryVariantRequest* request,
                                                         v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/SetEntryVariant", request,
      response,
      [this](const auto& call, const auto& r) { return service_.SetEntryVariant(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::GetEntryRevision(
    Context* context, const v1::GetEntryRevisionRequest* request, v1::EntryRevision* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/GetEntryRevision", request,
      response,
      [this](const auto& call, const auto& r) { return service_.GetEntryRevision(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ListEntryRevisions(
    Context* context, const v1::ListEntryRevisionsRequest* request,
    v1::ListEntryRevisionsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ListEntryRevisions", request,
      response,
      [this](const auto& call, const auto& r) { return service_.ListEntryRevisions(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::DiffEntryRevisions(
    Context* context, const v1::DiffEntryRevisionsRequest* request,
    v1::DiffEntryRevisionsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/DiffEntryRevisions", request,
      response,
      [this](const auto& call, const auto& r) { return service_.DiffEntryRevisions(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::GetRelease(Context* context,
                                                    const v1::GetReleaseRequest* request,
                                                    v1::Release* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/GetRelease", request, response,
      [this](const auto& call, const auto& r) { return service_.GetRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ListReleases(Context* context,
                                                      const v1::ListReleasesRequest* request,
                                                      v1::ListReleasesResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ListReleases", request, response,
      [this](const auto& call, const auto& r) { return service_.ListReleases(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::CreateRelease(Context* context,
                                                       const v1::CreateReleaseRequest* request,
                                                       v1::Release* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/CreateRelease", request, response,
      [this](const auto& call, const auto& r) { return service_.CreateRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::PublishRelease(Context* context,
                                                        const v1::PublishReleaseRequest* request,
                                                        v1::Release* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/PublishRelease", request, response,
      [this](const auto& call, const auto& r) { return service_.PublishRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::UpdateRelease(Context* context,
                                                       const v1::UpdateReleaseRequest* request,
                                                       v1::Release* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/UpdateRelease", request, response,
      [this](const auto& call, const auto& r) { return service_.UpdateRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::RehearseRelease(Context* context,
                                                         const v1::RehearseReleaseRequest* request,
                                                         v1::RehearseReleaseResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/RehearseRelease", request,
      response,
      [this](const auto& call, const auto& r) { return service_.RehearseRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ScheduleRelease(Context* context,
                                                         const v1::ScheduleReleaseRequest* request,
                                                         v1::Release* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ScheduleRelease", request,
      response,
      [this](const auto& call, const auto& r) { return service_.ScheduleRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::CancelRelease(Context* context,
                                                       const v1::CancelReleaseRequest* request,
                                                       v1::Release* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/CancelRelease", request, response,
      [this](const auto& call, const auto& r) { return service_.CancelRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::RollBackRelease(Context* context,
                                                         const v1::RollBackReleaseRequest* request,
                                                         v1::Release* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/RollBackRelease", request,
      response,
      [this](const auto& call, const auto& r) { return service_.RollBackRelease(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::GetRecall(Context* context,
                                                   const v1::GetRecallRequest* request,
                                                   v1::Recall* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/GetRecall", request, response,
      [this](const auto& call, const auto& r) { return service_.GetRecall(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ListRecalls(Context* context,
                                                     const v1::ListRecallsRequest* request,
                                                     v1::ListRecallsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ListRecalls", request, response,
      [this](const auto& call, const auto& r) { return service_.ListRecalls(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::GetDepartment(Context* context,
                                                       const v1::GetDepartmentRequest* request,
                                                       v1::Department* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/GetDepartment", request, response,
      [this](const auto& call, const auto& r) { return service_.GetDepartment(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ListDepartments(Context* context,
                                                         const v1::ListDepartmentsRequest* request,
                                                         v1::ListDepartmentsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ListDepartments", request,
      response,
      [this](const auto& call, const auto& r) { return service_.ListDepartments(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::CreateDepartment(
    Context* context, const v1::CreateDepartmentRequest* request, v1::Department* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/CreateDepartment", request,
      response,
      [this](const auto& call, const auto& r) { return service_.CreateDepartment(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::UpdateDepartment(
    Context* context, const v1::UpdateDepartmentRequest* request, v1::Department* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/UpdateDepartment", request,
      response,
      [this](const auto& call, const auto& r) { return service_.UpdateDepartment(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::GetPolicy(Context* context,
                                                   const v1::GetPolicyRequest* request,
                                                   v1::Policy* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/GetPolicy", request, response,
      [this](const auto& call, const auto& r) { return service_.GetPolicy(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ListPolicies(Context* context,
                                                      const v1::ListPoliciesRequest* request,
                                                      v1::ListPoliciesResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ListPolicies", request, response,
      [this](const auto& call, const auto& r) { return service_.ListPolicies(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::CreatePolicy(Context* context,
                                                      const v1::CreatePolicyRequest* request,
                                                      v1::Policy* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/CreatePolicy", request, response,
      [this](const auto& call, const auto& r) { return service_.CreatePolicy(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::UpdatePolicy(Context* context,
                                                      const v1::UpdatePolicyRequest* request,
                                                      v1::Policy* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/UpdatePolicy", request, response,
      [this](const auto& call, const auto& r) { return service_.UpdatePolicy(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::ListReferrers(Context* context,
                                                       const v1::ListReferrersRequest* request,
                                                       v1::ListReferrersResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ListReferrers", request, response,
      [this](const auto& call, const auto& r) { return service_.ListReferrers(call, r); });
}

grpc::ServerUnaryReactor* KnowledgeGrpc::GetWriteOutcome(Context* context,
                                                         const v1::GetWriteOutcomeRequest* request,
                                                         v1::WriteOutcome* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/GetWriteOutcome", request,
      response,
      [this](const auto& call, const auto& r) { return service_.GetWriteOutcome(call, r); });
}

grpc::ServerBidiReactor<v1::ImportEntriesRequest, v1::ImportEntriesResponse>*
KnowledgeGrpc::ImportEntries(Context* context) {
  return runtime::ServeBidi<v1::ImportEntriesRequest, v1::ImportEntriesResponse>(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ImportEntries",
      [this](const auto& call) { return service_.ImportEntries(call); });
}

grpc::ServerWriteReactor<v1::ExportEntriesResponse>* KnowledgeGrpc::ExportEntries(
    Context* context, const v1::ExportEntriesRequest* request) {
  return runtime::ServeStream<v1::ExportEntriesResponse>(
      runtime_, context, "/hotline.knowledge.v1.KnowledgeService/ExportEntries", request,
      [this](const auto& call, const auto& r, const auto&) {
        return service_.ExportEntries(call, r);
      });
}

}  // namespace hotline::knowledge
