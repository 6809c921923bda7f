#include "services/answer/request_checks.h"

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "services/access/permission.h"

namespace hotline::answer {
absl::Status CheckHistory(const runtime::Call& call, type::v1::Channel channel) {
  if (channel != type::v1::AGENT && channel != type::v1::API) {
    return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                     "历史答复只供热线内部的坐席和接口渠道查询。",
                     {{"rpc", std::string(call.rpc)}});
  }
  return access::RequireSomewhere(call, access::Permission::kReadInternal);
}

absl::StatusOr<RegionCode> CheckRegion(std::string_view region) {
  if (!region.empty() && !IsRegion(region)) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, type::v1::UNKNOWN_REGION,
        "region 不是有效的六位行政区划代码（GB/T 2260），请填写如 440305，或留空表示不限地区。",
        {{"field", "region"}, {"value", std::string(region.substr(0, 32))}});
  }
  return ToRegionCode(region);
}

absl::Status CheckText(std::string_view field, std::string_view text, size_t length_max) {
  if (!IsUtf8(text)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     std::string(field) + " 不是有效的 UTF-8 文本，请检查编码。",
                     {{"field", std::string(field)}});
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return FieldRequired(field);
  const size_t length = CodePoints(text);
  if (length > length_max) return FieldTooLong(field, length_max, length);
  return absl::OkStatus();
}

absl::Status CheckLanguage(type::v1::Language language) {
  if (type::v1::Language_IsValid(language)) return absl::OkStatus();
  return FieldInvalid("language", std::to_string(language), "请使用接口文档列出的语言。");
}

absl::Status CheckRendering(v1::Rendering rendering) {
  if (v1::Rendering_IsValid(rendering)) return absl::OkStatus();
  return FieldInvalid("rendering", std::to_string(rendering), "请使用接口文档列出的呈现形式。");
}

}  // namespace hotline::answer
