#include "services/gateway/rpc_request.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"

#include "proto/cc/errors.h"
#include "services/gateway/compression.h"
#include "services/gateway/transcode.h"
#include "services/gateway/url.h"
#include "services/runtime/request_ids.h"

namespace hotline::gateway {
namespace {

using std::chrono::milliseconds;

constexpr size_t kRequestIdMax = 64;
// With the other metadata well below what a gRPC connection takes.
constexpr size_t kAuthorizationMax = 8'000;
constexpr char kBearer[] = "Bearer ";
// Parameters of Connect's GET that are not fields of the message.
constexpr std::string_view kProtocolParameters[] = {"connect", "encoding", "message", "base64",
                                                    "compression"};

absl::Status Invalid(std::string_view field, std::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID, sentence,
                   {{"field", std::string(field)}});
}

absl::Status UnknownCoding(std::string_view header) {
  return MakeError(absl::StatusCode::kUnimplemented, type::v1::FIELD_INVALID,
                   "不支持这种压缩方式，请用 gzip 或 deflate，或不压缩。",
                   {{"field", std::string(header)}});
}

// How the messages of a body are packed, by the header of each dialect.
std::string_view CodingHeader(const Dialect& dialect) {
  if (dialect.protocol == Protocol::kGrpcWeb) return "grpc-encoding";
  return dialect.protocol == Protocol::kConnectStream ? "connect-content-encoding"
                                                      : "content-encoding";
}

// Nothing when messages are sent as they are.
absl::StatusOr<std::optional<Coding>> CodingOf(std::string_view name, std::string_view header) {
  if (name.empty() || name == "identity") return std::optional<Coding>();
  const std::optional<Coding> coding = CodingNamed(name);
  if (!coding.has_value()) return UnknownCoding(header);
  return coding;
}

absl::Status CheckProtocolHeaders(const HttpRequest& request) {
  const std::string_view version = request.Header("connect-protocol-version");
  if (!version.empty() && version != "1") {
    return Invalid("connect-protocol-version", "只支持 Connect 协议的第 1 版。");
  }
  return absl::OkStatus();
}

// Passed on as it is: the services know what it is worth. Not dropped when it cannot be passed on,
// or a caller would be taken for the public without a word.
absl::StatusOr<std::string> ReadAuthorization(const HttpRequest& request) {
  const auto is_it = [](const auto& header) { return header.first == "authorization"; };
  const auto count = std::count_if(request.headers.begin(), request.headers.end(), is_it);
  const std::string_view text = request.Header("authorization");
  const bool sound =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 32 && c < 127; });
  if (count <= 1 && sound && text.size() <= kAuthorizationMax) return std::string(text);
  return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED,
                   "登录凭证的格式不对，请重新登录。");
}

// 1 to `digits` digits.
std::optional<int64_t> Digits(std::string_view text, size_t digits) {
  int64_t value = 0;
  if (text.empty() || text.size() > digits ||
      text.find_first_not_of("0123456789") != std::string_view::npos ||
      !absl::SimpleAtoi(std::string(text), &value)) {
    return std::nullopt;
  }
  return value;
}

