// From a place in a folded wording without blanks, as the index knows it, to the place in the
// wording as it is written.
#pragma once

#include <cstdint>
#include <string_view>

namespace hotline::answer {

// Code points [begin, end) of a text.
struct WordingRange {
  uint32_t begin = 0;
  uint32_t end = 0;

  friend bool operator==(const WordingRange&, const WordingRange&) = default;
};

// Where the characters [begin, end) of the folded wording without blanks stand in `wording`; signs
// between them belong to it, signs around it do not. Empty (0, 0) when there is no such place.
WordingRange RangeInWording(std::string_view wording, uint32_t begin, uint32_t end);

}  // namespace hotline::answer
