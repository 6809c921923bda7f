// Numbers, amounts, dates, percentages and document numbers (文号) of a text, and the other ways to
// write them: 十万 = 10万 = 100000 = 100,000; 三个月 = 3个月; 2024年1月1日 = 2024-01-01; 百分之五 =
// 5%; 国发〔2023〕1号 = 国发2023年1号. Numerals that are part of a word (一般, 万一, 十分) are
// none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::text {

// What a number is.
enum class NumberKind : uint8_t {
  kNumber,          // 十万, 3个月, 第三条
  kDate,            // 2024年1月1日, 2024-01, 1月1日
  kPercent,         // 5%, 百分之五
  kDocumentNumber,  // 国发〔2023〕1号
};

// One number of a text.
struct Number {
  // Where it stands in the folded text (fold.h), in characters, with its measure word.
  uint32_t begin = 0;
  uint32_t end = 0;
  NumberKind kind = NumberKind::kNumber;
  // One form for all ways to write it: `100000`, `3个月`, `2024-01-01`, `5%`, `国发[2023]1号`.
  std::string normal;
  // The other ways, folded, the likeliest first; at most kMaxSpellings. May be empty: folded, 5% is
  // 5, and 3.5公里 has no other.
  std::vector<std::u32string> others;
};

inline constexpr size_t kMaxNumbers = 16;
inline constexpr size_t kMaxSpellings = 5;
// Greater numbers are left as they are: 16 digits.
inline constexpr uint64_t kMaxNumberValue = 9'999'999'999'999'999;

// The first kMaxNumbers numbers in the first `max_characters` code points of UTF-8 text, in order;
// they do not overlap. Dates that no calendar has are numbers.
std::vector<Number> FindNumbers(std::string_view utf8, size_t max_characters);

}  // namespace hotline::text
