// What a password must be. Pure.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace hotline::identity {

// OK, or INVALID_ARGUMENT (WEAK_PASSWORD) with the rule that is broken: LENGTH (10 to 128
// characters), CHARACTERS (no control characters, sound UTF-8), CLASSES (three of lower case, upper
// case, digits, others), LOGIN (holds the login name), COMMON (a well-known word with numbers
// around it). That it is none of the last ones is for who knows their hashes (REUSED).
absl::Status CheckPassword(std::string_view password, std::string_view login);

absl::Status WeakPassword(std::string_view rule, std::string_view sentence);

// A random password that keeps the rules for every login: four groups of four, about 90 bits.
std::string NewPassword();

}  // namespace hotline::identity
