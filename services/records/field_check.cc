#include "services/records/field_check.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_set>

#include "absl/strings/ascii.h"
#include "google/protobuf/util/time_util.h"

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "proto/cc/time.h"
#include "services/records/limits.h"

namespace hotline::records {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsTagName(char c) { return IsLetter(c) || (c >= '0' && c <= '9') || c == '-'; }

// True when a CommonMark reader may take what follows the '<' at `at` as raw HTML. Errs on the safe
// side: attributes are not parsed. Autolinks (<http://…>) are no tags, because a ':' follows the
// name.
bool StartsHtml(std::string_view text, size_t at) {
  size_t next = at + 1;
  if (next >= text.size()) return false;
  if (text[next] == '!' || text[next] == '?') return text.find('>', next) != std::string_view::npos;
  if (text[next] == '/') ++next;
  if (next >= text.size() || !IsLetter(text[next])) return false;
  while (next < text.size() && IsTagName(text[next])) ++next;
  if (next >= text.size()) return false;
  const char after = text[next];
  const bool ends_name =
      after == '>' || after == '/' || after == ' ' || after == '\t' || after == '\n';
  return ends_name && text.find('>', next) != std::string_view::npos;
}

bool IsEscaped(std::string_view text, size_t at) {
  size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

// True when a link destination begins at `at` whose scheme runs code or carries content of its own.
bool StartsScriptLink(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '<' || text[at] == '\n')) ++at;
  constexpr std::array<std::string_view, 3> kSchemes = {"javascript:", "vbscript:", "data:"};
  return std::any_of(kSchemes.begin(), kSchemes.end(), [&](std::string_view scheme) {
    if (text.size() - at < scheme.size()) return false;
    return std::equal(
        scheme.begin(), scheme.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
        [](char a, char b) { return a == absl::ascii_tolower(static_cast<unsigned char>(b)); });
  });
}

}  // namespace

std::string FieldPath::ToString() const {
  std::string text = parent_ == nullptr ? std::string() : parent_->ToString();
  if (!text.empty() && !name_.empty()) text += '.';
  text += name_;
  if (index_ >= 0) text += '[' + std::to_string(index_) + ']';
  return text;
}

absl::Status CheckText(std::string* text, TextLimits limits, const FieldPath& path) {
  if (text->empty()) return limits.min > 0 ? FieldRequired(path.ToString()) : absl::OkStatus();
  if (!IsUtf8(*text)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     path.ToString() + " 不是有效的 UTF-8 文本，请转换编码后再试。",
                     {{"field", path.ToString()}});
  }
  if (HasHiddenCharacters(*text)) {
    return FieldInvalid(path.ToString(), "", "含有不可见的控制字符，请删除后再试。");
  }
  *text = ToStoredForm(*text);
  // A code point has at most four bytes: short texts need no counting.
  if (text->size() > limits.max) {
    const size_t length = CodePoints(*text);
    if (length > limits.max) return FieldTooLong(path.ToString(), limits.max, length);
  }
  if (text->empty() && limits.min > 0) return FieldRequired(path.ToString());
  return absl::OkStatus();
}

absl::Status CheckMarkdown(std::string* text, TextLimits limits, const FieldPath& path) {
  RETURN_IF_ERROR(CheckText(text, limits, path));
  for (size_t at = text->find('<'); at != std::string::npos; at = text->find('<', at + 1)) {
    if (IsEscaped(*text, at)) continue;
    if (StartsHtml(*text, at)) {
      return FieldInvalid(path.ToString(), "",
                          "正文不能含 HTML 标签；要原样显示“<”，请写成“\\<”。");
    }
    if (StartsScriptLink(*text, at + 1)) {
      return FieldInvalid(path.ToString(), "", "链接只能用 http 或 https。");
    }
  }
  for (size_t at = text->find("]("); at != std::string::npos; at = text->find("](", at + 1)) {
    if (StartsScriptLink(*text, at + 2)) {
      return FieldInvalid(path.ToString(), "", "链接只能用 http 或 https。");
    }
  }
  return absl::OkStatus();
}

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  size_t copied = 0;
  for (size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (IsEscaped(text, at) || !StartsHtml(text, at)) continue;
    escaped += text.substr(copied, at - copied);
    escaped += '\\';
    copied = at;
  }
  escaped += text.substr(copied);
  return escaped;
}