// "10S" as gRPC writes time-outs, in milliseconds, rounded up.
std::optional<int64_t> GrpcTimeout(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::optional<int64_t> value = Digits(text.substr(0, text.size() - 1), 8);
  if (!value.has_value()) return std::nullopt;
  switch (text.back()) {
    case 'H':
      return *value * 3'600'000;
    case 'M':
      return *value * 60'000;
    case 'S':
      return *value * 1'000;
    case 'm':
      return *value;
    case 'u':
      return (*value + 999) / 1'000;
    case 'n':
      return (*value + 999'999) / 1'000'000;
    default:
      return std::nullopt;
  }
}

absl::Status ReadTimeout(const HttpRequest& request, const CallLimits& limits, RpcRequest& rpc) {
  const bool grpc_web = rpc.dialect.protocol == Protocol::kGrpcWeb;
  const std::string_view name = grpc_web ? "grpc-timeout" : "connect-timeout-ms";
  const std::string_view text = request.Header(name);
  const bool stream = rpc.method->server_streaming;
  const milliseconds longest = stream ? limits.stream_max : limits.deadline_max;
  rpc.timeout = std::min(stream ? limits.stream_max : limits.deadline, longest);
  if (text.empty()) return absl::OkStatus();
  const std::optional<int64_t> wanted = grpc_web ? GrpcTimeout(text) : Digits(text, 10);
  if (!wanted.has_value()) {
    return Invalid(name, grpc_web ? "grpc-timeout 应为 1 至 8 位数字加单位，例如 5S。"
                                  : "Connect-Timeout-Ms 应为 1 至 10 位数字，单位毫秒。");
  }
  rpc.has_own_timeout = milliseconds(*wanted) <= longest;
  rpc.timeout = std::min(milliseconds(*wanted), longest);
  return absl::OkStatus();
}

// A message as it was before packing; nothing was packed into nothing.
absl::StatusOr<std::string> Unpack(const std::optional<Coding>& coding, std::string_view packed,
                                   const CallLimits& limits) {
  if (!coding.has_value() || packed.empty()) return std::string(packed);
  return Decompress(*coding, packed, limits.message_bytes_max);
}

// The payload of the only envelope of a body.
absl::StatusOr<std::string> OpenEnvelope(std::string_view body, const std::optional<Coding>& coding,
                                         const CallLimits& limits) {
  const absl::Status malformed =
      Invalid("envelope", "请求体应恰好是一个 5 字节头的消息帧，长度须与内容相符。");
  if (body.size() < kEnvelopeHeaderBytes) return malformed;
  size_t size = 0;
  for (size_t i = 1; i < kEnvelopeHeaderBytes; ++i) {
    size = size * 256 + static_cast<unsigned char>(body[i]);
  }
  const auto flags = static_cast<unsigned char>(body[0]);
  const bool packed = flags == kCompressedFlag;
  if ((flags != 0 && !packed) || body.size() - kEnvelopeHeaderBytes != size) return malformed;
  if (packed && !coding.has_value()) return malformed;
  return Unpack(packed ? coding : std::nullopt, body.substr(kEnvelopeHeaderBytes), limits);
}

// A gRPC-Web text body may be several padded pieces of base64, one after the other.
absl::StatusOr<std::string> DecodeTextBody(const std::string& body) {
  std::string result;
  for (size_t begin = 0; begin < body.size();) {
    size_t end = body.find('=', begin);
    while (end < body.size() && body[end] == '=') ++end;
    end = std::min(end, body.size());
    std::string piece;
    if (!absl::Base64Unescape(body.substr(begin, end - begin), &piece)) {
      return Invalid("body", "请求体不是合法的 base64。");
    }
    result += piece;
    begin = end;
  }
  return result;
}

absl::StatusOr<MessagePtr> Parse(const RpcRequest& rpc, std::string_view payload) {
  return rpc.dialect.codec == Codec::kJson ? ParseJson(*rpc.method->input, payload)
                                           : ParseProto(*rpc.method->input, payload);
}

absl::StatusOr<MessagePtr> ReadUrl(const HttpRequest& request, const RpcRequest& rpc,
                                   const CallLimits& limits) {
  ASSIGN_OR_RETURN(QueryParameters parameters, ParseQuery(request.query));
  if (FindParameter(parameters, "connect").value_or("v1") != "v1") {
    return Invalid("connect", "只支持 connect=v1。");
  }
  ASSIGN_OR_RETURN(const std::optional<Coding> coding,
                   CodingOf(FindParameter(parameters, "compression").value_or(""), "compression"));
  std::optional<std::string> message = FindParameter(parameters, "message");
  const bool base64 = FindParameter(parameters, "base64") == "1";
  if (!message.has_value()) {
    std::erase_if(parameters, [](const auto& parameter) {
      return std::find(std::begin(kProtocolParameters), std::end(kProtocolParameters),
                       parameter.first) != std::end(kProtocolParameters);
    });
    return BindParameters(*rpc.method->input, parameters);
  }
  std::string payload = *message;
  if (base64 && !absl::WebSafeBase64Unescape(*message, &payload)) {
    return Invalid("message", "message 不是合法的 base64url。");
  }
  ASSIGN_OR_RETURN(payload, Unpack(coding, payload, limits));
  return Parse(rpc, payload);
}

absl::StatusOr<MessagePtr> ReadBody(const HttpRequest& request, const RpcRequest& rpc,
                                    const CallLimits& limits) {
  const std::string_view header = CodingHeader(rpc.dialect);
  ASSIGN_OR_RETURN(const std::optional<Coding> coding, CodingOf(request.Header(header), header));
  if (rpc.dialect.protocol == Protocol::kConnectUnary) {
    ASSIGN_OR_RETURN(const std::string payload, Unpack(coding, request.body, limits));
    return Parse(rpc, payload);
  }
  if (!request.Header("content-encoding").empty()) return UnknownCoding("content-encoding");
  std::string framed = request.body;
  if (rpc.dialect.base64) {
    ASSIGN_OR_RETURN(framed, DecodeTextBody(request.body));
  }
  ASSIGN_OR_RETURN(const std::string payload, OpenEnvelope(framed, coding, limits));
  return Parse(rpc, payload);
}

type::v1::Channel ChannelOf(const Method& method, const google::protobuf::Message& message) {
  if (method.channel == nullptr) return type::v1::CHANNEL_UNSPECIFIED;
  return static_cast<type::v1::Channel>(
      message.GetReflection()->GetEnumValue(message, method.channel));
}

// A browser that reconnects says the last event that it has; that is newer than what its URL says.
absl::Status ResumeAfterLastEvent(const HttpRequest& request, const RpcRequest& rpc,
                                  google::protobuf::Message& message) {
  const std::string id(request.Header("last-event-id"));
  if (rpc.dialect.protocol != Protocol::kServerSentEvents || id.empty() ||
      rpc.method->resume == nullptr) {
    return absl::OkStatus();
  }
  if (!Digits(id, 18).has_value()) {
    return Invalid("last-event-id", "Last-Event-ID 应是此前收到的事件编号。");
  }
  return BindField(message, *rpc.method->resume, id);
}

}  // namespace

