#include "services/gateway/dialect.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "google/protobuf/message.h"

#include "proto/cc/errors.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/transcode.h"

namespace hotline::gateway {
namespace {

constexpr unsigned char kConnectEndFlag = 0x02;
constexpr unsigned char kGrpcWebTrailerFlag = 0x80;

// How soon a browser reconnects after a stream has ended.
constexpr char kSseOpening[] = "retry: 2000\n\n";

struct ContentType {
  std::string_view name;
  Protocol protocol;
  Codec codec;
  bool base64 = false;
};

constexpr ContentType kContentTypes[] = {
    {"application/json", Protocol::kConnectUnary, Codec::kJson},
    {"application/proto", Protocol::kConnectUnary, Codec::kProto},
    {"application/connect+json", Protocol::kConnectStream, Codec::kJson},
    {"application/connect+proto", Protocol::kConnectStream, Codec::kProto},
    {"application/grpc-web+proto", Protocol::kGrpcWeb, Codec::kProto},
    {"application/grpc-web", Protocol::kGrpcWeb, Codec::kProto},
    {"application/grpc-web+json", Protocol::kGrpcWeb, Codec::kJson},
    {"application/grpc-web-text+proto", Protocol::kGrpcWeb, Codec::kProto, true},
    {"application/grpc-web-text", Protocol::kGrpcWeb, Codec::kProto, true},
};

bool Fits(Protocol protocol, const Method& method) {
  if (protocol == Protocol::kConnectUnary) return !method.server_streaming;
  if (protocol == Protocol::kConnectStream) return method.server_streaming;
  return true;
}

std::string Lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

// "application/json" from "Application/JSON; charset=utf-8".
std::string MediaType(std::string_view header) {
  std::string type = Lower(header.substr(0, header.find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  return type;
}

// True when JSON is announced in another character set than UTF-8.
bool HasForeignCharset(std::string_view header) {
  const std::string lower = Lower(header);
  const size_t at = lower.find("charset=");
  if (at == std::string::npos) return false;
  std::string charset = lower.substr(at + 8, lower.find(';', at) - at - 8);
  charset.erase(std::remove(charset.begin(), charset.end(), '"'), charset.end());
  return charset != "utf-8" && charset != "utf8";
}

Understanding Refuse(int http_status, absl::StatusCode code, std::string_view sentence,
                     const Method& method) {
  const auto reason =
      code == absl::StatusCode::kUnimplemented ? type::v1::UNKNOWN_METHOD : type::v1::FIELD_INVALID;
  return {std::nullopt, ConnectErrorReply(MakeError(code, reason, sentence, {{"rpc", method.path}}),
                                          http_status)};
}

// Connect names the codec of a GET in its query.
Understanding UnderstandUnaryGet(const HttpRequest& request, const Method& method) {
  Dialect dialect{Protocol::kConnectUnary, Codec::kJson, false, true};
  const auto parameters = ParseQuery(request.query);
  if (!parameters.ok()) return {std::nullopt, ConnectErrorReply(parameters.status())};
  const std::string encoding = FindParameter(*parameters, "encoding").value_or("json");
  if (encoding == "proto") dialect.codec = Codec::kProto;
  if (encoding == "proto" || encoding == "json") return {dialect, {}};
  return Refuse(415, absl::StatusCode::kInvalidArgument,
                "不支持这种 encoding，请用 json 或 proto。", method);
}

Understanding UnderstandGet(const HttpRequest& request, const Method& method) {
  if (!method.side_effect_free) {
    Understanding refused = Refuse(405, absl::StatusCode::kUnimplemented,
                                   "这个方法会改变数据，请用 POST 调用。", method);
    refused.refusal.headers.emplace_back("Allow", "POST, OPTIONS");
    return refused;
  }
  if (!method.server_streaming) return UnderstandUnaryGet(request, method);
  const std::string accept = Lower(request.Header("accept"));
  if (accept.empty() || accept.find("text/event-stream") != std::string::npos ||
      accept.find("*/*") != std::string::npos) {
    return {Dialect{Protocol::kServerSentEvents, Codec::kJson, false, true}, {}};
  }
  return Refuse(406, absl::StatusCode::kInvalidArgument,
                "这个方法以事件流答复，请带上 Accept: text/event-stream。", method);
}

Understanding UnderstandPost(const HttpRequest& request, const Method& method) {
  const std::string_view header = request.Header("content-type");
  const std::string type = MediaType(header);
  std::string accepted;
  for (const ContentType& known : kContentTypes) {
    if (!Fits(known.protocol, method)) continue;
    if (type == known.name && !(known.codec == Codec::kJson && HasForeignCharset(header))) {
      return {Dialect{known.protocol, known.codec, known.base64, false}, {}};
    }
    if (!accepted.empty()) accepted += ", ";
    accepted += known.name;
  }
  Understanding refused = Refuse(415, absl::StatusCode::kInvalidArgument,
                                 "不支持这种 Content-Type，请改用 " + accepted + "。", method);
  refused.refusal.headers.emplace_back("Accept-Post", accepted);
  return refused;
}

std::string PercentEncodedMessage(const std::string& message) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7E && c != '%') {
      result += c;
    } else {
      result += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return result;
}

std::string GrpcWebTrailers(const grpc::Status& status) {
  std::string trailers = "grpc-status: " + std::to_string(status.error_code()) + "\r\n";
  if (!status.error_message().empty()) {
    trailers += "grpc-message: " + PercentEncodedMessage(status.error_message()) + "\r\n";
  }
  if (!status.error_details().empty()) {
    trailers += "grpc-status-details-bin: " + UnpaddedBase64(status.error_details()) + "\r\n";
  }
  return trailers;
}

std::string_view StreamContentType(const Dialect& dialect) {
  if (dialect.protocol == Protocol::kServerSentEvents) return "text/event-stream; charset=utf-8";
  for (const ContentType& known : kContentTypes) {
    if (known.protocol == dialect.protocol && known.codec == dialect.codec &&
        known.base64 == dialect.base64) {
      return known.name;
    }
  }
  return "application/octet-stream";
}

std::string Event(const Method& method, const google::protobuf::Message& message,
                  const std::string& json) {
  std::string event;
  if (method.event_id != nullptr) {
    const int64_t id = message.GetReflection()->GetInt64(message, method.event_id);
    if (id > 0) event = "id: " + std::to_string(id) + "\n";
  }
  return event + "data: " + json + "\n\n";
}

}  // namespace

Understanding Understand(const HttpRequest& request, const Method& method) {
  if (method.client_streaming) {
    return Refuse(501, absl::StatusCode::kUnimplemented,
                  "这个方法需要双向流，浏览器做不到，请用 gRPC 调用。", method);
  }
  if (request.method == "GET") return UnderstandGet(request, method);
  if (request.method == "POST") return UnderstandPost(request, method);
  const std::string allowed = method.side_effect_free ? "GET, POST, OPTIONS" : "POST, OPTIONS";
  Understanding refused = Refuse(405, absl::StatusCode::kUnimplemented,
                                 "不支持这种 HTTP 方法，请用 " + allowed + "。", method);
  refused.refusal.headers.emplace_back("Allow", allowed);
  return refused;
}

HttpReply Head(const Dialect& dialect) {
  HttpReply reply;
  reply.headers = {{"Content-Type", std::string(StreamContentType(dialect))},
                   {"Cache-Control", "no-store"}};
  if (dialect.protocol != Protocol::kConnectUnary) {
    reply.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
  }
  if (dialect.protocol == Protocol::kServerSentEvents) reply.body = kSseOpening;
  return reply;
}

absl::StatusOr<std::string> EncodeMessage(const Dialect& dialect, const Method& method,
                                          const std::string& message) {
  std::string payload = message;
  MessagePtr parsed;
  if (dialect.codec == Codec::kJson) {
    parsed.reset(method.output->New());
    if (!parsed->ParseFromString(message)) return absl::InternalError("a reply cannot be parsed");
    ASSIGN_OR_RETURN(payload, ToJson(*parsed));
  }
  switch (dialect.protocol) {
    case Protocol::kConnectUnary:
      return payload;
    case Protocol::kServerSentEvents:
      return Event(method, *parsed, payload);
    case Protocol::kConnectStream:
      return Envelope(0, payload);
    case Protocol::kGrpcWeb:
      break;
  }
  std::string frame = Envelope(0, payload);
  return dialect.base64 ? absl::Base64Escape(frame) : frame;
}

std::string EncodeEnd(const Dialect& dialect, const grpc::Status& status) {
  switch (dialect.protocol) {
    case Protocol::kConnectUnary:
      return "";
    case Protocol::kServerSentEvents:
      return status.ok() ? "" : "event: failure\ndata: " + ConnectErrorJson(status) + "\n\n";
    case Protocol::kConnectStream:
      return Envelope(kConnectEndFlag,
                      status.ok() ? "{}" : "{\"error\":" + ConnectErrorJson(status) + "}");
    case Protocol::kGrpcWeb:
      break;
  }
  std::string frame = Envelope(kGrpcWebTrailerFlag, GrpcWebTrailers(status));
  return dialect.base64 ? absl::Base64Escape(frame) : frame;
}

HttpReply ErrorReply(const Dialect& dialect, const grpc::Status& status) {
  if (dialect.protocol == Protocol::kConnectUnary ||
      dialect.protocol == Protocol::kServerSentEvents) {
    return ConnectErrorReply(status);
  }
  HttpReply reply = Head(dialect);
  reply.body = EncodeEnd(dialect, status);
  return reply;
}

std::string Envelope(unsigned char flags, std::string_view payload) {
  const auto size = static_cast<uint32_t>(payload.size());
  std::string envelope = {static_cast<char>(flags), static_cast<char>(size >> 24),
                          static_cast<char>(size >> 16), static_cast<char>(size >> 8),
                          static_cast<char>(size)};
  envelope += payload;
  return envelope;
}

}  // namespace hotline::gateway
