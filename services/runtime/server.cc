#include "services/runtime/server.h"

#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/impl/server_builder_plugin.h"
#include "grpcpp/impl/server_initializer.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "proto/cc/errors.h"
#include "services/runtime/nap_guard.h"
#include "services/runtime/runtime.h"

namespace hotline::runtime {
namespace {

// How long clients without a call get to close their connections when the server stops.
constexpr std::chrono::milliseconds kHangUpTime{100};

// Limits of a connection: against clients that are hostile, broken or gone.
constexpr int kMessageKibMaxDefault = 4096;
constexpr int kMetadataBytesMax = 16 * 1024;
constexpr int kStreamsPerConnectionMax = 1000;
constexpr int kHandshakeTimeoutMs = 5'000;
constexpr int kConnectionIdleMsMax = 5 * 60'000;
// Ages spread connections over the nodes that are there; what is under way gets as long as the
// longest call.
constexpr int kConnectionAgeMsMax = 60 * 60'000;
constexpr int kConnectionAgeGraceMs = 10 * 60'000;
// A peer that vanished without a word is noticed within kKeepaliveMs + kKeepaliveTimeoutMs.
constexpr int kKeepaliveMs = 20'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
constexpr int kClientPingIntervalMsMin = 5'000;
constexpr int kClientPingStrikesMax = 3;
constexpr size_t kMemoryBytesMax = size_t{512} << 20;

// Learns the names of the services registered, which grpc::Service does not tell.
class ServiceNames final : public grpc::ServerBuilderPlugin, public grpc::ServerBuilderOption {
 public:
  explicit ServiceNames(std::vector<std::string>& names) : names_(names) {}

  std::string name() override { return "koujing_service_names"; }
  void InitServer(grpc::ServerInitializer* /*initializer*/) override {}
  void Finish(grpc::ServerInitializer* initializer) override {
    names_ = *initializer->GetServiceList();
  }
  void ChangeArguments(const std::string& /*name*/, void* /*value*/) override {}
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<ServiceNames>(names_));
  }

 private:
  std::vector<std::string>& names_;
};

void SetLimits(const config::v1::ServerConfig& config, grpc::ServerBuilder& builder) {
  const int message_kib =
      config.message_kib_max() > 0 ? config.message_kib_max() : kMessageKibMaxDefault;
  builder.SetMaxReceiveMessageSize(message_kib * 1024);
  const std::pair<const char*, int> arguments[] = {
      {GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsPerConnectionMax},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, kConnectionIdleMsMax},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMsMax},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs},
      {GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kClientPingIntervalMsMin},
      {GRPC_ARG_HTTP2_MAX_PING_STRIKES, kClientPingStrikesMax},
      // Without this a second process could listen on the same port and take half of the calls.
      {GRPC_ARG_ALLOW_REUSEPORT, 0},
  };
  for (const auto& [name, value] : arguments) builder.AddChannelArgument(name, value);
  grpc::ResourceQuota quota("koujing");
  quota.Resize(kMemoryBytesMax);
  builder.SetResourceQuota(quota);
}

// "[::]:0" and 41234 -> "[::]:41234".
std::string BoundAddress(const std::string& listen, int port) {
  return listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
}

absl::Status CannotListen(const std::string& listen) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "无法在 " + listen +
                       " 上监听：地址可能已被占用、不属于本机或没有权限。请停止占用它的程序，或用 "
                       "server.listen 换一个地址（端口 0 表示任意空闲端口）。",
                   {{"address", listen}});
}

}  // namespace

struct Server::State {
  Runtime* runtime = nullptr;
  std::vector<std::string> service_names;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<NapGuard> nap_guard;
  bool drained = false;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const config::v1::ServerConfig& config,
                                                      const std::string& default_listen,
                                                      Runtime& runtime,
                                                      const std::vector<grpc::Service*>& services) {
  const std::string& listen = config.listen().empty() ? default_listen : config.listen();
  if (listen.rfind(':') == std::string::npos) {
    return FieldInvalid("server.listen", listen, "应为“主机:端口”，例如 127.0.0.1:7200。");
  }
  // gRPC serves health without protobuf, so reflection could not describe it; this reference links
  // its descriptor.
  grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  auto state = std::make_unique<State>();
  state->runtime = &runtime;
  grpc::ServerBuilder builder;
  SetLimits(config, builder);
  builder.SetOption(std::make_unique<ServiceNames>(state->service_names));
  int port = 0;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  state->server = builder.BuildAndStart();
  if (state->server == nullptr || port <= 0) return CannotListen(listen);
  grpc::HealthCheckServiceInterface& health = *state->server->GetHealthCheckService();
  for (const std::string& name : state->service_names) health.SetServingStatus(name, true);

  auto server = std::unique_ptr<Server>(new Server());
  server->state_ = std::move(state);
  server->state_->nap_guard = std::make_unique<NapGuard>(server->InProcessChannel());
  server->address_ = BoundAddress(listen, port);
  return server;
}

Server::~Server() { Drain(); }

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  // The in-process transport has its own arguments: a reply may be as large as the largest request.
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return state_->server->InProcessChannel(arguments);
}

void Server::Drain() {
  if (std::exchange(state_->drained, true)) return;
  state_->nap_guard.reset();
  Runtime& runtime = *state_->runtime;
  // First the word to load balancers, then the refusals, then the wait.
  state_->server->GetHealthCheckService()->Shutdown();
  runtime.BeginDrain();
  const auto deadline = std::chrono::steady_clock::now() + runtime.limits().drain;
  runtime.AwaitNoCalls(deadline);
  // gRPC waits for connections as well as for calls, and a client that is idle does not hear that
  // it should hang up: it gets a moment and no more.
  state_->server->Shutdown(std::chrono::system_clock::now() + kHangUpTime);
  state_->server->Wait();
}

}  // namespace hotline::runtime
