#include "services/gateway/url.h"

#include <algorithm>

#include "proto/cc/errors.h"
#include "proto/cc/text.h"

namespace hotline::gateway {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

absl::Status BadQuery(std::string_view what_to_do) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
                   "网址中的参数无法读取：" + std::string(what_to_do), {{"field", "query"}});
}

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexValue(text[i + 1]);
    const int low = HexValue(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (result.find('\0') != std::string::npos || !IsUtf8(result)) return std::nullopt;
  return result;
}

absl::StatusOr<QueryParameters> ParseQuery(std::string_view query) {
  QueryParameters parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (parameters.size() == kQueryParametersMax)
      return BadQuery("参数太多，请减少参数或改用 POST。");
    std::string text(pair);
    std::replace(text.begin(), text.end(), '+', ' ');
    const size_t equals = std::min(text.find('='), text.size());
    auto name = PercentDecode(std::string_view(text).substr(0, equals));
    auto value = PercentDecode(std::string_view(text).substr(std::min(text.size(), equals + 1)));
    if (!name.has_value() || !value.has_value()) {
      return BadQuery("请用 UTF-8 并按百分号编码。");
    }
    parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return parameters;
}

std::optional<std::string> FindParameter(const QueryParameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace hotline::gateway
