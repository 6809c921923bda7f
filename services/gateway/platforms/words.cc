#include "services/gateway/platforms/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace hotline::gateway::platforms {
namespace {

constexpr std::array<std::pair<std::string_view, Word>, 25> kWords = {{
    {"有用", Word::kUseful},    {"有帮助", Word::kUseful},    {"没用", Word::kUseless},
    {"没有用", Word::kUseless}, {"没帮助", Word::kUseless},   {"无用", Word::kUseless},
    {"转人工", Word::kHuman},   {"人工", Word::kHuman},       {"人工服务", Word::kHuman},
    {"人工客服", Word::kHuman}, {"转人工服务", Word::kHuman}, {"转人工客服", Word::kHuman},
    {"找人工", Word::kHuman},   {"客服", Word::kHuman},       {"帮助", Word::kHelp},
    {"help", Word::kHelp},      {"Help", Word::kHelp},        {"怎么用", Word::kHelp},
    {"热门", Word::kHot},       {"热门问题", Word::kHot},     {"下文", Word::kMore},
    {"看下文", Word::kMore},    {"继续", Word::kMore},        {"更多", Word::kMore},
    {"下一页", Word::kMore},
}};
constexpr std::string_view kCorrection = "纠错";

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Blanks, controls, and marks that nobody sees.
bool IsBlank(UChar32 c) {
  return u_isUWhiteSpace(c) || u_iscntrl(c) || u_charType(c) == U_FORMAT_CHAR;
}

bool IsEndMark(UChar32 c) { return u_ispunct(c); }

template <typename Predicate>
std::string_view StripEnd(std::string_view text, Predicate matches) {
  const uint8_t* const bytes = Bytes(text);
  auto end = static_cast<int32_t>(text.size());
  while (end > 0) {
    int32_t at = end;
    UChar32 c = 0;
    U8_PREV(bytes, 0, at, c);
    if (c < 0 || !matches(c)) break;
    end = at;
  }
  return text.substr(0, static_cast<size_t>(end));
}

template <typename Predicate>
std::string_view StripBegin(std::string_view text, Predicate matches) {
  const uint8_t* const bytes = Bytes(text);
  int32_t begin = 0;
  const auto size = static_cast<int32_t>(text.size());
  while (begin < size) {
    int32_t next = begin;
    UChar32 c = 0;
    U8_NEXT(bytes, next, size, c);
    if (c < 0 || !matches(c)) break;
    begin = next;
  }
  return text.substr(static_cast<size_t>(begin));
}

}  // namespace

std::string Trimmed(std::string_view text) {
  return std::string(StripBegin(StripEnd(text, IsBlank), IsBlank));
}

Word WordIn(std::string_view text) {
  const std::string_view bare = StripEnd(text, IsEndMark);
  if (bare.empty() && (text == "?" || text == "？")) return Word::kHelp;
  for (const auto& [word, meaning] : kWords) {
    if (bare == word) return meaning;
  }
  return Word::kNone;
}

std::optional<size_t> NumberIn(std::string_view text) {
  const std::string_view bare = StripEnd(text, IsEndMark);
  int32_t at = 0;
  UChar32 c = 0;
  if (bare.empty()) return std::nullopt;
  const uint8_t* const bytes = Bytes(bare);
  U8_NEXT(bytes, at, static_cast<int32_t>(bare.size()), c);
  if (c < 0 || static_cast<size_t>(at) != bare.size()) return std::nullopt;
  const int32_t digit = u_charDigitValue(c);
  if (digit < 1 || digit > 9) return std::nullopt;
  return static_cast<size_t>(digit);
}

std::optional<std::string> CorrectionIn(std::string_view text) {
  if (!text.starts_with(kCorrection)) return std::nullopt;
  const auto separates = [](UChar32 c) { return IsBlank(c) || IsEndMark(c) || c == '+'; };
  const std::string_view rest = text.substr(kCorrection.size());
  return std::string(StripBegin(rest, separates));
}

bool SaysSomething(std::string_view text) {
  const uint8_t* const bytes = Bytes(text);
  int32_t at = 0;
  const auto size = static_cast<int32_t>(text.size());
  while (at < size) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c >= 0 && u_isalnum(c)) return true;
  }
  return false;
}

}  // namespace hotline::gateway::platforms
