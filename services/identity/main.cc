// kb-identity: signing in and the administration of rights, as a process of its own. It keeps
// nothing; the base is in a kb-store.
#include <memory>

#include "proto/cc/errors.h"
#include "services/access/guard.h"
#include "services/audit/recorder.h"
#include "services/identity/identity_path.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/clock.h"
#include "services/runtime/run_process.h"
#include "services/runtime/runtime.h"
#include "services/runtime/server.h"
#include "storage/remote_store.h"

namespace hotline::identity {
namespace {

constexpr char kDefaultListen[] = "127.0.0.1:7205";
constexpr std::chrono::minutes kLoadPatience{10};

absl::Status Serve(const config::v1::Config& config, runtime::Logger& logger) {
  RETURN_IF_ERROR(runtime::CheckAccessMode(config.access(), {config.server().listen()}));
  const std::string& address = config.store().address();
  if (address.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED,
                     "缺少 store.address：kb-identity 需要 kb-store 的地址，例如 "
                     "--store.address=127.0.0.1:7201。",
                     {{"field", "store.address"}});
  }
  const runtime::SystemClock clock;
  storage::RemoteStore store({.address = address, .caller = "kb-identity"});
  const auto followed = [address] {
    return std::make_shared<storage::RemoteStore>(
        storage::RemoteStore::Options{.address = address, .caller = "kb-identity"});
  };
  ASSIGN_OR_RETURN(const auto guard, access::Guard::Start(config.access(), followed, clock,
                                                          access::LoggingTo(logger)));
  audit::AuditRecorder recorder(store, logger,
                                audit::RecorderOptionsOf(config.audit(), "kb-identity"));
  runtime::Runtime runtime(config.server(), logger);
  runtime.set_audit(&recorder);
  runtime.set_authenticator(guard.get());
  IdentityPath path(config.access(), store, *guard, runtime);
  RETURN_IF_ERROR(guard->AwaitReady(std::chrono::steady_clock::now() + kLoadPatience));
  ASSIGN_OR_RETURN(const auto server, runtime::Server::Start(config.server(), kDefaultListen,
                                                             runtime, {path.service()}));
  path.AnnounceFirstStart(server->address());
  RETURN_IF_ERROR(runtime::WriteReadyFile(config.server().ready_file(), server->address()));
  logger.Info("serving", {{"address", server->address()}, {"store", address}});
  const int signal = runtime::WaitForStopSignal();
  logger.Info("stopping", {{"signal", signal}});
  server->Drain();
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::identity

int main(int argc, char** argv) {
  return hotline::runtime::RunProcess(argc, argv, "kb-identity", hotline::identity::Serve);
}
