#include "services/gateway/edge_headers.h"

#include <algorithm>

#include "proto/cc/errors.h"
#include "services/gateway/connect_error.h"

namespace hotline::gateway {
namespace {

// The page loads everything from here and runs no inline code; it is not shown inside other sites.
constexpr char kContentSecurityPolicy[] =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

constexpr char kAllowedRequestHeaders[] =
    "Authorization, Content-Type, Connect-Protocol-Version, Connect-Timeout-Ms, Grpc-Timeout, "
    "X-Grpc-Web, "
    "X-User-Agent, X-Request-Id, Last-Event-ID";
constexpr char kExposedHeaders[] =
    "X-Request-Id, Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin";
constexpr char kPreflightSeconds[] = "7200";

}  // namespace

bool EdgeHeaders::Allows(std::string_view origin) const {
  return !origin.empty() && std::find(allowed_origins_.begin(), allowed_origins_.end(), origin) !=
                                allowed_origins_.end();
}

void EdgeHeaders::AddTo(HttpReply& reply, const HttpRequest& request,
                        const std::string& request_id) const {
  Headers& headers = reply.headers;
  headers.emplace_back("X-Request-Id", request_id);
  headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("X-Frame-Options", "DENY");
  // A question stands in the URL of a GET; it must not travel on to other sites.
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (allowed_origins_.empty()) return;
  headers.emplace_back("Vary", "Origin");
  const std::string_view origin = request.Header("origin");
  if (!Allows(origin)) return;
  headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
  headers.emplace_back("Access-Control-Expose-Headers", kExposedHeaders);
}

HttpReply EdgeHeaders::Preflight(const HttpRequest& request) const {
  const std::string_view origin = request.Header("origin");
  const bool preflight = !request.Header("access-control-request-method").empty();
  if (preflight && !Allows(origin)) {
    return ConnectErrorReply(
        MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                  "这个网站未被允许调用，请联系管理员加入 gateway.allowed_origins。"));
  }
  HttpReply reply;
  reply.status = 204;
  reply.headers = {{"Allow", "GET, HEAD, POST, OPTIONS"}};
  if (preflight) {
    reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST");
    reply.headers.emplace_back("Access-Control-Allow-Headers", kAllowedRequestHeaders);
    reply.headers.emplace_back("Access-Control-Max-Age", kPreflightSeconds);
  }
  return reply;
}

}  // namespace hotline::gateway
