#include "services/knowledge/synonym_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::knowledge {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* SynonymServiceGrpc::GetSynonymSet(Context* context,
                                                            const v1::GetSynonymSetRequest* request,
                                                            v1::SynonymSet* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.SynonymService/GetSynonymSet", request, response,
      [this](const auto& call, const auto& r) { return service_.GetSynonymSet(call, r); });
}

grpc::ServerUnaryReactor* SynonymServiceGrpc::ListSynonymSets(
    Context* context, const v1::ListSynonymSetsRequest* request,
    v1::ListSynonymSetsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.SynonymService/ListSynonymSets", request, response,
      [this](const auto& call, const auto& r) { return service_.ListSynonymSets(call, r); });
}

grpc::ServerUnaryReactor* SynonymServiceGrpc::CreateSynonymSet(
    Context* context, const v1::CreateSynonymSetRequest* request, v1::SynonymSet* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.SynonymService/CreateSynonymSet", request, response,
      [this](const auto& call, const auto& r) { return service_.CreateSynonymSet(call, r); });
}

grpc::ServerUnaryReactor* SynonymServiceGrpc::UpdateSynonymSet(
    Context* context, const v1::UpdateSynonymSetRequest* request, v1::SynonymSet* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.SynonymService/UpdateSynonymSet", request, response,
      [this](const auto& call, const auto& r) { return service_.UpdateSynonymSet(call, r); });
}

grpc::ServerUnaryReactor* SynonymServiceGrpc::DeleteSynonymSet(
    Context* context, const v1::DeleteSynonymSetRequest* request,
    v1::DeleteSynonymSetResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.SynonymService/DeleteSynonymSet", request, response,
      [this](const auto& call, const auto& r) { return service_.DeleteSynonymSet(call, r); });
}

}  // namespace hotline::knowledge
