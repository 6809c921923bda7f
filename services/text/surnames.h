// Chinese surnames.
#pragma once

#include <cstddef>
#include <string_view>

namespace hotline::text {

// The length in characters of the surname that `text` begins with: 2 for a compound one, 1, or 0.
size_t SurnameAt(std::u32string_view text);

// True for a single surname that is more often a word or part of one: 于, 高, 方, 何 …
bool IsCommonWordSurname(char32_t c);

}  // namespace hotline::text
