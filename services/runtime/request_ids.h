// Ids of calls that callers bring: they stand in log lines, so they must be nobody's number.
#pragma once

#include <string_view>

namespace hotline::runtime {

// True when a row of digits in the id is a mobile (11 digits, 1[3-9]…) or an identity number (18
// digits with a day of birth): such an id is not kept.
bool MayNamePerson(std::string_view id);

}  // namespace hotline::runtime
