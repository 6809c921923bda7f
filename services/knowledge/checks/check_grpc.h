// CheckService on the wire.
#pragma once

#include "hotline/knowledge/v1/check_service.grpc.pb.h"
#include "services/knowledge/checks/check_service.h"
#include "services/runtime/runtime.h"

namespace hotline::knowledge::checks {

class CheckGrpc final : public v1::CheckService::CallbackService {
 public:
  // Both must outlive the server.
  CheckGrpc(CheckService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* CheckContent(grpc::CallbackServerContext* context,
                                         const v1::CheckContentRequest* request,
                                         v1::CheckContentResponse* response) override;
  grpc::ServerWriteReactor<v1::ScanPublishedResponse>* ScanPublished(
      grpc::CallbackServerContext* context, const v1::ScanPublishedRequest* request) override;
  grpc::ServerUnaryReactor* MergeEntries(grpc::CallbackServerContext* context,
                                         const v1::MergeEntriesRequest* request,
                                         v1::Entry* response) override;
  grpc::ServerUnaryReactor* GetTermList(grpc::CallbackServerContext* context,
                                        const v1::GetTermListRequest* request,
                                        v1::TermList* response) override;
  grpc::ServerUnaryReactor* ListTermLists(grpc::CallbackServerContext* context,
                                          const v1::ListTermListsRequest* request,
                                          v1::ListTermListsResponse* response) override;
  grpc::ServerUnaryReactor* PutTermList(grpc::CallbackServerContext* context,
                                        const v1::PutTermListRequest* request,
                                        v1::TermList* response) override;
  grpc::ServerUnaryReactor* DeleteTermList(grpc::CallbackServerContext* context,
                                           const v1::DeleteTermListRequest* request,
                                           v1::DeleteTermListResponse* response) override;
  grpc::ServerUnaryReactor* ListGoldenQuestions(grpc::CallbackServerContext* context,
                                                const v1::ListGoldenQuestionsRequest* request,
                                                v1::ListGoldenQuestionsResponse* response) override;
  grpc::ServerUnaryReactor* CreateGoldenQuestion(grpc::CallbackServerContext* context,
                                                 const v1::CreateGoldenQuestionRequest* request,
                                                 v1::GoldenQuestion* response) override;
  grpc::ServerUnaryReactor* DeleteGoldenQuestion(
      grpc::CallbackServerContext* context, const v1::DeleteGoldenQuestionRequest* request,
      v1::DeleteGoldenQuestionResponse* response) override;

 private:
  CheckService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::knowledge::checks
