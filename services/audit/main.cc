// kb-audit: gives the audit out, as a process of its own. It keeps nothing; the chain is in a
// kb-store.
#include <memory>

#include "proto/cc/errors.h"
#include "services/access/guard.h"
#include "services/audit/audit_grpc.h"
#include "services/audit/audit_service.h"
#include "services/audit/recorder.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/clock.h"
#include "services/runtime/run_process.h"
#include "services/runtime/runtime.h"
#include "services/runtime/server.h"
#include "storage/remote_store.h"

namespace hotline::audit {
namespace {

constexpr char kDefaultListen[] = "127.0.0.1:7204";
constexpr std::chrono::minutes kLoadPatience{10};

absl::Status Serve(const config::v1::Config& config, runtime::Logger& logger) {
  RETURN_IF_ERROR(runtime::CheckAccessMode(config.access(), {config.server().listen()}));
  if (config.store().address().empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED,
                     "缺少 store.address：kb-audit 需要 kb-store 的地址，例如 "
                     "--store.address=127.0.0.1:7201。",
                     {{"field", "store.address"}});
  }
  const runtime::SystemClock clock;
  storage::RemoteStore store({.address = config.store().address(), .caller = "kb-audit"});
  // Of its own: a remote store has one feed.
  const auto followed = [address = config.store().address()] {
    return std::make_shared<storage::RemoteStore>(
        storage::RemoteStore::Options{.address = address, .caller = "kb-audit"});
  };
  ASSIGN_OR_RETURN(const auto guard, access::Guard::Start(config.access(), followed, clock,
                                                          access::LoggingTo(logger)));
  AuditRecorder recorder(store, logger, RecorderOptionsOf(config.audit(), "kb-audit"));
  runtime::Runtime runtime(config.server(), logger);
  runtime.set_audit(&recorder);
  runtime.set_authenticator(guard.get());
  AuditService service(store);
  AuditGrpc grpc(service, runtime);
  RETURN_IF_ERROR(guard->AwaitReady(std::chrono::steady_clock::now() + kLoadPatience));
  ASSIGN_OR_RETURN(const auto server,
                   runtime::Server::Start(config.server(), kDefaultListen, runtime, {&grpc}));
  RETURN_IF_ERROR(runtime::WriteReadyFile(config.server().ready_file(), server->address()));
  logger.Info("serving", {{"address", server->address()}, {"store", config.store().address()}});
  const int signal = runtime::WaitForStopSignal();
  logger.Info("stopping", {{"signal", signal}});
  server->Drain();
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::audit

int main(int argc, char** argv) {
  return hotline::runtime::RunProcess(argc, argv, "kb-audit", hotline::audit::Serve);
}
