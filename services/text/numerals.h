// Chinese numerals: 十万, 一百二十, 二〇二四.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::text {

// True for 零〇一二…九两十百千万亿.
bool IsNumeral(char32_t c);

// The value of numerals: 十万 100000, 一百零五 105, 二〇二四 2024. nullopt: not a number (万一,
// 百千), or more than 16 digits.
std::optional<uint64_t> ParseNumerals(std::u32string_view numerals);

// 105 -> 一百零五. `value` at most kMaxNumberValue (numbers.h).
std::u32string ToNumerals(uint64_t value);
// 2024 -> 二〇二四.
std::u32string ToDigitNumerals(std::string_view digits);

}  // namespace hotline::text
