#include "services/gateway/gateway.h"

#include <algorithm>
#include <atomic>
#include <string_view>
#include <utility>

#include "proto/cc/errors.h"
#include "services/gateway/backend.h"
#include "services/gateway/calls.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/http_server.h"
#include "services/gateway/platforms/accounts.h"
#include "services/gateway/static_files.h"
#include "services/gateway/webhook_call.h"

namespace hotline::gateway {
namespace {

using config::v1::GatewayConfig;
using std::chrono::milliseconds;

constexpr milliseconds kDrainPatience{5'000};
constexpr milliseconds kTickMax{250};
constexpr int kHeartbeatTicks = 4;
constexpr int kThreadsMax = 64;
constexpr int kBodyKibMax = 64 * 1024;

constexpr char kNotFoundPage[] =
    "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>找不到页面</title>"
    "<h1>找不到这个页面</h1><p>请核对网址，或<a href=\"/\">回到首页</a>，也可以拨打 "
    "12345。</p></html>";

// Words for the log where a path as sent could hold what a citizen typed.
constexpr char kUnmatched[] = "unmatched";
constexpr char kHealthPath[] = "/healthz";

template <typename Number>
Number OrDefault(Number value, Number standard) {
  return value == 0 ? standard : value;
}

absl::Status CheckNumber(const char* key, int64_t value, int64_t max) {
  if (value >= 0 && value <= max) return absl::OkStatus();
  return FieldInvalid(key, std::to_string(value), "应为 0（默认）至 " + std::to_string(max) + "。");
}

absl::Status Check(const GatewayConfig& config) {
  constexpr int64_t kDayMs = 86'400'000;
  RETURN_IF_ERROR(CheckNumber("gateway.connections_max", config.connections_max(), 1'000'000));
  RETURN_IF_ERROR(CheckNumber("gateway.connections_per_address_max",
                              config.connections_per_address_max(), 1'000'000));
  RETURN_IF_ERROR(CheckNumber("gateway.body_kib_max", config.body_kib_max(), kBodyKibMax));
  RETURN_IF_ERROR(CheckNumber("gateway.deadline_ms", config.deadline_ms(), kDayMs));
  RETURN_IF_ERROR(CheckNumber("gateway.deadline_ms_max", config.deadline_ms_max(), kDayMs));
  RETURN_IF_ERROR(CheckNumber("gateway.heartbeat_ms", config.heartbeat_ms(), kDayMs));
  RETURN_IF_ERROR(CheckNumber("gateway.stream_ms_max", config.stream_ms_max(), kDayMs));
  return CheckNumber("gateway.threads", config.threads(), kThreadsMax);
}

HttpLimits LimitsOf(const GatewayConfig& config, milliseconds heartbeat) {
  HttpLimits limits;
  limits.threads = OrDefault(config.threads(), limits.threads);
  limits.connections_max = OrDefault(config.connections_max(), limits.connections_max);
  limits.connections_per_address_max =
      OrDefault(config.connections_per_address_max(), limits.connections_per_address_max);
  limits.body_bytes_max = static_cast<size_t>(OrDefault(config.body_kib_max(), 1024)) * 1024;
  limits.tick = std::clamp(heartbeat / kHeartbeatTicks, milliseconds(5), kTickMax);
  return limits;
}

TimeLimits TimesOf(const GatewayConfig& config) {
  TimeLimits times;
  times.deadline_max =
      milliseconds(OrDefault(config.deadline_ms_max(), times.deadline_max.count()));
  times.deadline = milliseconds(OrDefault(config.deadline_ms(), times.deadline.count()));
  times.deadline = std::min(times.deadline, times.deadline_max);
  times.stream_max = milliseconds(OrDefault(config.stream_ms_max(), times.stream_max.count()));
  return times;
}

absl::StatusOr<std::unique_ptr<Backend>> MakeBackend(const GatewayConfig& config,
                                                     std::shared_ptr<grpc::Channel> channel) {
  std::vector<std::string> services(config.services().begin(), config.services().end());
  if (services.empty()) services.assign(kDefaultServices.begin(), kDefaultServices.end());
  ASSIGN_OR_RETURN(MethodTable methods, MethodTable::Of(services));
  auto backend = std::make_unique<Backend>(
      std::move(channel), std::move(methods),
      EdgeHeaders({config.allowed_origins().begin(), config.allowed_origins().end()}));
  backend->times = TimesOf(config);
  backend->heartbeat = milliseconds(OrDefault<int64_t>(config.heartbeat_ms(), 15'000));
  return backend;
}

HttpReply DefectReply(HttpRequest::Defect defect, const HttpLimits& limits) {
  switch (defect) {
    case HttpRequest::Defect::kBodyTooLarge:
      return ConnectErrorReply(
          MakeError(
              absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
              "请求体超过上限 " + std::to_string(limits.body_bytes_max) + " 字节，请缩短后再发。",
              {{"limit", std::to_string(limits.body_bytes_max)}}),
          413);
    case HttpRequest::Defect::kTargetTooLong:
      return ConnectErrorReply(
          MakeError(
              absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
              "网址超过上限 " + std::to_string(limits.target_bytes_max) + " 字节，请改用 POST。",
              {{"limit", std::to_string(limits.target_bytes_max)}}),
          414);
    default:
      return ConnectErrorReply(MakeError(
          absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
          "请求的长度头互相矛盾或无法识别，请检查客户端。", {{"field", "content-length"}}));
  }
}

HttpReply Stopping() {
  return ConnectErrorReply(MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                                     "服务正在停止，请稍后重试。"));
}

HttpReply WrongMethod(const char* allowed) {
  HttpReply reply =
      ConnectErrorReply(MakeError(absl::StatusCode::kUnimplemented, type::v1::UNKNOWN_METHOD,
                                  std::string("不支持这种 HTTP 方法，请用 ") + allowed + "。"),
                        405);
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

HttpReply NotFoundReply(const HttpRequest& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && request.Header("accept").find("text/html") != std::string_view::npos) {
    return {404,
            {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}},
            kNotFoundPage};
  }
  return ConnectErrorReply(MakeError(absl::StatusCode::kUnimplemented, type::v1::UNKNOWN_METHOD,
                                     "没有这个地址或方法，请核对网址。"),
                           404);
}

HttpReply HealthReply(bool serving) {
  return {serving ? 200 : 503,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          serving ? "{\"status\":\"SERVING\"}" : "{\"status\":\"NOT_SERVING\"}"};
}

}  // namespace

struct Gateway::State {
  std::unique_ptr<Backend> backend;
  HttpLimits limits;
  StaticFiles files;
  Webhooks webhooks;
  runtime::Logger& logger;
  std::atomic<bool> draining{false};
  std::unique_ptr<HttpServer> server;  // last: its threads use the others

