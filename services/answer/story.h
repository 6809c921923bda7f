// A question told as a story (a complaint of several hundred characters), made into a query.
#pragma once

#include <string>
#include <string_view>

namespace hotline::answer {

// The part of a long question that says what it is about; shorter ones come back as they are. Never
// empty when `question` is not.
std::string Condense(std::string_view question);

}  // namespace hotline::answer
