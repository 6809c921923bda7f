#include "proto/cc/text.h"

#include <unicode/normalizer2.h>
#include <unicode/utf8.h>

namespace hotline {
namespace {

// Calls `visit(code_point)` for each code point until it returns false. Returns false on malformed
// UTF-8.
template <typename Visit>
bool ForEachCodePoint(std::string_view text, Visit visit) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    if (c < 0) return false;
    if (!visit(c)) return true;
  }
  return true;
}

bool IsHidden(UChar32 c) {
  if (c < 0x20) return c != '\n' && c != '\t' && c != '\r';
  return c == 0x7F || (c >= 0x80 && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF;
}

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t'; }

}  // namespace

bool IsUtf8(std::string_view text) {
  return ForEachCodePoint(text, [](UChar32) { return true; });
}

size_t CodePoints(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

std::string_view Prefix(std::string_view text, size_t code_points, size_t bytes) {
  size_t end = 0;
  size_t count = 0;
  while (end < text.size() && count < code_points) {
    size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
    if (next > bytes) break;
    end = next;
    ++count;
  }
  return text.substr(0, end);
}

bool HasHiddenCharacters(std::string_view text) {
  bool hidden = false;
  ForEachCodePoint(text, [&](UChar32 c) { return !(hidden = IsHidden(c)); });
  return hidden;
}

namespace {

// Blanks that are not ASCII: the ideographic one that Chinese keyboards type, and no-break space.
constexpr std::string_view kWideBlanks[] = {"\u3000", "\u00A0"};

std::string_view Trimmed(std::string_view text) {
  for (bool again = true; again && !text.empty();) {
    again = false;
    while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
    for (const std::string_view blank : kWideBlanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        again = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return text;
}

}  // namespace

std::string ToStoredForm(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      if (i + 1 < text.size() && text[i + 1] == '\n') continue;
      lines += '\n';
    } else {
      lines += text[i];
    }
  }
  lines = std::string(Trimmed(lines));

  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error) || nfc->isNormalizedUTF8(lines, error)) return lines;
  std::string normalized;
  icu::StringByteSink<std::string> sink(&normalized);
  nfc->normalizeUTF8(0, lines, sink, nullptr, error);
  return U_FAILURE(error) ? lines : normalized;
}

std::string EscapeMarkdown(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_[]<>&~|#!";
  std::string escaped;
  for (const char c : text) {
    if (kMarkup.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace hotline
