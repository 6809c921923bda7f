#include "services/gateway/local_replies.h"

#include <string>

#include "proto/cc/errors.h"
#include "services/gateway/connect_error.h"

namespace hotline::gateway {
namespace {

constexpr char kNotFoundPage[] =
    "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>找不到页面</title>"
    "<h1>找不到这个页面</h1><p>请核对网址，或<a href=\"/\">回到首页</a>，也可以拨打 "
    "12345。</p></html>";

}  // namespace

HttpReply DefectReply(HttpRequest::Defect defect, const HttpLimits& limits) {
  switch (defect) {
    case HttpRequest::Defect::kBodyTooLarge:
      return ConnectErrorReply(
          MakeError(
              absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
              "请求体超过上限 " + std::to_string(limits.body_bytes_max) + " 字节，请缩短后再发。",
              {{"limit", std::to_string(limits.body_bytes_max)}}),
          413);
    case HttpRequest::Defect::kTooManyBodies:
      return ConnectErrorReply(MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                                         "正在上传的人太多，请稍后再试。",
                                         {{"limit", std::to_string(limits.bodies_bytes_max)}}));
    case HttpRequest::Defect::kTargetTooLong:
      return ConnectErrorReply(
          MakeError(
              absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
              "网址超过上限 " + std::to_string(limits.target_bytes_max) + " 字节，请改用 POST。",
              {{"limit", std::to_string(limits.target_bytes_max)}}),
          414);
    default:
      return ConnectErrorReply(MakeError(
          absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
          "请求的长度头互相矛盾或无法识别，请检查客户端。", {{"field", "content-length"}}));
  }
}

HttpReply StoppingReply() {
  return ConnectErrorReply(MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                                     "服务正在停止，请稍后重试。"));
}

HttpReply WrongMethodReply(const char* allowed) {
  HttpReply reply =
      ConnectErrorReply(MakeError(absl::StatusCode::kUnimplemented, type::v1::UNKNOWN_METHOD,
                                  std::string("不支持这种 HTTP 方法，请用 ") + allowed + "。"),
                        405);
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

HttpReply NotFoundReply(const HttpRequest& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && request.Header("accept").find("text/html") != std::string_view::npos) {
    return {404,
            {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}},
            kNotFoundPage};
  }
  return ConnectErrorReply(MakeError(absl::StatusCode::kUnimplemented, type::v1::UNKNOWN_METHOD,
                                     "没有这个地址或方法，请核对网址。"),
                           404);
}

HttpReply HealthReply(bool serving) {
  return {serving ? 200 : 503,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          serving ? "{\"status\":\"SERVING\"}" : "{\"status\":\"NOT_SERVING\"}"};
}

HttpReply FolderReply(const std::string& folder) {
  return {308, {{"Location", folder}, {"Cache-Control", "no-store"}}, ""};
}

}  // namespace hotline::gateway
