#include "services/gateway/connect_error.h"

#include <array>

#include "absl/strings/escaping.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "proto/cc/errors.h"
#include "services/gateway/transcode.h"
#include "services/runtime/logging.h"

namespace hotline::gateway {
namespace {

struct CodeRow {
  std::string_view name;
  int http_status;
};

// By number of the gRPC code.
constexpr std::array<CodeRow, 17> kCodes = {{
    {"ok", 200},
    {"canceled", 499},
    {"unknown", 500},
    {"invalid_argument", 400},
    {"deadline_exceeded", 504},
    {"not_found", 404},
    {"already_exists", 409},
    {"permission_denied", 403},
    {"resource_exhausted", 429},
    {"failed_precondition", 400},
    {"aborted", 409},
    {"out_of_range", 400},
    {"unimplemented", 501},
    {"internal", 500},
    {"unavailable", 503},
    {"data_loss", 500},
    {"unauthenticated", 401},
}};

const CodeRow& RowOf(grpc::StatusCode code) {
  const auto index = static_cast<size_t>(code);
  return index < kCodes.size() ? kCodes[index] : kCodes[static_cast<size_t>(grpc::UNKNOWN)];
}

std::string_view SentenceFor(grpc::StatusCode code) {
  switch (code) {
    case grpc::UNAVAILABLE:
      return "服务暂时连不上，请稍后重试。";
    case grpc::DEADLINE_EXCEEDED:
      return "没有在限定时间内得到答复，请稍后重试。";
    case grpc::CANCELLED:
      return "请求已取消。";
    case grpc::UNIMPLEMENTED:
      return "没有这个方法，请核对服务名和方法名。";
    case grpc::RESOURCE_EXHAUSTED:
      return "消息太大或请求太多，请缩小范围或稍后重试。";
    default:
      return "服务内部出错，请稍后重试；如仍失败，请把请求编号告诉管理员。";
  }
}

// "google.rpc.ErrorInfo" from "type.googleapis.com/google.rpc.ErrorInfo".
std::string TypeName(const std::string& url) { return url.substr(url.rfind('/') + 1); }

// The detail as JSON, for people with a console; empty when its type is not linked into this
// process.
std::string Debug(const google::protobuf::Any& detail) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
          TypeName(detail.type_url()));
  if (descriptor == nullptr) return "";
  const auto* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor);
  const MessagePtr message(prototype->New());
  if (!message->ParseFromString(detail.value())) return "";
  return ToJson(*message).value_or("");
}

}  // namespace

std::string_view ConnectCode(grpc::StatusCode code) { return RowOf(code).name; }

int HttpStatusOf(grpc::StatusCode code) { return RowOf(code).http_status; }

grpc::Status WithDetails(const grpc::Status& status) {
  if (status.ok() || !status.error_details().empty()) return status;
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  absl::Status ours = FromGrpcStatus(status);  // adds the reason that the code implies
  return ToGrpcStatus(
      MakeError(code, ReasonOf(ours), SentenceFor(status.error_code()), MetadataOf(ours)));
}

std::string ConnectErrorJson(const grpc::Status& status) {
  using runtime::JsonString;
  std::string json = "{\"code\":" + JsonString(ConnectCode(status.error_code())) +
                     ",\"message\":" + JsonString(status.error_message());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details()) && details.details_size() > 0) {
    json += ",\"details\":[";
    for (int i = 0; i < details.details_size(); ++i) {
      const auto& detail = details.details(i);
      if (i > 0) json += ',';
      json += "{\"type\":" + JsonString(TypeName(detail.type_url())) +
              ",\"value\":" + JsonString(UnpaddedBase64(detail.value()));
      if (const std::string debug = Debug(detail); !debug.empty()) json += ",\"debug\":" + debug;
      json += '}';
    }
    json += ']';
  }
  return json + "}";
}

HttpReply ConnectErrorReply(const grpc::Status& status, int http_status) {
  HttpReply reply;
  reply.status = http_status != 0 ? http_status : HttpStatusOf(status.error_code());
  reply.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  if (status.error_code() == grpc::UNAVAILABLE) reply.headers.emplace_back("Retry-After", "1");
  if (status.error_code() == grpc::RESOURCE_EXHAUSTED) {
    const ErrorMetadata metadata = MetadataOf(FromGrpcStatus(status));
    const auto wait = metadata.find(kRetryAfterKey);
    if (wait != metadata.end()) reply.headers.emplace_back("Retry-After", wait->second);
  }
  reply.body = ConnectErrorJson(status);
  return reply;
}

HttpReply ConnectErrorReply(const absl::Status& status, int http_status) {
  return ConnectErrorReply(ToGrpcStatus(status), http_status);
}

std::string UnpaddedBase64(const std::string& bytes) {
  std::string text = absl::Base64Escape(bytes);
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

}  // namespace hotline::gateway
