#include "services/gateway/edge_headers.h"

#include <string_view>

#include "proto/cc/errors.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/static_files.h"

namespace hotline::gateway {
namespace {

// Pages load everything from here and run no inline code.
constexpr char kPagePolicy[] =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ";
// The kit of components that the apps of staff stand on draws its ticks as data: images; it sets
// styles through the DOM, which needs no leave (tests/browser/policy_test.mjs shows both).
constexpr char kStaffPolicy[] =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";
constexpr char kNoFrames[] = "'none'";

constexpr char kAllowedRequestHeaders[] =
    "Authorization, Content-Type, Connect-Protocol-Version, Connect-Timeout-Ms, Grpc-Timeout, "
    "X-Grpc-Web, X-User-Agent, X-Request-Id, Last-Event-ID";
constexpr char kExposedHeaders[] =
    "X-Request-Id, Retry-After, Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin";
constexpr char kPreflightSeconds[] = "7200";

bool IsPage(const HttpReply& reply) {
  for (const auto& [name, value] : reply.headers) {
    if (name == "Content-Type") return value.starts_with("text/html");
  }
  return false;
}

}  // namespace

void EdgeHeaders::AddPolicy(HttpReply& reply, const HttpRequest& request) const {
  Headers& headers = reply.headers;
  if (StaticFiles::IsOfStaff(request.path)) {
    headers.emplace_back("Content-Security-Policy", kStaffPolicy);
    headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    headers.emplace_back("X-Frame-Options", "DENY");
    return;
  }
  const std::string& framers = IsPage(reply) ? sites_.frame_ancestors() : kNoFrames;
  headers.emplace_back("Content-Security-Policy", kPagePolicy + framers);
  // The old header cannot name several sites; browsers that know the new one go by that.
  if (framers == kNoFrames) headers.emplace_back("X-Frame-Options", "DENY");
}

void EdgeHeaders::AddTo(HttpReply& reply, const HttpRequest& request,
                        const std::string& request_id) const {
  AddPolicy(reply, request);
  Headers& headers = reply.headers;
  headers.emplace_back("X-Request-Id", request_id);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  // A question stands in the URL of a GET; it must not travel on to other sites.
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (sites_.empty()) return;
  headers.emplace_back("Vary", "Origin");
  const std::string_view origin = request.Header("origin");
  if (!sites_.Allows(origin)) return;
  headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
  headers.emplace_back("Access-Control-Expose-Headers", kExposedHeaders);
}

HttpReply EdgeHeaders::Preflight(const HttpRequest& request) const {
  const bool preflight = !request.Header("access-control-request-method").empty();
  if (preflight && !sites_.Allows(request.Header("origin"))) {
    return ConnectErrorReply(MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                                       "这个网站未被允许调用，请联系管理员加入 gateway.sites。"));
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
