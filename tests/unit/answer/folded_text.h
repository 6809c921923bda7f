// A text as the readers of places, times and people take it: folded, one character for one.
#pragma once

#include <string>
#include <string_view>

#include "services/text/fold.h"

namespace hotline::answer {

inline std::u32string FoldEach(std::string_view text) {
  std::u32string folded = text::ToCodePoints(text);
  for (char32_t& c : folded) c = text::FoldCharacter(c);
  return folded;
}

inline std::string Part(const std::u32string& text, uint32_t begin, uint32_t end) {
  return text::ToUtf8(text.substr(begin, end - begin));
}

}  // namespace hotline::answer
