// The session of a browser: a cookie that its scripts cannot read, and a word that they must show.
//
// A sign-in with `X-Koujing-Session: cookie` gets its token in the cookie instead of the body. A
// request with the cookie has the rights of its session, when it comes from our own pages: browsers
// say where a request comes from, and what may change something (POST) shows the word that replies
// carry.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/support/status.h"

#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"
#include "services/gateway/session_seal.h"

namespace hotline::gateway {

inline constexpr char kCookieName[] = "__Host-koujing";
inline constexpr char kCsrfHeader[] = "X-Koujing-Csrf";

// Of one request.
struct BrowserSession {
  bool keeps_cookie = false;            // the request asks for its session in a cookie
  std::string address;                  // that the cookie is bound to
  std::optional<SealedSession> sealed;  // the session that the request came with
};

// Immutable.
class BrowserSessions {
 public:
  explicit BrowserSessions(SessionSeal seal) : seal_(std::move(seal)) {}

  // The session of a request to `method` from `address`. UNAUTHENTICATED (SIGN_IN_REQUIRED): the
  // cookie is not ours, of an old key or of another address; PERMISSION_DENIED (NOT_ALLOWED,
  // metadata `header`): the request comes from another site, or the word is missing or wrong. A
  // request that shows a credential of its own, and one that signs in, comes without a session.
  absl::StatusOr<BrowserSession> Read(const HttpRequest& request, const Method& method,
                                      const std::string& address) const;

  // What `status` and the reply's bytes (protobuf) mean for the session: a token moves from `bytes`
  // into the cookie, the end of the session clears it. Adds to `headers`.
  void Follow(const BrowserSession& session, const Method& method, const grpc::Status& status,
              std::string& bytes, Headers& headers) const;

  // The word, for every reply to a request with a session.
  void AddWord(const BrowserSession& session, Headers& headers) const;

  // Tells the browser to forget the cookie.
  static void Clear(Headers& headers);

 private:
  SessionSeal seal_;
};

}  // namespace hotline::gateway
