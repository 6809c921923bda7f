// kb-insight: the feedback loop as a process of its own. It keeps nothing; everything is in a
// kb-store.
#include <memory>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

#include "proto/cc/errors.h"
#include "services/access/guard.h"
#include "services/audit/recorder.h"
#include "services/insight/insight_path.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/clock.h"
#include "services/runtime/run_process.h"
#include "services/runtime/runtime.h"
#include "services/runtime/server.h"
#include "storage/remote_store.h"

namespace hotline::insight {
namespace {

constexpr char kDefaultListen[] = "127.0.0.1:7206";
constexpr std::chrono::minutes kLoadPatience{10};
constexpr int kMessageBytesMax = 16 << 20;

absl::Status CheckAddress(const std::string& address, const std::string& key,
                          const std::string& example) {
  if (!address.empty()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED,
      "缺少 " + key + "：kb-insight 需要这个地址，例如 --" + key + "=" + example + "。",
      {{"field", key}});
}

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetMaxSendMessageSize(kMessageBytesMax);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

absl::Status Serve(const config::v1::Config& config, runtime::Logger& logger) {
  RETURN_IF_ERROR(runtime::CheckAccessMode(config.access(), {config.server().listen()}));
  RETURN_IF_ERROR(CheckAddress(config.store().address(), "store.address", "127.0.0.1:7201"));
  RETURN_IF_ERROR(
      CheckAddress(config.insight().answer_address(), "insight.answer_address", "127.0.0.1:7203"));
  RETURN_IF_ERROR(CheckAddress(config.insight().knowledge_address(), "insight.knowledge_address",
                               "127.0.0.1:7202"));
  const runtime::SystemClock clock;
  storage::RemoteStore store({.address = config.store().address(), .caller = "kb-insight"});
  // Of its own: a remote store has one feed.
  const auto followed = [address = config.store().address()] {
    return std::make_shared<storage::RemoteStore>(
        storage::RemoteStore::Options{.address = address, .caller = "kb-insight"});
  };
  ASSIGN_OR_RETURN(const auto guard, access::Guard::Start(config.access(), followed, clock,
                                                          access::LoggingTo(logger)));
  audit::AuditRecorder recorder(store, logger,
                                audit::RecorderOptionsOf(config.audit(), "kb-insight"));
  runtime::Runtime runtime(config.server(), logger);
  runtime.set_audit(&recorder);
  runtime.set_authenticator(guard.get());
  InsightPath path(config.insight(), store, followed, runtime);
  path.Connect(ChannelTo(config.insight().answer_address()),
               ChannelTo(config.insight().knowledge_address()));
  const auto patience = std::chrono::steady_clock::now() + kLoadPatience;
  RETURN_IF_ERROR(path.Start(patience));
  RETURN_IF_ERROR(guard->AwaitReady(patience));
  ASSIGN_OR_RETURN(const auto server, runtime::Server::Start(config.server(), kDefaultListen,
                                                             runtime, path.services()));
  RETURN_IF_ERROR(runtime::WriteReadyFile(config.server().ready_file(), server->address()));
  logger.Info("serving", {{"address", server->address()}, {"store", config.store().address()}});
  const int signal = runtime::WaitForStopSignal();
  logger.Info("stopping", {{"signal", signal}});
  server->Drain();
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::insight

int main(int argc, char** argv) {
  return hotline::runtime::RunProcess(argc, argv, "kb-insight", hotline::insight::Serve);
}
