// kb-answer: the read path as a process of its own. It follows a kb-store; all it has on disk is a
// cache for its next start.
#include <chrono>
#include <memory>
#include <thread>

#include "proto/cc/errors.h"
#include "services/access/guard.h"
#include "services/answer/answer_engine.h"
#include "services/answer/ask_report_grpc.h"
#include "services/answer/grpc_adapter.h"
#include "services/answer/open_data_grpc.h"
#include "services/audit/recorder.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/clock.h"
#include "services/runtime/run_process.h"
#include "services/runtime/server.h"
#include "storage/remote_store.h"
#include "storage/remote_store_channel.h"

namespace hotline::answer {
namespace {

constexpr char kDefaultListen[] = "127.0.0.1:7203";
constexpr std::chrono::milliseconds kReadyCheck{200};

// The process listens at once and refuses with NOT_SERVING; the ready file says when it answers.
void AnnounceWhenServing(const std::stop_token& stop, AnswerEngine& engine,
                         const runtime::Server& server, const config::v1::ServerConfig& config,
                         runtime::Logger& logger) {
  while (!stop.stop_requested()) {
    if (!engine.AwaitServing(std::chrono::steady_clock::now() + kReadyCheck).ok()) continue;
    const absl::Status written = runtime::WriteReadyFile(config.ready_file(), server.address());
    if (!written.ok())
      logger.Error("ready file not written", {{"detail", std::string(written.message())}});
    logger.Info("serving", {{"address", server.address()}});
    return;
  }
}

absl::Status Serve(const config::v1::Config& config, runtime::Logger& logger) {
  RETURN_IF_ERROR(runtime::CheckAccessMode(config.access(), {config.server().listen()}));
  if (config.store().address().empty()) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED,
        "缺少 store.address：kb-answer 需要 kb-store 的地址，例如 --store.address=127.0.0.1:7201。",
        {{"field", "store.address"}});
  }
  config::v1::ServerConfig server_config = config.server();
  // A rehearsal brings the effects of a release, which may be as large as a Change.
  if (server_config.message_kib_max() == 0) {
    server_config.set_message_kib_max(storage::kMessageBytesMax / 1024);
  }
  const runtime::SystemClock clock;
  StoreHandle store([&config] {
    return std::make_shared<storage::RemoteStore>(
        storage::RemoteStore::Options{.address = config.store().address(), .caller = "kb-answer"});
  });
  RETURN_IF_ERROR(AnswerEngine::Check(config.answer()));
  AnswerEngine engine(config.answer(), store, clock, logger);
  // A connection of its own: reads of the follower and records of the audit don't wait for each
  // other.
  storage::RemoteStore audit_store(
      {.address = config.store().address(), .caller = "kb-answer audit"});
  audit::AuditRecorder recorder(audit_store, logger,
                                audit::RecorderOptionsOf(config.audit(), "kb-answer"));
  const auto followed = [&config] {
    return std::make_shared<storage::RemoteStore>(
        storage::RemoteStore::Options{.address = config.store().address(), .caller = "kb-answer"});
  };
  ASSIGN_OR_RETURN(const auto guard, access::Guard::Start(config.access(), followed, clock,
                                                          access::LoggingTo(logger)));
  runtime::Runtime runtime(server_config, logger);
  runtime.set_audit(&recorder);
  runtime.set_authenticator(guard.get());
  AnswerGrpc grpc(engine.service(), runtime);
  OpenDataGrpc open_data(engine.open_data(), runtime);
  ASSIGN_OR_RETURN(const auto server, runtime::Server::Start(server_config, kDefaultListen, runtime,
                                                             {&grpc, &open_data}));
  std::jthread announcer([&](const std::stop_token& stop) {
    AnnounceWhenServing(stop, engine, *server, config.server(), logger);
  });
  const std::string& loop = config.answer().insight_address();
  if (!loop.empty()) engine.asks().Start(SendAsksTo(loop));
  const int signal = runtime::WaitForStopSignal();
  logger.Info("stopping", {{"signal", signal}});
  announcer.request_stop();
  announcer.join();
  server->Drain();
  engine.asks().Stop();
  engine.Leave();
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::answer

int main(int argc, char** argv) {
  return hotline::runtime::RunProcess(argc, argv, "kb-answer", hotline::answer::Serve);
}
