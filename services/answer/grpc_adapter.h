// AnswerService on the wire.
#pragma once

#include "hotline/answer/v1/answer_service.grpc.pb.h"
#include "services/answer/answer_service.h"
#include "services/runtime/runtime.h"

namespace hotline::answer {

class AnswerGrpc final : public v1::AnswerService::CallbackService {
 public:
  // Both must outlive the server.
  AnswerGrpc(AnswerService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context, const v1::AskRequest* request,
                                v1::AskResponse* response) override;
  grpc::ServerUnaryReactor* Search(grpc::CallbackServerContext* context,
                                   const v1::SearchRequest* request,
                                   v1::SearchResponse* response) override;
  grpc::ServerUnaryReactor* Suggest(grpc::CallbackServerContext* context,
                                    const v1::SuggestRequest* request,
                                    v1::SuggestResponse* response) override;
  grpc::ServerUnaryReactor* GetAnswer(grpc::CallbackServerContext* context,
                                      const v1::GetAnswerRequest* request,
                                      v1::GetAnswerResponse* response) override;
  grpc::ServerUnaryReactor* BatchGetAnswers(grpc::CallbackServerContext* context,
                                            const v1::BatchGetAnswersRequest* request,
                                            v1::BatchGetAnswersResponse* response) override;
  grpc::ServerUnaryReactor* RankQuestions(grpc::CallbackServerContext* context,
                                          const v1::RankQuestionsRequest* request,
                                          v1::RankQuestionsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchAnswersResponse>* WatchAnswers(
      grpc::CallbackServerContext* context, const v1::WatchAnswersRequest* request) override;
  grpc::ServerBidiReactor<v1::AssistRequest, v1::AssistResponse>* Assist(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* AddUtterances(grpc::CallbackServerContext* context,
                                          const v1::AddUtterancesRequest* request,
                                          v1::AddUtterancesResponse* response) override;
  grpc::ServerWriteReactor<v1::AssistResponse>* FollowAssist(
      grpc::CallbackServerContext* context, const v1::FollowAssistRequest* request) override;

 private:
  AnswerService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::answer
