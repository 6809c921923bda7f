#include "services/answer/grpc_adapter.h"

#include "services/answer/assist.h"
#include "services/answer/follow_assist.h"
#include "services/answer/watch.h"
#include "services/runtime/dialogue_server.h"
#include "services/runtime/serve.h"

namespace hotline::answer {
namespace {

using runtime::Lane;

// Searches take too long for a reaction, and wait for nothing but a consistency token.
template <typename Request>
Lane LaneOfSearch(const AnswerService& service, const Request& request) {
  return service.MayWait(request.consistency()) ? Lane::kExecutor : Lane::kMemory;
}

// Between two wakes a watch only has to notice that it is quiet: kWatchHeartbeat plus this stays
// below the 15 s that the contract promises.
constexpr std::chrono::seconds kWatchPulse{4};
static_assert(kWatchHeartbeat + kWatchPulse < std::chrono::seconds(15));

}  // namespace

grpc::ServerUnaryReactor* AnswerGrpc::Ask(grpc::CallbackServerContext* context,
                                          const v1::AskRequest* request,
                                          v1::AskResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.AnswerService/Ask", request, response,
      [this](const auto& call, const auto& r) { return service_.Ask(call, r); },
      service_.MayWait(*request) ? Lane::kExecutor : Lane::kMemory);
}

grpc::ServerUnaryReactor* AnswerGrpc::Search(grpc::CallbackServerContext* context,
                                             const v1::SearchRequest* request,
                                             v1::SearchResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.AnswerService/Search", request, response,
      [this](const auto& call, const auto& r) { return service_.Search(call, r); },
      LaneOfSearch(service_, *request));
}

grpc::ServerUnaryReactor* AnswerGrpc::Suggest(grpc::CallbackServerContext* context,
                                              const v1::SuggestRequest* request,
                                              v1::SuggestResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.AnswerService/Suggest", request, response,
      [this](const auto& call, const auto& r) { return service_.Suggest(call, r); },
      LaneOfSearch(service_, *request));
}

grpc::ServerUnaryReactor* AnswerGrpc::GetAnswer(grpc::CallbackServerContext* context,
                                                const v1::GetAnswerRequest* request,
                                                v1::GetAnswerResponse* response) {
  // A read of memory; only tokens and as-of reads may wait.
  const Lane lane = service_.MayWait(*request) ? Lane::kExecutor : Lane::kInline;
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.AnswerService/GetAnswer", request, response,
      [this](const auto& call, const auto& r) { return service_.GetAnswer(call, r); }, lane);
}

grpc::ServerUnaryReactor* AnswerGrpc::BatchGetAnswers(grpc::CallbackServerContext* context,
                                                      const v1::BatchGetAnswersRequest* request,
                                                      v1::BatchGetAnswersResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.AnswerService/BatchGetAnswers", request, response,
      [this](const auto& call, const auto& r) { return service_.BatchGetAnswers(call, r); });
}

grpc::ServerUnaryReactor* AnswerGrpc::RankQuestions(grpc::CallbackServerContext* context,
                                                    const v1::RankQuestionsRequest* request,
                                                    v1::RankQuestionsResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.AnswerService/RankQuestions", request, response,
      [this](const auto& call, const auto& r) { return service_.RankQuestions(call, r); });
}

grpc::ServerWriteReactor<v1::WatchAnswersResponse>* AnswerGrpc::WatchAnswers(
    grpc::CallbackServerContext* context, const v1::WatchAnswersRequest* request) {
  return ServeStream<v1::WatchAnswersResponse>(
      runtime_, context, "/hotline.answer.v1.AnswerService/WatchAnswers", request,
      [this](const auto& call, const auto& r, runtime::Waker waker) {
        return service_.WatchAnswers(call, r, std::move(waker));
      },
      {.pulse = kWatchPulse});
}

grpc::ServerBidiReactor<v1::AssistRequest, v1::AssistResponse>* AnswerGrpc::Assist(
    grpc::CallbackServerContext* context) {
  return runtime::ServeDialogue<v1::AssistRequest, v1::AssistResponse>(
      runtime_, context, "/hotline.answer.v1.AnswerService/Assist",
      [this](const auto& call, runtime::Waker waker) {
        return service_.Assist(call, std::move(waker));
      },
      {.pulse = kAssistPulse});
}

grpc::ServerUnaryReactor* AnswerGrpc::AddUtterances(grpc::CallbackServerContext* context,
                                                    const v1::AddUtterancesRequest* request,
                                                    v1::AddUtterancesResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.answer.v1.AnswerService/AddUtterances", request, response,
      [this](const auto& call, const auto& r) { return service_.AddUtterances(call, r); },
      Lane::kMemory);
}

grpc::ServerWriteReactor<v1::AssistResponse>* AnswerGrpc::FollowAssist(
    grpc::CallbackServerContext* context, const v1::FollowAssistRequest* request) {
  return ServeStream<v1::AssistResponse>(
      runtime_, context, "/hotline.answer.v1.AnswerService/FollowAssist", request,
      [this](const auto& call, const auto& r, runtime::Waker waker) {
        return service_.FollowAssist(call, r, std::move(waker));
      },
      {.pulse = kFollowPulse});
}

}  // namespace hotline::answer
