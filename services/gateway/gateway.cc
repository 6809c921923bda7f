#include "services/gateway/gateway.h"

#include <atomic>
#include <chrono>
#include <string_view>
#include <utility>

#include "proto/cc/errors.h"
#include "services/gateway/backend.h"
#include "services/gateway/calls.h"
#include "services/gateway/client_address.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/dressed_exchange.h"
#include "services/gateway/http_server.h"
#include "services/gateway/local_replies.h"
#include "services/gateway/settings.h"
#include "services/gateway/static_files.h"

namespace hotline::gateway {
namespace {

using config::v1::GatewayConfig;

constexpr std::chrono::milliseconds kDrainPatience{5'000};

// A word for the log where a path as sent could hold what a citizen typed.
constexpr char kUnmatched[] = "unmatched";
constexpr char kHealthPath[] = "/healthz";

absl::StatusOr<std::unique_ptr<Backend>> MakeBackend(const GatewayConfig& config,
                                                     std::shared_ptr<grpc::Channel> channel) {
  ASSIGN_OR_RETURN(MethodTable methods, MethodTable::Of(ServicesOf(config)));
  auto backend = std::make_unique<Backend>(std::move(channel), std::move(methods));
  if (ServesStaff(config)) {
    ASSIGN_OR_RETURN(SessionSeal seal, SessionSeal::WithKeyOf(config.cookie_key_file()));
    backend->sessions.emplace(std::move(seal));
  }
  backend->times = TimesOf(config);
  backend->heartbeat = HeartbeatOf(config);
  return backend;
}

absl::StatusOr<StaticFiles> ReadFiles(const GatewayConfig& config) {
  return StaticFiles::Read(config.web_dir().empty() ? DefaultWebDir() : config.web_dir(),
                           ServesStaff(config));
}

}  // namespace

struct Gateway::State {
  std::unique_ptr<Backend> backend;
  HttpLimits limits;
  EdgeHeaders headers;
  TrustedProxies proxies;
  StaticFiles files;
  runtime::Logger& logger;
  std::atomic<bool> draining{false};
  std::unique_ptr<HttpServer> server;  // last: its threads use the others

