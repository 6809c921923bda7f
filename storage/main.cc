// kb-store: the store as a process of its own. `kb-store --verify` checks a directory offline
// instead of serving it.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <unistd.h>

#include "proto/cc/errors.h"
#include "services/runtime/access_mode.h"
#include "services/runtime/authenticator.h"
#include "services/runtime/run_process.h"
#include "services/runtime/runtime.h"
#include "services/runtime/server.h"
#include "storage/anchors.h"
#include "storage/remote_store_channel.h"
#include "storage/rocks_store.h"
#include "storage/store_process.h"
#include "storage/store_service_grpc.h"

namespace hotline::storage {
namespace {

using config::v1::Config;

constexpr char kDefaultListen[] = "127.0.0.1:7201";

// The store's door is for the services of this system, on a closed network: docs/access.md. What
// came in through an edge is never one of them.
class ClosedDoor final : public runtime::Authenticator {
 public:
  absl::Status Identify(std::string_view /*authorization*/, runtime::Call* call) const override {
    if (call->caller.scope == runtime::Scope::kInternal) return absl::OkStatus();
    return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                     "存储服务只供系统内部的服务使用。", {{"rpc", std::string(call->rpc)}});
  }
  absl::Status StillGood(const runtime::Caller& /*caller*/) const override {
    return absl::OkStatus();
  }
};

absl::Status Serve(const Config& config, runtime::Logger& logger) {
  RETURN_IF_ERROR(runtime::CheckAccessMode(config.access(), {config.server().listen()}));
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksStore> store,
                   RocksStore::Open(OptionsOf(config.store())));
  const Deadline soon = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  ASSIGN_OR_RETURN(const store::v1::StoreStatus opened, store->GetStatus(soon));
  logger.Info("store opened",
              {{"timeline", opened.timeline_id()}, {"kb_revision", opened.head_kb_revision()}});
  config::v1::ServerConfig server_config = config.server();
  // A Change may be larger than what other services take.
  if (server_config.message_kib_max() == 0) {
    server_config.set_message_kib_max(kMessageBytesMax / 1024);
  }
  const ClosedDoor door;
  runtime::Runtime runtime(server_config, logger);
  runtime.set_authenticator(&door);
  StoreServiceGrpc service(runtime, *store, {.heartbeat = HeartbeatOf(config.store())});
  ASSIGN_OR_RETURN(const auto server,
                   runtime::Server::Start(server_config, kDefaultListen, runtime, {&service}));
  LogWatch watch(*store);
  AnchorKeeper anchors(
      *store, {.dir = AnchorDirOf(config), .notice = [&logger](const AnchorKeeper::Notice& notice) {
                 logger.Log(notice.alarm ? runtime::LogLevel::kError : runtime::LogLevel::kInfo,
                            notice.event, {{"detail", notice.detail}});
               }});
  RETURN_IF_ERROR(runtime::WriteReadyFile(server_config.ready_file(), server->address()));
  logger.Info("serving", {{"address", server->address()}});
  const int signal = runtime::WaitForStopSignal();
  logger.Info("stopping", {{"signal", signal}});
  server->Drain();
  return watch.Verdict();
}

absl::Status VerifyOffline(const Config& config, runtime::Logger& /*logger*/) {
  RocksStore::Options options = OptionsOf(config.store());
  // A check must not make the directory that it was to check.
  if (access(options.dir.c_str(), F_OK) != 0) return NotFound(options.dir);
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksStore> store, RocksStore::Open(options));
  ASSIGN_OR_RETURN(VerifyReport report, store->Verify(Deadline::max()));
  ASSIGN_OR_RETURN(const auto anchors, CheckAnchors(*store, AnchorDirOf(config), Deadline::max()));
  report.violations.insert(report.violations.end(), anchors.begin(), anchors.end());
  for (const std::string& violation : report.violations) std::printf("%s\n", violation.c_str());
  std::printf("日志 %lld 条，版本 %lld 个，资源 %lld 个，问题 %zu 处\n",
              static_cast<long long>(report.log_entries), static_cast<long long>(report.versions),
              static_cast<long long>(report.resources), report.violations.size());
  if (report.violations.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED,
                   "校验发现问题，请保留数据目录以备查，并从备份恢复。");
}

}  // namespace
}  // namespace hotline::storage

int main(int argc, char** argv) {
  // --verify is what to do and not a setting, so it is no key of the configuration.
  char** const end = std::remove_if(
      argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--verify"; });
  const bool verify = end != argv + argc;
  return hotline::runtime::RunProcess(
      static_cast<int>(end - argv), argv, "kb-store",
      verify ? hotline::storage::VerifyOffline : hotline::storage::Serve);
}
