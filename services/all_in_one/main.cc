// kb-server: the store and every service in one process. Wiring only.
#include <memory>
#include <vector>

#include "proto/cc/errors.h"
#include "services/access/guard.h"
#include "services/all_in_one/in_process_ranker.h"
#include "services/answer/answer_engine.h"
#include "services/answer/ask_report_grpc.h"
#include "services/answer/grpc_adapter.h"
#include "services/answer/open_data_grpc.h"
#include "services/audit/audit_grpc.h"
#include "services/audit/recorder.h"
#include "services/gateway/gateway.h"
#include "services/identity/identity_path.h"
#include "services/insight/insight_path.h"
#include "services/knowledge/write_path.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/clock.h"
#include "services/runtime/run_process.h"
#include "services/runtime/runtime.h"
#include "services/runtime/server.h"
#include "storage/anchors.h"
#include "storage/remote_store_channel.h"
#include "storage/store_process.h"
#include "storage/store_service_grpc.h"

namespace hotline {
namespace {

constexpr char kDefaultListen[] = "127.0.0.1:7200";
constexpr std::chrono::minutes kLoadPatience{10};

absl::Status Serve(const config::v1::Config& config, runtime::Logger& logger) {
  RETURN_IF_ERROR(runtime::CheckAccessMode(config.access(),
                                           {config.server().listen(), config.gateway().listen()}));
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::RocksStore> store,
                   storage::RocksStore::Open(storage::OptionsOf(config.store())));
  config::v1::ServerConfig server_config = config.server();
  // The store's door takes Changes, which may be larger than what other services take.
  if (server_config.message_kib_max() == 0) {
    server_config.set_message_kib_max(storage::kMessageBytesMax / 1024);
  }
  const runtime::SystemClock clock;
  audit::AuditRecorder recorder(*store, logger,
                                audit::RecorderOptionsOf(config.audit(), "kb-server"));
  ASSIGN_OR_RETURN(const auto guard,
                   access::Guard::Start(config.access(), *store, clock, access::LoggingTo(logger)));
  runtime::Runtime runtime(server_config, logger);
  runtime.set_audit(&recorder);
  runtime.set_authenticator(guard.get());
  storage::StoreServiceGrpc store_grpc(runtime, *store,
                                       {.heartbeat = storage::HeartbeatOf(config.store())});
  audit::AuditService audit_service(*store);
  audit::AuditGrpc audit_grpc(audit_service, runtime);
  identity::IdentityPath identity_path(config.access(), *store, *guard, runtime);
  answer::StoreHandle handle(*store);
  RETURN_IF_ERROR(answer::AnswerEngine::Check(config.answer()));
  answer::AnswerEngine engine(config.answer(), handle, clock, logger);
  InProcessRanker ranker(engine.service());
  knowledge::WritePath write_path(config.knowledge(), *store, runtime, &ranker);
  answer::AnswerGrpc answer_grpc(engine.service(), runtime);
  answer::OpenDataGrpc open_data_grpc(engine.open_data(), runtime);
  // Not owned: the store of this process.
  insight::InsightPath insight_path(
      config.insight(), *store,
      [&store] { return std::shared_ptr<storage::Store>(std::shared_ptr<void>(), store.get()); },
      runtime);
  const auto patience = std::chrono::steady_clock::now() + kLoadPatience;
  RETURN_IF_ERROR(engine.AwaitServing(patience));
  RETURN_IF_ERROR(guard->AwaitReady(patience));
  RETURN_IF_ERROR(insight_path.Start(patience));

  std::vector<grpc::Service*> services = write_path.services();
  services.insert(services.end(), {&store_grpc, &answer_grpc, &open_data_grpc, &audit_grpc,
                                   identity_path.service()});
  for (grpc::Service* service : insight_path.services()) services.push_back(service);
  ASSIGN_OR_RETURN(const auto server,
                   runtime::Server::Start(server_config, kDefaultListen, runtime, services));
  insight_path.Connect(server->InProcessChannel(), server->InProcessChannel());
  engine.asks().Start(answer::SendAsksOver(server->InProcessChannel()));
  config::v1::GatewayConfig gateway_config = config.gateway();
  gateway_config.clear_backends();  // every service is here
  ASSIGN_OR_RETURN(const auto gateway,
                   gateway::Gateway::Start(gateway_config, server->InProcessChannel(), logger,
                                           [&runtime] { return runtime.metrics().Text(); }));
  storage::LogWatch watch(*store);
  storage::AnchorKeeper anchors(
      *store, {.dir = storage::AnchorDirOf(config), .notice = [&logger](const auto& notice) {
                 logger.Log(notice.alarm ? runtime::LogLevel::kError : runtime::LogLevel::kInfo,
                            notice.event, {{"detail", notice.detail}});
               }});
  identity_path.AnnounceFirstStart(server->address());
  RETURN_IF_ERROR(runtime::WriteReadyFile(server_config.ready_file(), server->address()));
  RETURN_IF_ERROR(runtime::WriteReadyFile(config.gateway().ready_file(), gateway->address()));
  logger.Info("serving", {{"grpc", server->address()}, {"http", gateway->address()}});
  const int signal = runtime::WaitForStopSignal();
  logger.Info("stopping", {{"signal", signal}});
  gateway->Drain();
  engine.asks().Stop();
  server->Drain();
  engine.Leave();
  return watch.Verdict();
}

}  // namespace
}  // namespace hotline

int main(int argc, char** argv) {
  return hotline::runtime::RunProcess(argc, argv, "kb-server", hotline::Serve);
}
