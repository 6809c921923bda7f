#include "clients/mirror/web.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include <curl/curl.h>

#include "absl/strings/escaping.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"

#include "proto/cc/errors.h"

namespace hotline::mirror {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

struct EasyClose {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyClose>;

// What takes the body as it comes; false breaks the transfer off.
using Sink = std::function<bool(std::string_view)>;

size_t OnBody(const char* data, size_t size, size_t count, void* sink) {
  return (*static_cast<const Sink*>(sink))({data, size * count}) ? size * count : 0;
}

Easy NewTransfer(const std::string& url, const Sink& sink) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  Easy easy(kReady == CURLE_OK ? curl_easy_init() : nullptr);
  if (easy == nullptr) return easy;
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy.get(), CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "koujing-mirror/1");
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &sink);
  return easy;
}

absl::Status Unreachable(const std::string& what) {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE,
                   "连接失败或中断：" + what + "。请检查地址和网络后重试。");
}

const Value* FieldOf(const Struct& json, const char* name) {
  const auto at = json.fields().find(name);
  return at == json.fields().end() ? nullptr : &at->second;
}

std::string TextOf(const Struct& json, const char* name) {
  const Value* value = FieldOf(json, name);
  return value == nullptr ? "" : value->string_value();
}

absl::StatusCode CodeOf(const std::string& name) {
  for (int code = 1; code <= 16; ++code) {
    const auto status = static_cast<absl::StatusCode>(code);
    std::string lower = absl::StatusCodeToString(status);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower == name || (name == "canceled" && lower == "cancelled")) return status;
  }
  return absl::StatusCode::kUnknown;
}

// The error that the Connect protocol writes as JSON: {"code", "message", "details"}.
absl::Status ErrorOf(const Struct& error) {
  google::rpc::ErrorInfo info;
  if (const Value* details = FieldOf(error, "details"); details != nullptr) {
    for (const Value& detail : details->list_value().values()) {
      std::string bytes;
      if (TextOf(detail.struct_value(), "type") != "google.rpc.ErrorInfo") continue;
      if (absl::Base64Unescape(TextOf(detail.struct_value(), "value"), &bytes)) {
        info.ParseFromString(bytes);
      }
    }
  }
  ErrorReason reason = type::v1::ERROR_REASON_UNSPECIFIED;
  (void)type::v1::ErrorReason_Parse(info.reason(), &reason);
  return MakeError(CodeOf(TextOf(error, "code")), reason, TextOf(error, "message"),
                   {info.metadata().begin(), info.metadata().end()});
}

// The error of a reply that is no stream: of the gateway itself, or of something before it.
absl::Status RefusalOf(long status, const std::string& body) {
  Struct error;
  if (google::protobuf::util::JsonStringToMessage(body, &error).ok() &&
      FieldOf(error, "code") != nullptr) {
    return ErrorOf(error);
  }
  return Unreachable("对方返回 HTTP " + std::to_string(status));
}

// Messages with their lengths before them.
class EnvelopeReader {
 public:
  using Take = std::function<absl::Status(const std::string&)>;
  explicit EnvelopeReader(const Take& take) : take_(take) {}

  absl::Status Add(std::string_view bytes) {
    buffer_ += bytes;
    while (buffer_.size() >= kHeader && !ended_) {
      size_t length = 0;
      for (size_t i = 1; i < kHeader; ++i) {
        length = length << 8U | static_cast<unsigned char>(buffer_[i]);
      }
      if (length > kStreamMessageMax) return Unreachable("消息过长");
      if (buffer_.size() < kHeader + length) break;
      const auto flags = static_cast<unsigned char>(buffer_[0]);
      const std::string message = buffer_.substr(kHeader, length);
      buffer_.erase(0, kHeader + length);
      if ((flags & kCompressed) != 0) return Unreachable("对方压缩了消息");
      RETURN_IF_ERROR((flags & kEnd) != 0 ? End(message) : take_(message));
    }
    return absl::OkStatus();
  }
  bool ended() const { return ended_; }

 private:
  static constexpr size_t kHeader = 5;
  static constexpr unsigned char kCompressed = 1;
  static constexpr unsigned char kEnd = 2;