absl::Status CheckRegion(std::string_view region, const FieldPath& path) {
  if (region.empty()) return FieldRequired(path.ToString());
  if (IsRegion(region)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, type::v1::UNKNOWN_REGION,
      path.ToString() + " 不是有效的区划代码，请填写六位数字（GB/T 2260），全国填 000000。",
      {{"field", path.ToString()}, {"value", std::string(region.substr(0, 20))}});
}

absl::Status CheckName(std::string_view name, std::string_view collection, const FieldPath& path) {
  return ParseName(name, collection, path.ToString()).status();
}

absl::Status CheckUrl(std::string* url, const FieldPath& path) {
  RETURN_IF_ERROR(CheckText(url, {0, kUrlMax}, path));
  if (url->empty()) return absl::OkStatus();
  const std::string scheme = absl::AsciiStrToLower(url->substr(0, url->find(':')));
  const size_t host = scheme.size() + 3;
  const bool sound = (scheme == "http" || scheme == "https") &&
                     url->compare(scheme.size(), 3, "://") == 0 && url->size() > host &&
                     (*url)[host] != '/' && url->find_first_of(" \t\n<>\"") == std::string::npos;
  return sound ? absl::OkStatus()
               : FieldInvalid(path.ToString(), *url,
                              "请填写以 http:// 或 https:// 开头、不含空格的网址。");
}

absl::Status CheckTimestamp(const google::protobuf::Timestamp& time, const FieldPath& path) {
  using google::protobuf::util::TimeUtil;
  const bool sound = time.seconds() >= TimeUtil::kTimestampMinSeconds &&
                     time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
                     time.nanos() < 1'000'000'000;
  return sound ? absl::OkStatus()
               : FieldInvalid(path.ToString(), "", "时间超出 0001 至 9999 年的范围。");
}

absl::Status CheckValidity(const type::v1::Validity& validity, const FieldPath& path) {
  if (validity.has_effective_time()) {
    RETURN_IF_ERROR(CheckTimestamp(validity.effective_time(), FieldPath(path, "effective_time")));
  }
  if (validity.has_expire_time()) {
    RETURN_IF_ERROR(CheckTimestamp(validity.expire_time(), FieldPath(path, "expire_time")));
  }
  if (validity.has_review_time()) {
    RETURN_IF_ERROR(CheckTimestamp(validity.review_time(), FieldPath(path, "review_time")));
  }
  if (validity.has_effective_time() && validity.has_expire_time() &&
      ToLogTime(validity.effective_time()) >= ToLogTime(validity.expire_time())) {
    return FieldInvalid(FieldPath(path, "expire_time").ToString(), "",
                        "失效时间必须晚于生效时间。");
  }
  return absl::OkStatus();
}

absl::Status CheckCount(int count, size_t limit, const FieldPath& path) {
  const auto actual = static_cast<size_t>(count);
  return actual > limit ? FieldTooLong(path.ToString(), limit, actual) : absl::OkStatus();
}

absl::Status CheckDistinct(const google::protobuf::RepeatedPtrField<std::string>& texts,
                           std::initializer_list<std::string_view> taken, const FieldPath& parent,
                           std::string_view name) {
  if (texts.empty()) return absl::OkStatus();
  std::unordered_set<std::string_view> seen(taken);
  for (int i = 0; i < texts.size(); ++i) {
    if (!seen.insert(texts[i]).second) {
      return FieldInvalid(FieldPath(parent, name, i).ToString(), texts[i],
                          "与前面的条目或标准问重复，请删除重复的一条。");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckEtag(std::string_view name, std::string_view seen, std::string_view actual) {
  if (seen.empty() || seen == actual) return absl::OkStatus();
  return MakeError(absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH,
                   std::string(name) + " 在您读取之后已被修改，请重新读取并核对后再试。",
                   {{"name", std::string(name)},
                    {"expected", std::string(seen.substr(0, 100))},
                    {"actual", std::string(actual)}});
}

}  // namespace hotline::records
