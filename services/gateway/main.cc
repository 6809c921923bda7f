// kb-gateway: the HTTP edge as a process of its own, in front of services elsewhere.
#include <memory>
#include <string>

#include "proto/cc/errors.h"
#include "services/gateway/gateway.h"
#include "services/gateway/routes.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/run_process.h"
#include "services/runtime/server.h"

namespace hotline {
namespace {

constexpr char kDefaultBackend[] = "127.0.0.1:7203";  // kb-answer

absl::Status Serve(const config::v1::Config& config, runtime::Logger& logger) {
  RETURN_IF_ERROR(runtime::CheckAccessMode(config.access(), {config.gateway().listen()}));
  const config::v1::GatewayConfig& settings = config.gateway();
  const std::string backend = settings.backend().empty() ? kDefaultBackend : settings.backend();
  ASSIGN_OR_RETURN(const auto gateway,
                   gateway::Gateway::Start(settings, gateway::Connect(backend), logger));
  RETURN_IF_ERROR(runtime::WriteReadyFile(settings.ready_file(), gateway->address()));
  // Supervisors wait for every process in the same way.
  RETURN_IF_ERROR(runtime::WriteReadyFile(config.server().ready_file(), gateway->address()));
  runtime::WaitForStopSignal();
  gateway->Drain();
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline

int main(int argc, char** argv) {
  return hotline::runtime::RunProcess(argc, argv, "kb-gateway", hotline::Serve);
}
