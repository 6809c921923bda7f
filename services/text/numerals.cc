#include "services/text/numerals.h"

#include <algorithm>

namespace hotline::text {
namespace {

constexpr std::u32string_view kDigits = U"零一二三四五六七八九";
constexpr uint64_t kWan = 10'000;
constexpr uint64_t kYi = 100'000'000;
constexpr size_t kMaxNumerals = 24;

std::optional<uint64_t> DigitOf(char32_t c) {
  if (c == U'〇') return 0;
  if (c == U'两') return 2;
  const size_t at = kDigits.find(c);
  if (at == kDigits.npos) return std::nullopt;
  return at;
}

uint64_t MultiplierOf(char32_t c) {
  switch (c) {
    case U'十':
      return 10;
    case U'百':
      return 100;
    case U'千':
      return 1000;
    case U'万':
      return kWan;
    case U'亿':
      return kYi;
    default:
      return 0;
  }
}

// 二〇二四: digits alone, at least two.
std::optional<uint64_t> ParseDigits(std::u32string_view numerals) {
  if (numerals.size() < 2 || numerals.size() > 16) return std::nullopt;
  uint64_t value = 0;
  for (const char32_t c : numerals) value = value * 10 + *DigitOf(c);
  return value;
}

// Numbers below 10,000: 一百零五, 二十, 十.
std::optional<uint64_t> ParseSection(std::u32string_view numerals) {
  constexpr uint64_t kNone = 10;
  uint64_t value = 0;
  uint64_t least = kWan;  // multipliers become smaller
  uint64_t digit = kNone;
  for (const char32_t c : numerals) {
    const uint64_t multiplier = MultiplierOf(c);
    if (multiplier == 0) {
      if (digit != kNone && digit != 0) return std::nullopt;
      digit = DigitOf(c).value_or(0);
      continue;
    }
    // 十 may begin a number (十二, 一百十二); 百 and 千 may not.
    if (multiplier >= least || (digit == kNone && multiplier != 10) || digit == 0) {
      return std::nullopt;
    }
    value += (digit == kNone ? 1 : digit) * multiplier;
    least = multiplier;
    digit = kNone;
  }
  if (digit == kNone) return value;
  // 一百五 is 150, 一百零五 is 105.
  const bool abbreviated = least >= 100 && least < kWan && numerals.size() >= 2 &&
                           MultiplierOf(numerals[numerals.size() - 2]) == least;
  return value + (abbreviated ? digit * (least / 10) : digit);
}

// The part of a number that stands before 万 or 亿, times that.
template <typename Parse>
std::optional<uint64_t> ParseAround(std::u32string_view numerals, char32_t sign, uint64_t unit,
                                    const Parse& parse) {
  const size_t at = numerals.find(sign);
  if (at == numerals.npos) return parse(numerals);
  if (at == 0) return std::nullopt;
  const std::optional<uint64_t> head = parse(numerals.substr(0, at));
  if (!head.has_value() || *head == 0 || *head >= kYi) return std::nullopt;
  std::u32string_view rest = numerals.substr(at + 1);
  if (rest.empty()) return *head * unit;
  const std::optional<uint64_t> tail = parse(rest);
  if (!tail.has_value() || *tail >= unit) return std::nullopt;
  // 三万五 is 35,000.
  if (rest.size() == 1 && *tail > 0) return *head * unit + *tail * (unit / 10);
  return *head * unit + *tail;
}

// A group of four digits; `inside` groups say their leading zeros as one.
void AppendSection(uint64_t value, bool inside, std::u32string& out) {
  static constexpr std::u32string_view kMultipliers = U"千百十";
  bool gap = inside && value < 1000;
  bool begun = false;
  for (size_t i = 0; i < 4; ++i) {
    const uint64_t divisor = i == 0 ? 1000 : i == 1 ? 100 : i == 2 ? 10 : 1;
    const uint64_t digit = value / divisor % 10;
    if (digit == 0) {
      gap |= begun;
      continue;
    }
    if (gap && (begun || inside)) out.push_back(U'零');
    gap = false;
    // 十二, not 一十二, at the very beginning.
    if (!(digit == 1 && divisor == 10 && out.empty())) out.push_back(kDigits[digit]);
    if (i < 3) out.push_back(kMultipliers[i]);
    begun = true;
  }
}

}  // namespace

bool IsNumeral(char32_t c) { return DigitOf(c).has_value() || MultiplierOf(c) != 0; }

std::optional<uint64_t> ParseNumerals(std::u32string_view numerals) {
  if (numerals.empty() || numerals.size() > kMaxNumerals ||
      !std::all_of(numerals.begin(), numerals.end(), IsNumeral)) {
    return std::nullopt;
  }
  const auto is_digit = [](char32_t c) { return DigitOf(c).has_value(); };
  if (numerals.size() > 1 && std::all_of(numerals.begin(), numerals.end(), is_digit)) {
    return ParseDigits(numerals);
  }
  const auto below_yi = [](std::u32string_view part) {
    return ParseAround(part, U'万', kWan, ParseSection);
  };
  return ParseAround(numerals, U'亿', kYi, below_yi);
}

std::u32string ToNumerals(uint64_t value) {
  if (value == 0) return U"零";
  std::u32string out;
  bool skipped = false;  // a group of zeros stands before
  const std::pair<uint64_t, std::u32string_view> groups[] = {{value / kYi / kWan, U"万亿"},
                                                             {value / kYi % kWan, U"亿"},
                                                             {value / kWan % kWan, U"万"},
                                                             {value % kWan, U""}};
  for (const auto& [group, unit] : groups) {
    if (group == 0) {
      skipped = !out.empty();
      continue;
    }
    if (skipped && group >= 1000) out.push_back(U'零');
    AppendSection(group, !out.empty(), out);
    out += unit;
    skipped = false;
  }
  return out;
}

std::u32string ToDigitNumerals(std::string_view digits) {
  std::u32string out;
  for (const char c : digits)
    out.push_back(c == '0' ? U'〇' : kDigits[static_cast<size_t>(c - '0')]);
  return out;
}

}  // namespace hotline::text
