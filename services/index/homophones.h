// Words of the base that sound like what was typed, where what was typed hardly makes words.
#pragma once

#include <string_view>
#include <vector>

#include "services/index/expansion.h"
#include "services/index/index.h"

namespace hotline::index {

// Appends the homophones of folded text: each replaces one character, or two neighbours, by
// characters that are read the same (or nearly: zh z, n l, in ing; at less weight), if the
// dictionary finds the text with it much more probable and the base has the new word far oftener
// than the old characters. A word that no document accepted by the filter has is not offered.
// Texts of more than 32 characters have none.
void AddHomophones(const IndexSnapshot& snapshot, std::u32string_view folded, DocFilter filter,
                   std::vector<Expansion>& expansions);

}  // namespace hotline::index
