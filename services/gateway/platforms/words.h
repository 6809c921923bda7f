// Words that are no questions: numbers, judgements, commands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::gateway::platforms {

enum class Word { kNone, kUseful, kUseless, kHuman, kHelp, kHot, kMore };

// Without white space of any width and hidden characters at both ends.
std::string Trimmed(std::string_view text);

// What a trimmed text is, apart from end marks.
Word WordIn(std::string_view text);

// "2", "２", "2.": a number from 1 to 9.
std::optional<size_t> NumberIn(std::string_view text);

// The text behind 纠错; nothing when it does not begin so.
std::optional<std::string> CorrectionIn(std::string_view text);

// True when there is something to look for: a letter, a Hanzi or a digit, not only signs and emoji.
bool SaysSomething(std::string_view text);

}  // namespace hotline::gateway::platforms
