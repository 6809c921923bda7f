// ReviewService on the wire.
#pragma once

#include "hotline/knowledge/v1/review_service.grpc.pb.h"
#include "services/knowledge/review_service.h"
#include "services/runtime/runtime.h"

namespace hotline::knowledge {

class ReviewGrpc final : public v1::ReviewService::CallbackService {
 public:
  // Both must outlive the server.
  ReviewGrpc(ReviewService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* SubmitEntry(grpc::CallbackServerContext* context,
                                        const v1::SubmitEntryRequest* request,
                                        v1::Entry* response) override;
  grpc::ServerUnaryReactor* TakeBackEntry(grpc::CallbackServerContext* context,
                                          const v1::TakeBackEntryRequest* request,
                                          v1::Entry* response) override;
  grpc::ServerUnaryReactor* ReviewEntry(grpc::CallbackServerContext* context,
                                        const v1::ReviewEntryRequest* request,
                                        v1::Entry* response) override;
  grpc::ServerUnaryReactor* CommentEntry(grpc::CallbackServerContext* context,
                                         const v1::CommentEntryRequest* request,
                                         v1::Entry* response) override;
  grpc::ServerUnaryReactor* ListReviewQueue(grpc::CallbackServerContext* context,
                                            const v1::ListReviewQueueRequest* request,
                                            v1::ListReviewQueueResponse* response) override;
  grpc::ServerUnaryReactor* ProposeHoldingAnswer(grpc::CallbackServerContext* context,
                                                 const v1::ProposeHoldingAnswerRequest* request,
                                                 v1::Entry* response) override;
  grpc::ServerUnaryReactor* ConfirmHoldingAnswer(grpc::CallbackServerContext* context,
                                                 const v1::ConfirmHoldingAnswerRequest* request,
                                                 v1::Entry* response) override;

 private:
  ReviewService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::knowledge