  void Handle(const std::shared_ptr<Exchange>& exchange);
  void HandleRpc(const std::shared_ptr<Exchange>& exchange, const Method& method);
  void HandleHealth(const std::shared_ptr<Exchange>& exchange);
  // The reply that needs nobody behind us.
  HttpReply Local(const HttpRequest& request, std::string& route) const;
  void Record(const HttpRecord& record) const;
};

HttpReply Gateway::State::Local(const HttpRequest& request, std::string& route) const {
  if (request.defect != HttpRequest::Defect::kNone) return DefectReply(request.defect, limits);
  if (request.method == "OPTIONS") return backend->headers.Preflight(request);
  auto file = files.Find(request, route);
  if (!file.has_value()) return NotFoundReply(request);
  if (request.method != "GET" && request.method != "HEAD") return WrongMethod("GET, HEAD, OPTIONS");
  return *std::move(file);
}

void Gateway::State::Handle(const std::shared_ptr<Exchange>& exchange) {
  const HttpRequest& request = exchange->request();
  const bool sound = request.defect == HttpRequest::Defect::kNone;
  if (sound && request.method != "OPTIONS") {
    const Method* method = backend->methods.Find(request.path);
    if (method != nullptr) return HandleRpc(exchange, *method);
    if (request.path == kHealthPath) return HandleHealth(exchange);
    if (HandleWebhook(webhooks, *backend, exchange)) return;
  }
  std::string route = kUnmatched;
  const std::string request_id = RequestIdOf(request);
  HttpReply reply = Local(request, route);
  exchange->NoteRoute(route, request_id);
  backend->headers.AddTo(reply, request, request_id);
  exchange->Reply(std::move(reply));
}

void Gateway::State::HandleRpc(const std::shared_ptr<Exchange>& exchange, const Method& method) {
  const HttpRequest& request = exchange->request();
  const std::string request_id = RequestIdOf(request);
  exchange->NoteRoute(method.path, request_id);
  const auto refuse = [&](HttpReply reply, std::string_view code) {
    exchange->NoteCode(code);
    backend->headers.AddTo(reply, request, request_id);
    exchange->Reply(std::move(reply));
  };
  Understanding understanding = Understand(request, method);
  if (!understanding.dialect.has_value()) {
    return refuse(std::move(understanding.refusal), ConnectCode(grpc::UNIMPLEMENTED));
  }
  if (draining) return refuse(Stopping(), ConnectCode(grpc::UNAVAILABLE));
  auto rpc = ReadRpc(request, method, *understanding.dialect, backend->times);
  if (!rpc.ok()) {
    const grpc::Status status = ToGrpcStatus(rpc.status());
    return refuse(ErrorReply(*understanding.dialect, status), ConnectCode(status.error_code()));
  }
  rpc->request_id = request_id;
  CallSite site{backend->gate.Enter(), backend.get(), exchange, *std::move(rpc)};
  method.server_streaming ? StartStreamCall(std::move(site)) : StartUnaryCall(std::move(site));
}

void Gateway::State::HandleHealth(const std::shared_ptr<Exchange>& exchange) {
  const std::string request_id = RequestIdOf(exchange->request());
  exchange->NoteRoute(kHealthPath, request_id);
  const auto reply = [backend = backend.get(), exchange, request_id](HttpReply answer) {
    backend->headers.AddTo(answer, exchange->request(), request_id);
    exchange->Reply(std::move(answer));
  };
  const std::string& verb = exchange->request().method;
  if (verb != "GET" && verb != "HEAD") return reply(WrongMethod("GET, HEAD"));
  if (draining) return reply(HealthReply(false));
  CheckHealth(*backend, [reply](bool serving) { reply(HealthReply(serving)); });
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
  RETURN_IF_ERROR(Check(config));
  ASSIGN_OR_RETURN(Webhooks webhooks, platforms::OpenAccounts(config.accounts(), channel, logger));
  ASSIGN_OR_RETURN(std::unique_ptr<Backend> backend, MakeBackend(config, std::move(channel)));
  ASSIGN_OR_RETURN(
      StaticFiles files,
      StaticFiles::Read(config.web_dir().empty() ? DefaultWebDir() : config.web_dir()));
  const HttpLimits limits = LimitsOf(config, backend->heartbeat);
  std::unique_ptr<State> state(new State{
      std::move(backend), limits, std::move(files), std::move(webhooks), logger, {}, nullptr});
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
