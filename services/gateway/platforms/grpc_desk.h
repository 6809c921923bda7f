// The desk over gRPC: calls as the public's, on channel WECHAT.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

#include "hotline/answer/v1/answer_service.grpc.pb.h"
#include "hotline/insight/v1/correction_service.grpc.pb.h"
#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "hotline/insight/v1/usage_service.grpc.pb.h"
#include "services/gateway/platforms/desk.h"

namespace hotline::gateway::platforms {

class GrpcDesk final : public Desk {
 public:
  // `actor` names the platform in logs; `region` may be empty.
  // `answers` leads to the answer service, `insight` to those of the loop.
  GrpcDesk(std::shared_ptr<grpc::Channel> answers, std::shared_ptr<grpc::Channel> insight,
           std::string actor, std::string region);
  // Cancels what is under way and waits for its end.
  ~GrpcDesk() override;

  void Ask(std::string_view question, Deadline deadline,
           Done<answer::v1::AskResponse> done) override;
  void Get(const std::vector<std::string>& entries, Deadline deadline,
           Done<answer::v1::BatchGetAnswersResponse> done) override;
  void ListHot(Deadline deadline, Done<insight::v1::ListHotQuestionsResponse> done) override;
  void GiveReceipt(const Said& said, int64_t kb_revision, const std::string& request_id,
                   Deadline deadline, Done<std::string> done) override;
  void Judge(const Said& said, insight::v1::Verdict verdict, const std::string& question,
             const std::string& request_id, Deadline deadline,
             Done<insight::v1::ReportFeedbackResponse> done) override;
  void Correct(const Said& said, const std::string& report, const std::string& request_id,
               Deadline deadline, Done<insight::v1::ReportCorrectionResponse> done) override;

 private:
  template <typename Request, typename Response, typename Async>
  void Start(Async* async,
             void (Async::*method)(grpc::ClientContext*, const Request*, Response*,
                                   std::function<void(grpc::Status)>),
             Request request, Deadline deadline, Done<Response> done);
  void Enter(grpc::ClientContext* context);
  void Ended(grpc::ClientContext* context);  // it may be destroyed now
  void Leave();

  const std::string actor_;
  const std::string region_;
  // gRPC must not lose the last reference of a channel on one of its own threads, where calls end.
  const std::shared_ptr<grpc::Channel> answers_channel_;
  const std::shared_ptr<grpc::Channel> insight_channel_;
  answer::v1::AnswerService::Stub answers_;
  insight::v1::ReceiptService::Stub receipts_;
  insight::v1::UsageService::Stub usage_;
  insight::v1::CorrectionService::Stub corrections_;

  std::mutex mutex_;
  std::condition_variable empty_;
  std::set<grpc::ClientContext*> under_way_;
  int inside_ = 0;  // of those, and of those whose contexts are being destroyed
  bool over_ = false;
};

}  // namespace hotline::gateway::platforms
