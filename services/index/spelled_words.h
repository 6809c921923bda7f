// Letters of a query that are pinyin or initials of words of the base (gongjijin, gjj).
#pragma once

#include <string_view>
#include <vector>

#include "services/index/expansion.h"
#include "services/index/index.h"

namespace hotline::index {

// Appends what the runs of letters in folded text stand for: the texts of wordings that are read
// so, frequent ones first. Letters that the base has as a word (app, etc) stand for themselves.
// Wordings and words of documents that the filter refuses are as if they were not there. The result
// depends on the other documents alone, not on segments or on what was deleted.
void AddSpelledWords(const IndexSnapshot& snapshot, std::u32string_view folded, DocFilter filter,
                     std::vector<Expansion>& expansions);

}  // namespace hotline::index
