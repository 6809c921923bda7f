// Choices that are really different, and what tells each apart from the others.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "services/answer/visibility.h"
#include "services/text/audiences.h"

namespace hotline::answer {

// Longest distinction, in characters: it stands beside a question on a phone.
inline constexpr size_t kDistinctionLengthMax = 20;

// What may tell one entry from another.
struct ChoiceFacts {
  std::string question;
  RegionCode region = kNationCode;
  text::AudienceSet audience = 0;
  std::string department;  // its name for people
  LogTime effective = std::numeric_limits<LogTime>::min();
  LogTime expire = std::numeric_limits<LogTime>::max();
};

// Indexes into `facts` (best first) of at most `wanted` choices, in order. Of entries that ask the
// same and differ in nothing that a person could choose by, the first stays.
std::vector<size_t> Distinct(std::span<const ChoiceFacts> facts, size_t wanted);

// For each of the choices, what the others with a like question lack: its region, whom it is for,
// the aspect of the matter (材料, 时限 …), its owner, since or until when it holds, or the words of
// its question. Regions are told whenever they differ. Empty where the questions say it themselves.
std::vector<std::string> Distinctions(std::span<const ChoiceFacts> choices);

}  // namespace hotline::answer
