#include "services/knowledge/checks/check_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::knowledge::checks {
namespace {
using Context = grpc::CallbackServerContext;
}  // namespace

grpc::ServerUnaryReactor* CheckGrpc::CheckContent(Context* context,
                                                  const v1::CheckContentRequest* request,
                                                  v1::CheckContentResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/CheckContent", request, response,
      [this](const auto& call, const auto& r) { return service_.CheckContent(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::MergeEntries(Context* context,
                                                  const v1::MergeEntriesRequest* request,
                                                  v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/MergeEntries", request, response,
      [this](const auto& call, const auto& r) { return service_.MergeEntries(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::GetTermList(Context* context,
                                                 const v1::GetTermListRequest* request,
                                                 v1::TermList* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/GetTermList", request, response,
      [this](const auto& call, const auto& r) { return service_.GetTermList(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::ListTermLists(Context* context,
                                                   const v1::ListTermListsRequest* request,
                                                   v1::ListTermListsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/ListTermLists", request, response,
      [this](const auto& call, const auto& r) { return service_.ListTermLists(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::PutTermList(Context* context,
                                                 const v1::PutTermListRequest* request,
                                                 v1::TermList* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/PutTermList", request, response,
      [this](const auto& call, const auto& r) { return service_.PutTermList(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::DeleteTermList(Context* context,
                                                    const v1::DeleteTermListRequest* request,
                                                    v1::DeleteTermListResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/DeleteTermList", request, response,
      [this](const auto& call, const auto& r) { return service_.DeleteTermList(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::ListGoldenQuestions(
    Context* context, const v1::ListGoldenQuestionsRequest* request,
    v1::ListGoldenQuestionsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/ListGoldenQuestions", request,
      response,
      [this](const auto& call, const auto& r) { return service_.ListGoldenQuestions(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::CreateGoldenQuestion(
    Context* context, const v1::CreateGoldenQuestionRequest* request,
    v1::GoldenQuestion* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/CreateGoldenQuestion", request,
      response,
      [this](const auto& call, const auto& r) { return service_.CreateGoldenQuestion(call, r); });
}

grpc::ServerUnaryReactor* CheckGrpc::DeleteGoldenQuestion(
    Context* context, const v1::DeleteGoldenQuestionRequest* request,
    v1::DeleteGoldenQuestionResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.CheckService/DeleteGoldenQuestion", request,
      response,
      [this](const auto& call, const auto& r) { return service_.DeleteGoldenQuestion(call, r); });
}

grpc::ServerWriteReactor<v1::ScanPublishedResponse>* CheckGrpc::ScanPublished(
    Context* context, const v1::ScanPublishedRequest* request) {
  return runtime::ServeStream<v1::ScanPublishedResponse>(
      runtime_, context, "/hotline.knowledge.v1.CheckService/ScanPublished", request,
      [this](const auto& call, const auto& r, const auto&) {
        return service_.ScanPublished(call, r);
      });
}

}  // namespace hotline::knowledge::checks