absl::StatusOr<RpcRequest> ReadRpc(const HttpRequest& request, const Method& method,
                                   const Dialect& dialect, const CallLimits& limits,
                                   BrowserSession session) {
  RpcRequest rpc;
  rpc.method = &method;
  rpc.dialect = dialect;
  rpc.session = std::move(session);
  RETURN_IF_ERROR(CheckProtocolHeaders(request));
  RETURN_IF_ERROR(ReadTimeout(request, limits, rpc));
  ASSIGN_OR_RETURN(rpc.authorization, ReadAuthorization(request));
  if (rpc.session.sealed.has_value()) rpc.authorization = kBearer + rpc.session.sealed->token;
  ASSIGN_OR_RETURN(const MessagePtr message,
                   dialect.get ? ReadUrl(request, rpc, limits) : ReadBody(request, rpc, limits));
  RETURN_IF_ERROR(ResumeAfterLastEvent(request, rpc, *message));
  rpc.channel = ChannelOf(method, *message);
  rpc.message = message->SerializeAsString();
  return rpc;
}

std::string RequestIdOf(const HttpRequest& request) {
  const std::string_view given = request.Header("x-request-id");
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (!given.empty() && given.size() <= kRequestIdMax &&
      std::all_of(given.begin(), given.end(), fits) && !runtime::MayNamePerson(given)) {
    return std::string(given);
  }
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr char kHex[] = "0123456789abcdef";
  std::string id;
  for (int word = 0; word < 2; ++word) {
    uint64_t bits = random();
    for (int digit = 0; digit < 16; ++digit, bits >>= 4) id += kHex[bits & 15];
  }
  return id;
}

}  // namespace hotline::gateway
