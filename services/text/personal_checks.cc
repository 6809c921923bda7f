#include "services/text/personal_checks.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "services/text/check_digit.h"

namespace hotline::text::personal {
namespace {

int ValueOf(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// GB/T 2260: the first two digits of provinces, with Hong Kong, Macao and Taiwan (81 to 83) and the
// old 71.
bool IsProvince(int code) {
  constexpr std::array kProvinces = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34,
                                     35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
                                     53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83};
  return std::binary_search(kProvinces.begin(), kProvinces.end(), code);
}

bool IsDate(int year, int month, int day) {
  return std::chrono::year_month_day{std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

constexpr int kFirstBirthYear = 1880;
constexpr int kLastBirthYear = 2099;

bool IsBirthday(std::string_view day) {
  const int year = ValueOf(day.substr(0, 4));
  return year >= kFirstBirthYear && year <= kLastBirthYear &&
         IsDate(year, ValueOf(day.substr(4, 2)), ValueOf(day.substr(6, 2)));
}

}  // namespace

bool HasIdChecksum(std::string_view id) {
  constexpr std::array kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr std::string_view kCheck = "10X98765432";
  if (id.size() != kWeights.size() + 1) return false;
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += (id[i] - '0') * kWeights[i];
  return kCheck[static_cast<size_t>(sum % 11)] == id.back();
}

bool IsPlausibleId(std::string_view id) {
  if (id.size() == 18) {
    if (id[0] == '9') return HasIdChecksum(id) && IsBirthday(id.substr(6, 8));
    return IsProvince(ValueOf(id.substr(0, 2))) && IsBirthday(id.substr(6, 8));
  }
  if (id.size() != 15 || id.back() == 'X') return false;
  return IsProvince(ValueOf(id.substr(0, 2))) &&
         IsDate(1900 + ValueOf(id.substr(6, 2)), ValueOf(id.substr(8, 2)),
                ValueOf(id.substr(10, 2)));
}

bool HasLuhnSum(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int digit = digits[i] - '0';
    sum += twice ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  }
  return !digits.empty() && sum % 10 == 0;
}

bool IsPlausibleCard(std::string_view digits) {
  if (digits.size() == 15) return digits.starts_with("34") || digits.starts_with("37");
  if (digits.size() < 16 || digits.size() > 19) return false;
  const int two = ValueOf(digits.substr(0, 2));
  constexpr std::array<std::string_view, 3> kOldIssuers = {"9558", "6907", "6858"};
  const bool old = std::any_of(kOldIssuers.begin(), kOldIssuers.end(),
                               [&](std::string_view issuer) { return digits.starts_with(issuer); });
  return digits[0] == '4' || (two >= 51 && two <= 55) || two == 35 || two == 36 || two == 60 ||
         two == 62 || two == 65 || two == 81 || old;
}

bool IsMobile(std::string_view digits) {
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

bool IsLandline(std::string_view digits) {
  if (digits.size() < 10 || digits.size() > 12 || digits[0] != '0') return false;
  const bool short_code = digits.starts_with("010") || digits[1] == '2';
  if (!short_code && digits[1] < '3') return false;
  const size_t left = digits.size() - (short_code ? 3 : 4);
  return (left == 7 || left == 8) && digits[digits.size() - left] != '0';
}

bool IsServiceNumber(std::string_view digits) {
  return digits.size() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
}

bool IsDay(std::string_view digits) {
  if (digits.size() != 8) return false;
  const int year = ValueOf(digits.substr(0, 4));
  return year >= 1900 && year <= 2099 &&
         IsDate(year, ValueOf(digits.substr(4, 2)), ValueOf(digits.substr(6, 2)));
}

bool IsOwnCode(std::string_view digits) {
  if (digits.size() != 12 || digits[0] < '2') return false;
  return CheckDigit(digits) == '0';
}

}  // namespace hotline::text::personal
