#include "services/insight/ports.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "proto/cc/errors.h"
#include "services/runtime/call.h"

namespace hotline::insight {
namespace {

constexpr std::chrono::hours kLongest{1};

void Prepare(grpc::ClientContext& context, storage::Deadline deadline) {
  const auto left = std::min<std::chrono::steady_clock::duration>(
      deadline - std::chrono::steady_clock::now(), kLongest);
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::duration_cast<std::chrono::milliseconds>(left));
  context.AddMetadata(std::string(runtime::kActorKey), "kb-insight");
}

absl::Status NotConnected(std::string_view which) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "联系不上" + std::string(which) + "，请稍后重试。");
}

template <typename Response, typename Stub, typename Request>
absl::StatusOr<Response> CallOf(const absl::StatusOr<std::shared_ptr<Stub>>& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, storage::Deadline deadline) {
  RETURN_IF_ERROR(stub.status());
  grpc::ClientContext context;
  Prepare(context, deadline);
  Response response;
  const grpc::Status status = ((**stub).*method)(&context, request, &response);
  if (status.ok()) return response;
  const absl::Status error = FromGrpcStatus(status);
  if (ReasonOf(error) != type::v1::STORE_UNREACHABLE) return error;
  return NotConnected("相关服务");
}

}  // namespace

void Ports::Connect(std::shared_ptr<grpc::Channel> answers,
                    std::shared_ptr<grpc::Channel> knowledge) {
  const std::lock_guard lock(mutex_);
  answers_ = answer::v1::AnswerService::NewStub(answers);
  knowledge_ = knowledge::v1::CheckService::NewStub(knowledge);
}

absl::StatusOr<std::shared_ptr<answer::v1::AnswerService::Stub>> Ports::Answers() const {
  const std::lock_guard lock(mutex_);
  if (answers_ == nullptr) return NotConnected("答复服务");
  return answers_;
}

absl::StatusOr<std::shared_ptr<knowledge::v1::CheckService::Stub>> Ports::Knowledge() const {
  const std::lock_guard lock(mutex_);
  if (knowledge_ == nullptr) return NotConnected("知识服务");
  return knowledge_;
}

using AnswerStub = answer::v1::AnswerService::Stub;

absl::StatusOr<answer::v1::SearchResponse> Ports::Search(const answer::v1::SearchRequest& request,
                                                         storage::Deadline deadline) const {
  return CallOf(Answers(), &AnswerStub::Search, request, deadline);
}

absl::StatusOr<answer::v1::BatchGetAnswersResponse> Ports::BatchGetAnswers(
    const answer::v1::BatchGetAnswersRequest& request, storage::Deadline deadline) const {
  return CallOf(Answers(), &AnswerStub::BatchGetAnswers, request, deadline);
}

absl::StatusOr<answer::v1::RankQuestionsResponse> Ports::RankQuestions(
    const answer::v1::RankQuestionsRequest& request, storage::Deadline deadline) const {
  return CallOf(Answers(), &AnswerStub::RankQuestions, request, deadline);
}

absl::Status Ports::ScanPublished(
    const knowledge::v1::ScanPublishedRequest& request, storage::Deadline deadline,
    const std::function<bool(const knowledge::v1::ScanPublishedResponse&)>& take) const {
  ASSIGN_OR_RETURN(const auto stub, Knowledge());
  grpc::ClientContext context;
  Prepare(context, deadline);
  const auto reader = stub->ScanPublished(&context, request);
  knowledge::v1::ScanPublishedResponse response;
  while (reader->Read(&response)) {
    if (!take(response)) context.TryCancel();
  }
  const grpc::Status status = reader->Finish();
  if (status.ok()) return absl::OkStatus();
  const absl::Status error = FromGrpcStatus(status);
  if (ReasonOf(error) != type::v1::STORE_UNREACHABLE) return error;
  return NotConnected("知识服务");
}

}  // namespace hotline::insight
