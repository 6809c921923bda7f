#include "services/runtime/request_ids.h"

#include <cstddef>

namespace hotline::runtime {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsMobile(std::string_view digits) {
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

// 18 digits, or 17 before an X: 440306 19900307 123X.
bool IsIdNumber(std::string_view digits, bool x_follows) {
  if (digits.size() != 18 && (digits.size() != 17 || !x_follows)) return false;
  const std::string_view century = digits.substr(6, 2);
  const std::string_view month = digits.substr(10, 2);
  const std::string_view day = digits.substr(12, 2);
  return (century == "19" || century == "20") && month >= "01" && month <= "12" && day >= "01" &&
         day <= "31";
}

}  // namespace

bool MayNamePerson(std::string_view id) {
  for (size_t begin = 0; begin < id.size();) {
    size_t end = begin;
    while (end < id.size() && IsDigit(id[end])) ++end;
    const std::string_view digits = id.substr(begin, end - begin);
    const bool x_follows = end < id.size() && (id[end] == 'X' || id[end] == 'x');
    if (IsMobile(digits) || IsIdNumber(digits, x_follows)) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace hotline::runtime
