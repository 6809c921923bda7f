#include "services/answer/ask_report_grpc.h"

#include <chrono>

#include "hotline/insight/v1/usage_service.grpc.pb.h"
#include "proto/cc/errors.h"
#include "services/runtime/call.h"

namespace hotline::answer {
namespace {

// Misses are clustered before the batch is taken.
constexpr std::chrono::seconds kPatience{10};

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

}  // namespace hotline::answer
