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
#include "services/gateway/http_figures.h"
#include "services/gateway/http_server.h"
#include "services/gateway/local_replies.h"
#include "services/gateway/platforms/accounts.h"
#include "services/gateway/settings.h"
#include "services/gateway/static_files.h"
#include "services/gateway/webhook_call.h"

namespace hotline::gateway {
namespace {

using config::v1::GatewayConfig;

constexpr std::chrono::milliseconds kDrainPatience{5'000};

// A word for the log where a path as sent could hold what a citizen typed.
constexpr char kUnmatched[] = "unmatched";
constexpr char kFile[] = "file";
constexpr char kAnswers[] = "/hotline.answer.v1.AnswerService/Ask";
constexpr char kReceipts[] = "/hotline.insight.v1.ReceiptService/CreateReceipt";
constexpr char kHealthPath[] = "/healthz";
constexpr char kMetricsPath[] = "/metrics";

absl::StatusOr<std::unique_ptr<Backend>> MakeBackend(const GatewayConfig& config,
                                                     std::shared_ptr<grpc::Channel> channel) {
  ASSIGN_OR_RETURN(MethodTable methods,
                   MethodTable::Of(PublicServicesOf(config), StaffServicesOf(config)));
  ASSIGN_OR_RETURN(Routes routes, Routes::Of(std::move(channel), config.backends()));
  auto backend =
      std::make_unique<Backend>(std::move(routes), std::move(methods), AdmissionLimitsOf(config));
  if (ServesStaff(config)) {
    ASSIGN_OR_RETURN(SessionSeal seal, SessionSeal::WithKeyOf(config.cookie_key_file()));
    backend->sessions.emplace(std::move(seal));
  }
  backend->limits = CallLimitsOf(config);
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
  Gateway::MoreFigures more_figures;
  Webhooks webhooks;
  runtime::Logger& logger;
  HttpFigures figures;
  std::atomic<bool> draining{false};
  std::unique_ptr<HttpServer> server;  // last: its threads use the others

  void Handle(const std::shared_ptr<Exchange>& exchange);
  void HandleRpc(const std::shared_ptr<DressedExchange>& exchange, const Method& method);
  void HandleHealth(const std::shared_ptr<DressedExchange>& exchange);
  HttpReply Metrics(const HttpRequest& request) const;
  // The reply that needs nobody behind us.
  HttpReply Local(const HttpRequest& request, std::string& route) const;
  absl::StatusOr<BrowserSession> ReadSession(DressedExchange& exchange, const Method& method,
                                             const std::string& client) const;
  absl::StatusOr<CallSite> Receive(const std::shared_ptr<DressedExchange>& exchange,
                                   const Method& method, const Dialect& dialect) const;
  void Record(const HttpRecord& record);
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
    if (HandleWebhook(webhooks, *backend, exchange)) return;
  }
  std::string route = kUnmatched;
  HttpReply reply = Local(request, route);
  exchange->NoteRoute(route, exchange->request_id());
  exchange->Reply(std::move(reply));
}

HttpReply Gateway::State::Local(const HttpRequest& request, std::string& route) const {
  if (request.defect != HttpRequest::Defect::kNone) return DefectReply(request.defect, limits);
  if (request.method == "OPTIONS") return headers.Preflight(request);
  if (request.path == kMetricsPath) {
    route = kMetricsPath;
    return Metrics(request);
  }
  auto file = files.Find(request, route);
  if (!file.has_value()) return NotFoundReply(request);
  if (request.method != "GET" && request.method != "HEAD") {
    return WrongMethodReply("GET, HEAD, OPTIONS");
  }
  return *std::move(file);
}

// Figures tell how a city is run: they are not for who only comes by.
HttpReply Gateway::State::Metrics(const HttpRequest& request) const {
  const std::string client = proxies.ClientOf(request);
  const bool forwarded = !request.Header("x-forwarded-for").empty();
  const bool passed_on = forwarded && !proxies.Trusts(NormalAddress(request.peer));
  if (passed_on || !(IsLoopback(client) || proxies.Trusts(client))) return NotFoundReply(request);
  if (request.method != "GET") return WrongMethodReply("GET");
  return {
      200,
      {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}},
      figures.Text(backend->admission) + (more_figures ? more_figures() : "")};
}

// The session of the request; what it means for the reply's headers is added to the exchange.
absl::StatusOr<BrowserSession> Gateway::State::ReadSession(DressedExchange& exchange,
                                                           const Method& method,
                                                           const std::string& client) const {
  if (!backend->sessions.has_value()) return BrowserSession();
  auto session = backend->sessions->Read(exchange.request(), method, client);
  Headers more;
  if (session.ok()) backend->sessions->AddWord(*session, more);
  if (session.status().code() == absl::StatusCode::kUnauthenticated) BrowserSessions::Clear(more);
  exchange.AddHeaders(std::move(more));
  return session;
}

// From the request to a call that may be made: who calls, whether it may now, what it wants, and
// whether its site may want that.
absl::StatusOr<CallSite> Gateway::State::Receive(const std::shared_ptr<DressedExchange>& exchange,
                                                 const Method& method,
                                                 const Dialect& dialect) const {
  const HttpRequest& request = exchange->request();
  const std::string client = proxies.ClientOf(request);
  ASSIGN_OR_RETURN(BrowserSession session, ReadSession(*exchange, method, client));
  Visitor visitor{HouseholdOf(client), IdentityOf(std::string(request.Header("authorization"))),
                  session.sealed.has_value()};
  if (visitor.sealed) visitor.identity = "s:" + session.sealed->id;
  ASSIGN_OR_RETURN(std::shared_ptr<void> place,
                   backend->admission.Admit(visitor, method, std::chrono::steady_clock::now()));
  ASSIGN_OR_RETURN(RpcRequest rpc,
                   ReadRpc(request, method, dialect, backend->limits, std::move(session)));
  RETURN_IF_ERROR(headers.sites().Check(request, method, rpc.channel));
  rpc.request_id = exchange->request_id();
  rpc.client = client;
  return CallSite{backend->gate.Enter(), backend.get(),      exchange,
                  std::move(rpc),        std::move(visitor), std::move(place)};
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
  auto site = Receive(exchange, method, *understanding.dialect);
  if (!site.ok()) {
    const grpc::Status status = ToGrpcStatus(site.status());
    return refuse(ErrorReply(*understanding.dialect, status), ConnectCode(status.error_code()));
  }
  method.server_streaming ? StartStreamCall(*std::move(site)) : StartUnaryCall(*std::move(site));
}

void Gateway::State::HandleHealth(const std::shared_ptr<DressedExchange>& exchange) {
  exchange->NoteRoute(kHealthPath, exchange->request_id());
  const std::string& verb = exchange->request().method;
  if (verb != "GET" && verb != "HEAD") return exchange->Reply(WrongMethodReply("GET, HEAD"));
  if (draining) return exchange->Reply(HealthReply(false));
  CheckHealth(*backend, [exchange](bool serving) { exchange->Reply(HealthReply(serving)); });
}

void Gateway::State::Record(const HttpRecord& record) {
  std::string_view code = record.note.code;
  if (code.empty()) code = !record.complete ? "canceled" : record.status < 400 ? "ok" : "error";
  const std::string& route = record.note.route;
  const Method* method = backend->methods.Find(route);
  const bool known = method != nullptr || route == kUnmatched || route == kHealthPath ||
                     route == kMetricsPath || route.empty() || route.starts_with(kWebhookPrefix);
  figures.Count(route.empty() ? kUnmatched
                : known       ? route
                              : kFile,
                code, method != nullptr && method->server_streaming, record.us);
  logger.Info("http", {{"method", record.method},
                       {"route", record.note.route},
                       {"status", record.status},
                       {"code", code},
                       {"us", record.us},
                       {"request_id", record.note.request_id}});
}

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const GatewayConfig& config,
                                                        std::shared_ptr<grpc::Channel> channel,
                                                        runtime::Logger& logger,
                                                        MoreFigures more_figures) {
  RETURN_IF_ERROR(CheckSettings(config));
  ASSIGN_OR_RETURN(std::unique_ptr<Backend> backend, MakeBackend(config, std::move(channel)));
  ASSIGN_OR_RETURN(Webhooks webhooks,
                   platforms::OpenAccounts(config.accounts(), backend->routes.ChannelFor(kAnswers),
                                           backend->routes.ChannelFor(kReceipts), logger));
  ASSIGN_OR_RETURN(TrustedProxies proxies, TrustedProxies::Of({config.trusted_proxies().begin(),
                                                               config.trusted_proxies().end()}));
  ASSIGN_OR_RETURN(StaticFiles files, ReadFiles(config));
  ASSIGN_OR_RETURN(Sites sites, Sites::Of(config));
  const HttpLimits limits = HttpLimitsOf(config);
  std::unique_ptr<State> state(new State{std::move(backend),
                                         limits,
                                         EdgeHeaders(std::move(sites)),
                                         std::move(proxies),
                                         std::move(files),
                                         std::move(more_figures),
                                         std::move(webhooks),
                                         logger,
                                         {},
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
