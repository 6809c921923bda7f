#include "services/index/rewrite.h"

#include <algorithm>

namespace hotline::index {

bool Rewriter::Rewrite(std::u32string_view folded_query,
                       std::span<const Expansion* const> expansions, std::u32string_view wording) {
  const auto has = [&](std::u32string_view part) {
    looked_for_ = part;
    std::erase(looked_for_, U' ');
    return wording.find(looked_for_) != wording.npos;
  };
  taken_.clear();
  for (const Expansion* expansion : expansions) {
    const auto typed = folded_query.substr(expansion->begin, expansion->end - expansion->begin);
    if (!has(expansion->text) || has(typed)) continue;
    const bool overlaps = std::any_of(taken_.begin(), taken_.end(), [&](const Expansion* other) {
      return other->begin < expansion->end && expansion->begin < other->end;
    });
    if (!overlaps) taken_.push_back(expansion);
  }
  if (taken_.empty()) return false;
  std::sort(taken_.begin(), taken_.end(),
            [](const Expansion* a, const Expansion* b) { return a->begin < b->begin; });
  text_.clear();
  size_t at = 0;
  for (const Expansion* expansion : taken_) {
    text_.append(folded_query.substr(at, expansion->begin - at));
    text_ += expansion->text;
    at = expansion->end;
  }
  text_.append(folded_query.substr(at));
  std::erase(text_, U' ');
  return true;
}

}  // namespace hotline::index