  void Handle(const std::shared_ptr<Exchange>& exchange);
  void HandleRpc(const std::shared_ptr<DressedExchange>& exchange, const Method& method);
  void HandleHealth(const std::shared_ptr<DressedExchange>& exchange);
  // The reply that needs nobody behind us.
  HttpReply Local(const HttpRequest& request, std::string& route) const;
  absl::StatusOr<RpcRequest> Read(DressedExchange& exchange, const Method& method,
                                  const Dialect& dialect) const;
  void Record(const HttpRecord& record) const;
};

// The routes.
void Gateway::State::Handle(const std::shared_ptr<Exchange>& plain) {
  auto exchange = std::make_shared<DressedExchange>(plain, headers, RequestIdOf(plain->request()));
  const HttpRequest& request = exchange->request();
  const bool sound = request.defect == HttpRequest::Defect::kNone;
  if (sound && request.method != "OPTIONS") {
    const Method* method = backend->methods.Find(request.path);
    if (method != nullptr) return HandleRpc(exchange, *method);
    if (request.path == kHealthPath) return HandleHealth(exchange);
  }
  std::string route = kUnmatched;
  HttpReply reply = Local(request, route);
  exchange->NoteRoute(route, exchange->request_id());
  exchange->Reply(std::move(reply));
}

HttpReply Gateway::State::Local(const HttpRequest& request, std::string& route) const {
  if (request.defect != HttpRequest::Defect::kNone) return DefectReply(request.defect, limits);
  if (request.method == "OPTIONS") return headers.Preflight(request);
  auto file = files.Find(request, route);
  if (!file.has_value()) return NotFoundReply(request);
  if (request.method != "GET" && request.method != "HEAD") {
    return WrongMethodReply("GET, HEAD, OPTIONS");
  }
  return *std::move(file);
}

absl::StatusOr<RpcRequest> Gateway::State::Read(DressedExchange& exchange, const Method& method,
                                                const Dialect& dialect) const {
  const HttpRequest& request = exchange.request();
  const std::string client = proxies.ClientOf(request);
  BrowserSession session;
  if (backend->sessions.has_value()) {
    auto read = backend->sessions->Read(request, method, client);
    Headers more;
    if (read.ok()) {
      session = *std::move(read);
      backend->sessions->AddWord(session, more);
    } else if (read.status().code() == absl::StatusCode::kUnauthenticated) {
      BrowserSessions::Clear(more);
    }
    exchange.AddHeaders(std::move(more));
    RETURN_IF_ERROR(read.status());
  }
  ASSIGN_OR_RETURN(RpcRequest rpc,
                   ReadRpc(request, method, dialect, backend->times, std::move(session)));
  rpc.request_id = exchange.request_id();
  rpc.client = client;
  return rpc;
}

void Gateway::State::HandleRpc(const std::shared_ptr<DressedExchange>& exchange,
                               const Method& method) {
  exchange->NoteRoute(method.path, exchange->request_id());
  const auto refuse = [&](HttpReply reply, std::string_view code) {
    exchange->NoteCode(code);
    exchange->Reply(std::move(reply));
  };
  Understanding understanding = Understand(exchange->request(), method);
  if (!understanding.dialect.has_value()) {
    return refuse(std::move(understanding.refusal), ConnectCode(grpc::UNIMPLEMENTED));
  }
  if (draining) return refuse(StoppingReply(), ConnectCode(grpc::UNAVAILABLE));
  auto rpc = Read(*exchange, method, *understanding.dialect);
  if (!rpc.ok()) {
    const grpc::Status status = ToGrpcStatus(rpc.status());
    return refuse(ErrorReply(*understanding.dialect, status), ConnectCode(status.error_code()));
  }
  CallSite site{backend->gate.Enter(), backend.get(), exchange, *std::move(rpc)};
  method.server_streaming ? StartStreamCall(std::move(site)) : StartUnaryCall(std::move(site));
}

void Gateway::State::HandleHealth(const std::shared_ptr<DressedExchange>& exchange) {
  exchange->NoteRoute(kHealthPath, exchange->request_id());
  const std::string& verb = exchange->request().method;
  if (verb != "GET" && verb != "HEAD") return exchange->Reply(WrongMethodReply("GET, HEAD"));
  if (draining) return exchange->Reply(HealthReply(false));
  CheckHealth(*backend, [exchange](bool serving) { exchange->Reply(HealthReply(serving)); });
}

void Gateway::State::Record(const HttpRecord& record) const {
  std::string_view code = record.note.code;
  if (code.empty()) code = !record.complete ? "canceled" : record.status < 400 ? "ok" : "error";
  logger.Info("http", {{"method", record.method},
                       {"route", record.note.route},
                       {"status", record.status},
                       {"code", code},
                       {"us", record.us},
                       {"request_id", record.note.request_id}});
}

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const GatewayConfig& config,
                                                        std::shared_ptr<grpc::Channel> channel,
                                                        runtime::Logger& logger) {
  RETURN_IF_ERROR(CheckSettings(config));
  ASSIGN_OR_RETURN(std::unique_ptr<Backend> backend, MakeBackend(config, std::move(channel)));
  ASSIGN_OR_RETURN(TrustedProxies proxies, TrustedProxies::Of({config.trusted_proxies().begin(),
                                                               config.trusted_proxies().end()}));
  ASSIGN_OR_RETURN(StaticFiles files, ReadFiles(config));
  const HttpLimits limits = LimitsOf(config);
  EdgeHeaders headers({config.allowed_origins().begin(), config.allowed_origins().end()});
  std::unique_ptr<State> state(new State{std::move(backend),
                                         limits,
                                         std::move(headers),
                                         std::move(proxies),
                                         std::move(files),
                                         logger,
                                         {},
                                         nullptr});
  const std::string listen = config.listen().empty() ? kDefaultListen : config.listen();
  ASSIGN_OR_RETURN(state->server,
                   HttpServer::Start(
                       listen, limits,
                       [self = state.get()](const std::shared_ptr<Exchange>& exchange) {
                         self->Handle(exchange);
                       },
                       [self = state.get()](const HttpRecord& record) { self->Record(record); }));
  logger.Info("gateway listening", {{"address", state->server->address()}});
  return std::unique_ptr<Gateway>(new Gateway(std::move(state)));
}

Gateway::Gateway(std::unique_ptr<State> state) : state_(std::move(state)) {}

Gateway::~Gateway() { Drain(); }

const std::string& Gateway::address() const { return state_->server->address(); }

void Gateway::Drain() {
  if (state_->draining.exchange(true)) return;
  state_->server->Drain(kDrainPatience);
  state_->backend->gate.Wait();
}

}  // namespace hotline::gateway
