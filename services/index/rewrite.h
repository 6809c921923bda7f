// A query in the words of a wording.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/expansion.h"

namespace hotline::index {

// Puts the expansions that a wording has in place of what they stand for, and compares without
// blanks. Keeps scratch space: one thread.
class Rewriter {
 public:
  // True when `wording` (folded, without blanks) has an expansion and not the part that it stands
  // for; text() is then the folded query without blanks, with those expansions in place. Of
  // expansions that overlap the first counts.
  bool Rewrite(std::u32string_view folded_query, std::span<const Expansion* const> expansions,
               std::u32string_view wording);
  const std::u32string& text() const { return text_; }

 private:
  std::vector<const Expansion*> taken_;
  std::u32string text_;
  std::u32string looked_for_;
};

}  // namespace hotline::index
