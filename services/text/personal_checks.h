// Whether a row of digits can be a number of a kind: check digits and plausible parts. Pure;
// `digits` are ASCII.
#pragma once

#include <string_view>

namespace hotline::text::personal {

// GB 11643-1999, 18 characters, the last one a digit or X: the check character is right.
bool HasIdChecksum(std::string_view id);
// 18 or 15 characters that begin with a province and hold a day of birth; for foreigners' permanent
// residence cards (18 digits that begin with 9) the checksum must be right too.
bool IsPlausibleId(std::string_view id);

// ISO/IEC 7812: the Luhn sum is right.
bool HasLuhnSum(std::string_view digits);
// 15 to 19 digits that begin as cards in use in China do.
bool IsPlausibleCard(std::string_view digits);

// 11 digits, 1[3-9]….
bool IsMobile(std::string_view digits);
// An area code of mainland China and 7 or 8 digits.
bool IsLandline(std::string_view digits);
// 400 and 800 numbers, ten digits.
bool IsServiceNumber(std::string_view digits);
// Eight digits that are a day of the years 1900 to 2099.
bool IsDay(std::string_view digits);

// A code of ours (services/insight/codes.h): 12 digits, the first one from 2 to 9, the last one the
// Damm check digit of the others.
bool IsOwnCode(std::string_view digits);

}  // namespace hotline::text::personal
