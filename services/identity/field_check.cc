#include "services/identity/field_check.h"

#include "proto/cc/text.h"

namespace hotline::identity {

absl::Status CheckText(std::string_view field, size_t min, size_t max, std::string* text) {
  if (!IsUtf8(*text)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     std::string(field) + " 不是有效的 UTF-8 文字，请检查编码。",
                     {{"field", std::string(field)}});
  }
  *text = ToStoredForm(*text);
  if (HasHiddenCharacters(*text))
    return FieldInvalid(field, "", std::string(field) + " 含有看不见的字符，请删除后再提交。");
  const size_t length = CodePoints(*text);
  if (length < min) return FieldRequired(field);
  if (length > max) return FieldTooLong(field, max, length);
  return absl::OkStatus();
}

absl::StatusOr<std::string> NewName(std::string_view collection, const std::string& id,
                                    std::string_view field) {
  if (id.empty()) return FieldRequired(field);
  std::string name = MakeName(collection, id);
  RETURN_IF_ERROR(ParseName(name, collection, field).status());
  return name;
}

}  // namespace hotline::identity