  absl::Status End(const std::string& json) {
    ended_ = true;
    Struct end;
    if (!google::protobuf::util::JsonStringToMessage(json, &end).ok()) {
      return Unreachable("对方的结束消息读不懂");
    }
    const Value* error = FieldOf(end, "error");
    return error == nullptr ? absl::OkStatus() : ErrorOf(error->struct_value());
  }

  const Take& take_;
  std::string buffer_;
  bool ended_ = false;
};

std::string Envelope(const google::protobuf::Message& message) {
  const std::string bytes = message.SerializeAsString();
  std::string envelope(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    envelope += static_cast<char>(bytes.size() >> static_cast<unsigned>(shift) & 0xFFU);
  }
  return envelope + bytes;
}

std::string UrlOf(std::string base, const std::string& method) {
  while (base.ends_with('/')) base.pop_back();
  return base + "/" + method;
}

// POSTs `body`; what comes goes to `take` when the reply is 200, else it is the error.
absl::Status Post(const std::string& url, const std::string& content_type, const std::string& body,
                  const std::function<absl::Status(std::string_view)>& take) {
  CURL* transfer = nullptr;
  std::string refusal;
  absl::Status taken;
  const Sink sink = [&](std::string_view bytes) {
    long status = 0;
    curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
      refusal += bytes;
      return refusal.size() <= kPageBytesMax;
    }
    taken = take(bytes);
    return taken.ok();
  };
  const Easy easy = NewTransfer(url, sink);
  if (easy == nullptr) return Unreachable("无法初始化 libcurl");
  transfer = easy.get();
  const std::unique_ptr<curl_slist, ListFree> headers(
      curl_slist_append(curl_slist_append(curl_slist_append(nullptr, content_type.c_str()),
                                          "Connect-Protocol-Version: 1"),
                        "Expect:"));
  curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(transfer, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(transfer, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(transfer, CURLOPT_CONNECTTIMEOUT, kPageSecondsMax);
  curl_easy_setopt(transfer, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(transfer, CURLOPT_LOW_SPEED_TIME, kStreamSilenceMax);
  const CURLcode code = curl_easy_perform(transfer);
  if (!taken.ok()) return taken;
  if (code != CURLE_OK) return Unreachable(curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
  return status == 200 ? absl::OkStatus() : RefusalOf(status, refusal);
}

}  // namespace

absl::StatusOr<std::string> FetchPage(const std::string& url) {
  std::string body;
  const Sink sink = [&](std::string_view bytes) {
    body += bytes;
    return body.size() <= kPageBytesMax;
  };
  const Easy easy = NewTransfer(url, sink);
  if (easy == nullptr) return Unreachable("无法初始化 libcurl");
  curl_easy_setopt(easy.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_MAXREDIRS, kRedirectsMax);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT, kPageSecondsMax);
  curl_easy_setopt(easy.get(), CURLOPT_ACCEPT_ENCODING, "");
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK) {
    return FieldInvalid("page", url, std::string("网页取不到：") + curl_easy_strerror(code) + "。");
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    return FieldInvalid("page", url, "网页取不到：HTTP " + std::to_string(status) + "。");
  }
  return body;
}

absl::Status CallStream(const std::string& base, const std::string& method,
                        const google::protobuf::Message& request,
                        const std::function<absl::Status(const std::string&)>& take) {
  EnvelopeReader reader(take);
  RETURN_IF_ERROR(Post(UrlOf(base, method), "Content-Type: application/connect+proto",
                       Envelope(request),
                       [&](std::string_view bytes) { return reader.Add(bytes); }));
  return reader.ended() ? absl::OkStatus() : Unreachable("对方没有说完");
}

absl::Status CallUnary(const std::string& base, const std::string& method,
                       const google::protobuf::Message& request,
                       google::protobuf::Message& response) {
  std::string body;
  RETURN_IF_ERROR(Post(UrlOf(base, method), "Content-Type: application/proto",
                       request.SerializeAsString(), [&](std::string_view bytes) {
                         body += bytes;
                         return body.size() <= kStreamMessageMax ? absl::OkStatus()
                                                                 : Unreachable("回复过长");
                       }));
  return response.ParseFromString(body) ? absl::OkStatus() : Unreachable("回复读不懂");
}

}  // namespace hotline::mirror
