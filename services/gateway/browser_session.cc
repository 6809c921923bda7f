#include "services/gateway/browser_session.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "services/gateway/client_address.h"
#include "services/gateway/sites.h"
#include "services/gateway/transcode.h"

namespace hotline::gateway {
namespace {

constexpr char kSessionHeader[] = "x-koujing-session";
constexpr char kInCookie[] = "cookie";
constexpr char kCookieAttributes[] = "; Path=/; Secure; HttpOnly; SameSite=Strict";

absl::Status SignInAgain() {
  return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED,
                   "登录已失效，请重新登录。");
}

// The metadata tells a page from a person who lacks a right: it may ask for the word and try again.
absl::Status Forged(std::string_view sentence) {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED, sentence,
                   {{"header", kCsrfHeader}});
}

// Whether a page of ours sent the request, as far as the browser says. Browsers on secure origins
// say it; older ones name at least the origin of a POST.
bool FromOurPages(const HttpRequest& request) {
  const std::string_view site = request.Header("sec-fetch-site");
  if (!site.empty()) return site == "same-origin" || (site == "none" && request.method == "GET");
  const std::string_view origin = request.Header("origin");
  return origin.empty() || IsOwnOrigin(origin, request.Header("host"));
}

// The value of our cookie; nothing when there is none. Two are one too many to believe either.
std::optional<std::string_view> CookieOf(const HttpRequest& request) {
  std::optional<std::string_view> found;
  int count = 0;
  for (const auto& [name, value] : request.headers) {
    if (name != "cookie") continue;
    for (std::string_view rest = value; !rest.empty();) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
      const size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != kCookieName) continue;
      found = pair.substr(equals + 1);
      ++count;
    }
  }
  if (count > 1) return std::string_view();
  return found;
}

std::string CookieHeader(std::string_view value, std::string_view more = "") {
  return std::string(kCookieName) + "=" + std::string(value) + kCookieAttributes +
         std::string(more);
}

}  // namespace

absl::StatusOr<BrowserSession> BrowserSessions::Read(const HttpRequest& request,
                                                     const Method& method,
                                                     const std::string& address) const {
  BrowserSession session;
  session.address = HouseholdOf(address);
  session.keeps_cookie = request.Header(kSessionHeader) == kInCookie;
  if (session.keeps_cookie && !FromOurPages(request)) {
    return Forged("登录只能从本站的页面发起，请从本站打开页面后再登录。");
  }
  if (method.signs_in || !request.Header("authorization").empty()) return session;
  const std::optional<std::string_view> cookie = CookieOf(request);
  if (!cookie.has_value()) return session;
  session.sealed = seal_.Open(*cookie, session.address);
  if (!session.sealed.has_value()) return SignInAgain();
  if (!FromOurPages(request)) return Forged("这个请求来自别的网站，已被拒绝；请从本站的页面操作。");
  if (request.method == "POST" &&
      !SameSecret(request.Header("x-koujing-csrf"), seal_.CsrfWord(*session.sealed))) {
    return Forged("缺少 X-Koujing-Csrf 或其值不对，请刷新页面后再试。");
  }
  return session;
}

void BrowserSessions::Follow(const BrowserSession& session, const Method& method,
                             const grpc::Status& status, std::string& bytes,
                             Headers& headers) const {
  const bool is_over = !status.ok() && session.sealed.has_value() &&
                       ReasonOf(FromGrpcStatus(status)) == type::v1::SIGN_IN_REQUIRED;
  if (is_over || (status.ok() && method.ends_session)) return Clear(headers);
  const bool in_cookie = session.keeps_cookie || session.sealed.has_value();
  if (!status.ok() || method.token == nullptr || !in_cookie) return;
  const MessagePtr reply(method.output->New());
  if (!reply->ParseFromString(bytes)) return;  // whoever encodes it says so
  // The word stays the same while the session is renewed: other tabs know it.
  SealedSession sealed = {session.sealed.has_value() ? session.sealed->id : SessionSeal::NewId(),
                          reply->GetReflection()->GetString(*reply, method.token)};
  reply->GetReflection()->ClearField(reply.get(), method.token);
  bytes = reply->SerializeAsString();
  headers.emplace_back("Set-Cookie", CookieHeader(seal_.Seal(sealed, session.address)));
  if (!session.sealed.has_value()) headers.emplace_back(kCsrfHeader, seal_.CsrfWord(sealed));
}

void BrowserSessions::AddWord(const BrowserSession& session, Headers& headers) const {
  if (session.sealed.has_value())
    headers.emplace_back(kCsrfHeader, seal_.CsrfWord(*session.sealed));
}

void BrowserSessions::Clear(Headers& headers) {
  headers.emplace_back("Set-Cookie", CookieHeader("", "; Max-Age=0"));
}

}  // namespace hotline::gateway
