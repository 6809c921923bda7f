#include "services/answer/ask_report_grpc.h"

#include <chrono>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

#include "hotline/insight/v1/usage_service.grpc.pb.h"
#include "proto/cc/errors.h"
#include "services/runtime/call.h"

namespace hotline::answer {
namespace {

// Misses are clustered before the batch is taken.
constexpr std::chrono::seconds kPatience{10};
constexpr int kReconnectMs = 2'000;

}  // namespace

AskReporter::Send SendAsksOver(const std::shared_ptr<grpc::Channel>& channel) {
  const std::shared_ptr<insight::v1::UsageService::Stub> stub =
      insight::v1::UsageService::NewStub(channel);
  return [stub](const insight::v1::RecordAsksRequest& batch) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.AddMetadata(std::string(runtime::kActorKey), "kb-answer");
    insight::v1::RecordAsksResponse response;
    const grpc::Status status = stub->RecordAsks(&context, batch, &response);
    return status.ok() ? absl::OkStatus() : FromGrpcStatus(status);
  };
}

AskReporter::Send SendAsksTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMs);
  return SendAsksOver(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

}  // namespace hotline::answer
