#include "services/knowledge/checks/numerals.h"

#include <cctype>

namespace hotline::knowledge::checks {
namespace {

constexpr int64_t kScale = 1000;
constexpr size_t kDigitsMax = 15;
constexpr int64_t kValueMax = INT64_C(1'000'000'000'000'000);  // a million billion

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

// 0 to 9, or -1.
int ChineseDigit(char32_t c) {
  constexpr std::u32string_view kDigits = U"零一二三四五六七八九";
  if (c == U'〇' || c == U'○') return 0;
  if (c == U'两') return 2;
  const size_t at = kDigits.find(c);
  return at == std::u32string_view::npos ? -1 : static_cast<int>(at);
}

int64_t SmallUnit(char32_t c) {
  if (c == U'十') return 10;
  if (c == U'百') return 100;
  return c == U'千' ? 1000 : 0;
}

int64_t LargeUnit(char32_t c) {
  if (c == U'万') return 10'000;
  return c == U'亿' ? 100'000'000 : 0;
}

std::optional<Numeral> ReadDigits(std::u32string_view text, size_t at) {
  Numeral number{.arabic = true};
  int64_t value = 0;
  size_t end = at;
  const auto take = [&](char32_t c) {
    value = value * 10 + static_cast<int64_t>(c - U'0');
    return ++number.digit_count <= kDigitsMax;
  };
  while (end < text.size()) {
    const bool separator = text[end] == U',' && end + 3 < text.size() && IsDigit(text[end + 1]) &&
                           IsDigit(text[end + 2]) && IsDigit(text[end + 3]) && end > at &&
                           (end + 4 >= text.size() || !IsDigit(text[end + 4]));
    if (!IsDigit(text[end]) && !separator) break;
    if (IsDigit(text[end]) && !take(text[end])) return std::nullopt;
    ++end;
  }
  if (end == at) return std::nullopt;
  int64_t thousandths = 0;
  if (end + 1 < text.size() && text[end] == U'.' && IsDigit(text[end + 1])) {
    int64_t place = kScale / 10;
    for (++end; end < text.size() && IsDigit(text[end]); ++end, place /= 10) {
      thousandths += place * static_cast<int64_t>(text[end] - U'0');
    }
  }
  number.thousandths = value * kScale + thousandths;
  number.end = end;
  return number;
}

// Without 万 and 亿 when digits stand one after the other (二〇二五).
std::optional<Numeral> ReadChinese(std::u32string_view text, size_t at) {
  Numeral number;
  int64_t total = 0;    // above the last 万 or 亿
  int64_t section = 0;  // below 万
  int64_t digit = 0;
  bool row = true;  // nothing but digits so far
  size_t end = at;
  for (; end < text.size() && end - at <= kDigitsMax; ++end) {
    if (const int next = ChineseDigit(text[end]); next >= 0) {
      digit = row && end > at ? digit * 10 + next : next;
    } else if (const int64_t small = SmallUnit(text[end]); small > 0) {
      section += (digit == 0 ? 1 : digit) * small;
      digit = 0;
      row = false;
    } else if (const int64_t large = LargeUnit(text[end]); large > 0 && end > at) {
      total = (total + section + digit) * large;
      section = digit = 0;
      row = false;
    } else {
      break;
    }
    if (total > kValueMax || digit > kValueMax) return std::nullopt;
  }
  if (end == at) return std::nullopt;
  number.thousandths = (total + section + digit) * kScale;
  number.end = end;
  number.digit_count = end - at;
  return number;
}

}  // namespace

bool StartsNumeral(char32_t c) { return IsDigit(c) || ChineseDigit(c) >= 0 || SmallUnit(c) > 0; }

std::optional<Numeral> ReadNumeral(std::u32string_view text, size_t at) {
  if (at >= text.size() || !StartsNumeral(text[at])) return std::nullopt;
  if (!IsDigit(text[at])) return ReadChinese(text, at);
  std::optional<Numeral> number = ReadDigits(text, at);
  if (!number.has_value()) return std::nullopt;
  while (number->end < text.size()) {
    const char32_t c = text[number->end];
    const int64_t unit = c == U'千' || c == U'百' ? SmallUnit(c) : LargeUnit(c);
    if (unit == 0 || number->thousandths > kValueMax / unit) break;
    number->thousandths *= unit;
    ++number->end;
  }
  return number;
}

std::string NumeralText(int64_t thousandths) {
  std::string text = std::to_string(thousandths / kScale);
  int64_t rest = thousandths % kScale;
  if (rest == 0) return text;
  text += '.';
  for (int64_t place = kScale / 10; rest > 0; place /= 10) {
    text += static_cast<char>('0' + rest / place);
    rest %= place;
  }
  return text;
}

}  // namespace hotline::knowledge::checks
