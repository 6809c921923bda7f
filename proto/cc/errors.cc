#include "proto/cc/errors.h"

#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace hotline {
namespace {

using type::v1::ErrorReason_Name;

constexpr char kInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr int64_t kRetryDelayMs = 200;

static_assert(static_cast<int>(absl::StatusCode::kUnauthenticated) ==
              grpc::StatusCode::UNAUTHENTICATED);
static_assert(static_cast<int>(absl::StatusCode::kAborted) == grpc::StatusCode::ABORTED);

ErrorReason ImpliedReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return type::v1::STORE_UNREACHABLE;
    case absl::StatusCode::kDeadlineExceeded:
      return type::v1::DEADLINE_PASSED;
    case absl::StatusCode::kCancelled:
      return type::v1::CALLER_CANCELLED;
    case absl::StatusCode::kUnimplemented:
      return type::v1::UNKNOWN_METHOD;
    case absl::StatusCode::kResourceExhausted:
      return type::v1::LIMIT_EXCEEDED;
    case absl::StatusCode::kPermissionDenied:
      return type::v1::NOT_ALLOWED;
    case absl::StatusCode::kNotFound:
      return type::v1::RESOURCE_NOT_FOUND;
    case absl::StatusCode::kInvalidArgument:
      return type::v1::FIELD_INVALID;
    default:
      return type::v1::INTERNAL_FAULT;
  }
}

google::rpc::ErrorInfo InfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  if (auto payload = status.GetPayload(kInfoUrl); payload.has_value()) {
    info.ParseFromString(std::string(*payload));
  }
  return info;
}

bool IsSafe(absl::StatusCode code) {
  return code != absl::StatusCode::kInternal && code != absl::StatusCode::kUnknown;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, ErrorReason reason, std::string_view message,
                       const ErrorMetadata& metadata) {
  absl::Status status(code, std::string(message));
  google::rpc::ErrorInfo info;
  info.set_reason(ErrorReason_Name(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  status.SetPayload(kInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

ErrorReason ReasonOf(const absl::Status& status) {
  ErrorReason reason = type::v1::ERROR_REASON_UNSPECIFIED;
  type::v1::ErrorReason_Parse(InfoOf(status).reason(), &reason);
  return reason;
}

ErrorMetadata MetadataOf(const absl::Status& status) {
  const google::rpc::ErrorInfo info = InfoOf(status);
  return {info.metadata().begin(), info.metadata().end()};
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::ErrorInfo info = InfoOf(status);
  std::string message(status.message());
  if (!IsSafe(status.code()))
    message = "服务内部出错，请稍后重试；如仍失败，请把请求编号告诉管理员。";
  if (info.reason().empty()) {
    info.set_reason(ErrorReason_Name(ImpliedReason(status.code())));
    info.set_domain(std::string(kErrorDomain));
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  details.add_details()->PackFrom(info);
  google::rpc::LocalizedMessage localized;
  localized.set_locale("zh-CN");
  localized.set_message(message);
  details.add_details()->PackFrom(localized);
  if (status.code() == absl::StatusCode::kUnavailable) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(kRetryDelayMs * 1'000'000));
    details.add_details()->PackFrom(retry);
  }
  return {static_cast<grpc::StatusCode>(status.code()), message, details.SerializeAsString()};
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      google::rpc::ErrorInfo info;
      if (!detail.UnpackTo(&info)) continue;
      absl::Status result(code, status.error_message());
      result.SetPayload(kInfoUrl, absl::Cord(info.SerializeAsString()));
      return result;
    }
  }
  // gRPC says no more when it cannot decode a request: text that is not UTF-8, for one.
  if (code == absl::StatusCode::kUnimplemented && status.error_message().empty()) {
    return MakeError(
        code, ImpliedReason(code),
        "服务没有这个方法，或无法解读请求（例如文字不是 UTF-8），请检查请求和服务版本。");
  }
  return MakeError(code, ImpliedReason(code), status.error_message());
}

absl::Status FieldRequired(std::string_view field) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED,
                   "缺少必填项 " + std::string(field) + "，请填写后再试。",
                   {{"field", std::string(field)}});
}

absl::Status FieldTooLong(std::string_view field, size_t limit, size_t actual) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_TOO_LONG,
                   std::string(field) + " 超过上限 " + std::to_string(limit) + "（现为 " +
                       std::to_string(actual) + "），请缩短后再试。",
                   {{"field", std::string(field)},
                    {"limit", std::to_string(limit)},
                    {"actual", std::to_string(actual)}});
}

absl::Status FieldInvalid(std::string_view field, std::string_view value,
                          std::string_view what_to_do) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
                   std::string(field) + " 的值无效：" + std::string(what_to_do),
                   {{"field", std::string(field)}, {"value", std::string(value.substr(0, 200))}});
}

absl::Status NotFound(std::string_view name) {
  return MakeError(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND,
                   "没有找到 " + std::string(name) + "，请核对名称。",
                   {{"name", std::string(name)}});
}

}  // namespace hotline
