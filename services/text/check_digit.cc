#include "services/text/check_digit.h"

#include <array>
#include <cstddef>

namespace hotline::text {
namespace {

// Rows are what was folded so far, columns the next digit.
constexpr std::array<std::string_view, 10> kDamm = {
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
};

}  // namespace

char CheckDigit(std::string_view digits) {
  size_t interim = 0;
  for (const char digit : digits)
    interim = static_cast<size_t>(kDamm.at(interim)[static_cast<size_t>(digit - '0')] - '0');
  return static_cast<char>('0' + interim);
}

}  // namespace hotline::text
