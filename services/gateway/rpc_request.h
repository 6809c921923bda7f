// A call as read from HTTP: one message, a deadline and an id.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/type/v1/channel.pb.h"
#include "services/gateway/browser_session.h"
#include "services/gateway/dialect.h"
#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"

namespace hotline::gateway {

struct CallLimits {
  std::chrono::milliseconds deadline{5'000};
  std::chrono::milliseconds deadline_max{30'000};
  std::chrono::milliseconds stream_max{600'000};
  size_t message_bytes_max = 1024 * 1024;  // unpacked
};

struct RpcRequest {
  const Method* method = nullptr;
  Dialect dialect;
  std::string message;  // protobuf bytes, known to parse
  std::chrono::milliseconds timeout{0};
  bool has_own_timeout = false;  // the client asked for no more than `timeout`
  std::string request_id;
  std::string client;         // its address
  std::string authorization;  // as the client sent it, or of its session; empty = none
  BrowserSession session;
  type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;  // that the message speaks for
};

// Reads message, timeout and credential; `request_id` and `client` are left to the caller.
// INVALID_ARGUMENT: the message (FIELD_INVALID, INVALID_UTF8), the envelopes, the timeout or the
// protocol version; UNIMPLEMENTED: a coding that is not known; UNAUTHENTICATED (SIGN_IN_REQUIRED):
// a credential that no service would take, because of its length or its characters, or two of them.
absl::StatusOr<RpcRequest> ReadRpc(const HttpRequest& request, const Method& method,
                                   const Dialect& dialect, const CallLimits& limits,
                                   BrowserSession session);

// The client's x-request-id if it is 1 to 64 letters, digits and hyphens, else a new one.
std::string RequestIdOf(const HttpRequest& request);

}  // namespace hotline::gateway
