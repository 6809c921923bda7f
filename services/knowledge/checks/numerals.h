// Numbers as Chinese texts write them: 12, 3.5万, 十万, 二〇二五, 一百零五.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::knowledge::checks {

// A number read from a text: exact, in thousandths.
struct Numeral {
  int64_t thousandths = 0;
  size_t end = 0;          // first character behind it
  bool arabic = false;     // written with digits
  size_t digit_count = 0;  // digits as written, without 万 and 亿
};

// The number that begins at `at`; nullopt when there is none, or it is longer than anything that is
// meant (more than 15 digits). Reads ASCII digits with thousands separators and a decimal point, or
// Chinese numerals, each with 千, 万, 亿 behind. `text` is folded one character for one.
std::optional<Numeral> ReadNumeral(std::u32string_view text, size_t at);

// True for what a number can begin with.
bool StartsNumeral(char32_t c);

// "3.5", "100000".
std::string NumeralText(int64_t thousandths);

}  // namespace hotline::knowledge::checks
