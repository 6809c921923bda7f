// The HTTP edge: any RPC of the allowed services over Connect, gRPC-Web and server-sent events, and
// the static page.
//
//   POST, GET /package.Service/Method   dialect.h
//   GET /healthz                        200 {"status":"SERVING"} or 503 {"status":"NOT_SERVING"}
//   GET /metrics                        figures, for loopback and trusted proxies alone
//   GET, HEAD /…                        files of gateway.web_dir
//
// Callers are marked as public (metadata x-koujing-scope): without a credential they may do what
// the public may. Of their headers only `authorization` is passed on, or the token of their session
// (browser_session.h): what it is worth, the services decide.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"

#include "hotline/config/v1/config.pb.h"
#include "services/runtime/logging.h"

namespace hotline::gateway {

inline constexpr char kDefaultListen[] = "127.0.0.1:8080";
// What the public needs: to be answered, to prove what was said, to complain, to say what helped.
inline constexpr std::array<std::string_view, 5> kPublicServices = {
    "hotline.answer.v1.AnswerService", "hotline.answer.v1.OpenDataService",
    "hotline.insight.v1.ReceiptService", "hotline.insight.v1.CorrectionService",
    "hotline.insight.v1.UsageService"};
// What people and systems use who sign in: all of the contract but the store's door.
inline constexpr std::array<std::string_view, 19> kStaffServices = {
    "hotline.answer.v1.OpenDataService",     "hotline.answer.v1.AnswerService",
    "hotline.audit.v1.AuditService",         "hotline.identity.v1.IdentityService",
    "hotline.insight.v1.CorrectionService",  "hotline.insight.v1.EventService",
    "hotline.insight.v1.GapService",         "hotline.insight.v1.PrivacyService",
    "hotline.insight.v1.QualityService",     "hotline.insight.v1.ReadingService",
    "hotline.insight.v1.ReceiptService",     "hotline.insight.v1.UsageService",
    "hotline.knowledge.v1.CheckService",     "hotline.knowledge.v1.FactService",
    "hotline.knowledge.v1.KnowledgeService", "hotline.knowledge.v1.ReviewService",
    "hotline.knowledge.v1.SheetService",     "hotline.knowledge.v1.SynonymService",
    "hotline.knowledge.v1.TaskService"};

// Thread-safe.
class Gateway {
 public:
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  // Drains.
  ~Gateway();

  // Listens and serves calls through `channel`, in-process or TCP. `logger` must outlive the
  // gateway. INVALID_ARGUMENT: a setting is wrong; FAILED_PRECONDITION: the address is taken or
  // web_dir cannot be read.
  // `more_figures` is shown by /metrics beside those of the edge; it must outlive the gateway too.
  using MoreFigures = std::function<std::string()>;
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(const config::v1::GatewayConfig& config,
                                                        std::shared_ptr<grpc::Channel> channel,
                                                        runtime::Logger& logger,
                                                        MoreFigures more_figures = {});

  // "127.0.0.1:41234": the address bound.
  const std::string& address() const;

  // /healthz says NOT_SERVING, new calls are refused with NOT_SERVING, streams end, calls under way
  // get 5 s; then the listener closes. Idempotent.
  void Drain();

 private:
  struct State;
  explicit Gateway(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hotline::gateway
