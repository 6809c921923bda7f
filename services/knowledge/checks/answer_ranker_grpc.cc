#include "services/knowledge/checks/answer_ranker_grpc.h"

#include <algorithm>
#include <chrono>

#include "grpcpp/grpcpp.h"

#include "proto/cc/errors.h"
#include "services/runtime/call.h"

namespace hotline::knowledge::checks {
namespace {

// A release with the most effects that a Change may have.
constexpr int kMessageBytesMax = 64 << 20;
// As long as the answer service lets a call take.
constexpr std::chrono::minutes kLongest{10};

grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetMaxSendMessageSize(kMessageBytesMax);
  return arguments;
}

}  // namespace

AnswerRankerGrpc::AnswerRankerGrpc(const std::string& address)
    : stub_(answer::v1::AnswerService::NewStub(
          grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), Arguments()))) {}

absl::StatusOr<answer::v1::RankQuestionsResponse> AnswerRankerGrpc::Rank(
    const answer::v1::RankQuestionsRequest& request, storage::Deadline deadline) {
  grpc::ClientContext context;
  const auto left = std::min<std::chrono::steady_clock::duration>(
      deadline - std::chrono::steady_clock::now(), kLongest);
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::duration_cast<std::chrono::milliseconds>(left));
  context.AddMetadata(std::string(runtime::kActorKey), "kb-knowledge");
  answer::v1::RankQuestionsResponse response;
  const grpc::Status status = stub_->RankQuestions(&context, request, &response);
  if (status.ok()) return response;
  const absl::Status error = FromGrpcStatus(status);
  if (ReasonOf(error) != type::v1::STORE_UNREACHABLE) return error;
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "联系不上答复服务（knowledge.answer_address），暂时不能预演排序。");
}

}  // namespace hotline::knowledge::checks
