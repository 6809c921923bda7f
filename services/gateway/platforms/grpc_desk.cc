#include "services/gateway/platforms/grpc_desk.h"

#include <utility>

#include "proto/cc/errors.h"
#include "services/runtime/call.h"

namespace hotline::gateway::platforms {
namespace {

// Who reads it there reads what WeChat's limits allow: WeCom's are the same.
constexpr auto kChannel = type::v1::WECHAT;
constexpr int kHotQuestions = 5;

template <typename Request, typename Response>
struct Call {
  grpc::ClientContext context;
  Request request;
  Response response;
};

}  // namespace

GrpcDesk::GrpcDesk(std::shared_ptr<grpc::Channel> answers, std::shared_ptr<grpc::Channel> insight,
                   std::string actor, std::string region)
    : actor_(std::move(actor)),
      region_(std::move(region)),
      answers_channel_(std::move(answers)),
      insight_channel_(std::move(insight)),
      answers_(answers_channel_),
      receipts_(insight_channel_),
      usage_(insight_channel_),
      corrections_(insight_channel_) {}

GrpcDesk::~GrpcDesk() {
  std::unique_lock lock(mutex_);
  over_ = true;
  for (grpc::ClientContext* context : under_way_) context->TryCancel();
  empty_.wait(lock, [this] { return inside_ == 0; });
}

void GrpcDesk::Enter(grpc::ClientContext* context) {
  const std::lock_guard lock(mutex_);
  under_way_.insert(context);
  ++inside_;
  if (over_) context->TryCancel();
}

void GrpcDesk::Ended(grpc::ClientContext* context) {
  const std::lock_guard lock(mutex_);
  under_way_.erase(context);
}

void GrpcDesk::Leave() {
  const std::lock_guard lock(mutex_);
  if (--inside_ == 0) empty_.notify_all();
}

template <typename Request, typename Response, typename Async>
void GrpcDesk::Start(Async* async,
                     void (Async::*method)(grpc::ClientContext*, const Request*, Response*,
                                           std::function<void(grpc::Status)>),
                     Request request, Deadline deadline, Done<Response> done) {
  auto call = std::make_shared<Call<Request, Response>>();
  call->request = std::move(request);
  grpc::ClientContext& context = call->context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::duration_cast<std::chrono::system_clock::duration>(
                           deadline - std::chrono::steady_clock::now()));
  context.AddMetadata(std::string(runtime::kScopeKey), "public");
  context.AddMetadata(std::string(runtime::kActorKey), actor_);
  Enter(&context);
  (async->*method)(&context, &call->request, &call->response,
                   [this, call, done = std::move(done)](const grpc::Status& status) mutable {
                     if (status.ok()) {
                       done(std::move(call->response));
                     } else {
                       done(FromGrpcStatus(status));
                     }
                     Ended(&call->context);
                     done = nullptr;
                     call.reset();  // the context holds the channel: before we may end
                     Leave();
                   });
}

void GrpcDesk::Ask(std::string_view question, Deadline deadline,
                   Done<answer::v1::AskResponse> done) {
  answer::v1::AskRequest request;
  request.set_question(std::string(question));
  request.set_channel(kChannel);
  request.set_region(region_);
  request.set_rendering(answer::v1::PLAIN);
  using Async = answer::v1::AnswerService::StubInterface::async_interface;
  Start<answer::v1::AskRequest, answer::v1::AskResponse, Async>(
      answers_.async(), &Async::Ask, std::move(request), deadline, std::move(done));
}

void GrpcDesk::Get(const std::vector<std::string>& entries, Deadline deadline,
                   Done<answer::v1::BatchGetAnswersResponse> done) {
  answer::v1::BatchGetAnswersRequest request;
  for (const std::string& entry : entries) request.add_names(entry);
  request.set_channel(kChannel);
  request.set_region(region_);
  request.set_rendering(answer::v1::PLAIN);
  using Async = answer::v1::AnswerService::StubInterface::async_interface;
  Start<answer::v1::BatchGetAnswersRequest, answer::v1::BatchGetAnswersResponse, Async>(
      answers_.async(), &Async::BatchGetAnswers, std::move(request), deadline, std::move(done));
}

void GrpcDesk::ListHot(Deadline deadline, Done<insight::v1::ListHotQuestionsResponse> done) {
  insight::v1::ListHotQuestionsRequest request;
  request.set_channel(kChannel);
  request.set_region(region_);
  request.set_page_size(kHotQuestions);
  using Async = insight::v1::UsageService::StubInterface::async_interface;
  Start<insight::v1::ListHotQuestionsRequest, insight::v1::ListHotQuestionsResponse, Async>(
      usage_.async(), &Async::ListHotQuestions, std::move(request), deadline, std::move(done));
}

void GrpcDesk::GiveReceipt(const Said& said, int64_t kb_revision, const std::string& request_id,
                           Deadline deadline, Done<std::string> done) {
  insight::v1::CreateReceiptRequest request;
  request.set_entry(said.entry);
  request.set_revision(said.revision);
  request.set_kb_revision(kb_revision);
  request.set_content_hash(said.content_hash);
  request.set_channel(kChannel);
  request.set_region(region_);
  request.set_request_id(request_id);
  using Async = insight::v1::ReceiptService::StubInterface::async_interface;
  Start<insight::v1::CreateReceiptRequest, insight::v1::CreateReceiptResponse, Async>(
      receipts_.async(), &Async::CreateReceipt, std::move(request), deadline,
      [done = std::move(done)](absl::StatusOr<insight::v1::CreateReceiptResponse> response) {
        if (!response.ok()) return done(response.status());
        done(response->code());
      });
}

void GrpcDesk::Judge(const Said& said, insight::v1::Verdict verdict, const std::string& question,
                     const std::string& request_id, Deadline deadline,
                     Done<insight::v1::ReportFeedbackResponse> done) {
  insight::v1::ReportFeedbackRequest request;
  request.set_entry(said.entry);
  request.set_revision(said.revision);
  request.set_verdict(verdict);
  request.set_channel(kChannel);
  request.set_region(region_);
  request.set_question(question);
  request.set_request_id(request_id);
  using Async = insight::v1::UsageService::StubInterface::async_interface;
  Start<insight::v1::ReportFeedbackRequest, insight::v1::ReportFeedbackResponse, Async>(
      usage_.async(), &Async::ReportFeedback, std::move(request), deadline, std::move(done));
}

void GrpcDesk::Correct(const Said& said, const std::string& report, const std::string& request_id,
                       Deadline deadline, Done<insight::v1::ReportCorrectionResponse> done) {
  insight::v1::ReportCorrectionRequest request;
  request.set_entry(said.entry);
  request.set_revision(said.revision);
  request.set_report(report);
  request.set_channel(kChannel);
  request.set_reporter(insight::v1::Correction::CITIZEN);
  request.set_region(region_);
  request.set_request_id(request_id);
  using Async = insight::v1::CorrectionService::StubInterface::async_interface;
  Start<insight::v1::ReportCorrectionRequest, insight::v1::ReportCorrectionResponse, Async>(
      corrections_.async(), &Async::ReportCorrection, std::move(request), deadline,
      std::move(done));
}

}  // namespace hotline::gateway::platforms
