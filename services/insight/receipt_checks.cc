#include "services/insight/receipt_checks.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/records/field_check.h"

namespace hotline::insight {
namespace {

using records::FieldPath;

constexpr std::string_view kHashPrefix = "sha256:";
constexpr size_t kHashDigits = 64;

absl::Status CheckHash(std::string_view hash) {
  if (hash.empty()) return FieldRequired("content_hash");
  const std::string_view digits = hash.substr(std::min(kHashPrefix.size(), hash.size()));
  const bool sound = hash.starts_with(kHashPrefix) && digits.size() == kHashDigits &&
                     digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (sound) return absl::OkStatus();
  return FieldInvalid("content_hash", hash.substr(0, 100), "请照答复中的 content_hash 填写。");
}

absl::Status CheckPositive(std::string_view field, int64_t value) {
  if (value > 0) return absl::OkStatus();
  if (value == 0) return FieldRequired(field);
  return FieldInvalid(field, std::to_string(value), "不能为负数。");
}

// A program speaks for the channels that it was given, and for no other.
}  // namespace

absl::Status CheckRequest(const v1::CreateReceiptRequest& request) {
  RETURN_IF_ERROR(records::CheckName(request.entry(), kEntries, FieldPath("entry")));
  RETURN_IF_ERROR(CheckPositive("revision", request.revision()));
  RETURN_IF_ERROR(CheckPositive("kb_revision", request.kb_revision()));
  RETURN_IF_ERROR(CheckHash(request.content_hash()));
  if (!request.region().empty()) {
    RETURN_IF_ERROR(records::CheckRegion(request.region(), FieldPath("region")));
  }
  if (!type::v1::Language_IsValid(request.language())) {
    return FieldInvalid("language", std::to_string(request.language()),
                        "请使用接口文档列出的语言。");
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::ListReceiptsRequest& request) {
  RETURN_IF_ERROR(records::CheckName(request.entry(), kEntries, FieldPath("entry")));
  if (request.revision() < 0) {
    return FieldInvalid("revision", std::to_string(request.revision()), "不能为负数。");
  }
  if (!type::v1::Channel_IsValid(request.channel())) {
    return FieldInvalid("channel", std::to_string(request.channel()), "请使用接口文档列出的渠道。");
  }
  if (request.has_from_time()) {
    RETURN_IF_ERROR(records::CheckTimestamp(request.from_time(), FieldPath("from_time")));
  }
  if (request.has_to_time()) {
    RETURN_IF_ERROR(records::CheckTimestamp(request.to_time(), FieldPath("to_time")));
  }
  return absl::OkStatus();
}

}  // namespace hotline::insight
