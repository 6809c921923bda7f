#include "services/knowledge/review_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::knowledge {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* ReviewGrpc::SubmitEntry(Context* context,
                                                  const v1::SubmitEntryRequest* request,
                                                  v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.ReviewService/SubmitEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.SubmitEntry(call, r); });
}

grpc::ServerUnaryReactor* ReviewGrpc::TakeBackEntry(Context* context,
                                                    const v1::TakeBackEntryRequest* request,
                                                    v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.ReviewService/TakeBackEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.TakeBackEntry(call, r); });
}

grpc::ServerUnaryReactor* ReviewGrpc::ReviewEntry(Context* context,
                                                  const v1::ReviewEntryRequest* request,
                                                  v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.ReviewService/ReviewEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.ReviewEntry(call, r); });
}

grpc::ServerUnaryReactor* ReviewGrpc::CommentEntry(Context* context,
                                                   const v1::CommentEntryRequest* request,
                                                   v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.ReviewService/CommentEntry", request, response,
      [this](const auto& call, const auto& r) { return service_.CommentEntry(call, r); });
}

grpc::ServerUnaryReactor* ReviewGrpc::ListReviewQueue(Context* context,
                                                      const v1::ListReviewQueueRequest* request,
                                                      v1::ListReviewQueueResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.ReviewService/ListReviewQueue", request, response,
      [this](const auto& call, const auto& r) { return service_.ListReviewQueue(call, r); });
}

grpc::ServerUnaryReactor* ReviewGrpc::ProposeHoldingAnswer(
    Context* context, const v1::ProposeHoldingAnswerRequest* request, v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.ReviewService/ProposeHoldingAnswer", request,
      response,
      [this](const auto& call, const auto& r) { return service_.ProposeHoldingAnswer(call, r); });
}

grpc::ServerUnaryReactor* ReviewGrpc::ConfirmHoldingAnswer(
    Context* context, const v1::ConfirmHoldingAnswerRequest* request, v1::Entry* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.knowledge.v1.ReviewService/ConfirmHoldingAnswer", request,
      response,
      [this](const auto& call, const auto& r) { return service_.ConfirmHoldingAnswer(call, r); });
}

}  // namespace hotline::knowledge
