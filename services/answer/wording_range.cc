#include "services/answer/wording_range.h"

#include <string>
#include <vector>

#include "services/index/document.h"
#include "services/text/fold.h"

namespace hotline::answer {

WordingRange RangeInWording(std::string_view wording, uint32_t begin, uint32_t end) {
  std::u32string folded;
  std::vector<uint32_t> origins;
  text::FoldWithOrigins(wording, index::kMaxUnitBytes, folded, origins);
  std::vector<uint32_t> places;  // of the characters that are no blanks
  for (size_t i = 0; i < folded.size(); ++i) {
    if (folded[i] != U' ') places.push_back(origins[i]);
  }
  if (begin >= end || end > places.size()) return {};
  return {places[begin], places[end - 1] + 1};
}

}  // namespace hotline::answer
