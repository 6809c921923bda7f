// The four ways in which a call can be spoken over HTTP, and how each writes replies.
//
//   Connect unary    POST application/json | application/proto, or GET for methods without side
//   effects Connect stream   POST application/connect+json | application/connect+proto; 5-byte
//   envelopes, end-stream JSON gRPC-Web         POST application/grpc-web[-text][+proto|+json];
//   5-byte envelopes, trailers as the last one SSE              GET, text/event-stream; server
//   streams without side effects
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "grpcpp/support/status.h"

#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"

namespace hotline::gateway {

enum class Protocol { kConnectUnary, kConnectStream, kGrpcWeb, kServerSentEvents };
enum class Codec { kJson, kProto };

struct Dialect {
  Protocol protocol = Protocol::kConnectUnary;
  Codec codec = Codec::kJson;
  bool base64 = false;  // application/grpc-web-text: the whole body is base64
  bool get = false;     // the message is in the URL
};

// How `request` speaks to `method`, or the reply that refuses it: 405, 406, 415, 501.
struct Understanding {
  std::optional<Dialect> dialect;
  HttpReply refusal;  // when there is no dialect
};
Understanding Understand(const HttpRequest& request, const Method& method);

// Status 200 and the headers of a reply whose messages follow.
HttpReply Head(const Dialect& dialect);

// One message, given as protobuf bytes. INTERNAL when it is not one of this method.
absl::StatusOr<std::string> EncodeMessage(const Dialect& dialect, const Method& method,
                                          const std::string& message);

// What follows the last message. For a unary Connect call and a good end of SSE that is nothing.
std::string EncodeEnd(const Dialect& dialect, const grpc::Status& status);

// The whole reply of a call that failed before its first message.
HttpReply ErrorReply(const Dialect& dialect, const grpc::Status& status);

// One envelope: flags, big-endian length, payload.
std::string Envelope(unsigned char flags, std::string_view payload);

inline constexpr size_t kEnvelopeHeaderBytes = 5;
inline constexpr unsigned char kCompressedFlag = 0x01;

}  // namespace hotline::gateway
