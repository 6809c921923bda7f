// Other ways to write parts of a query, found in the query and the base themselves: words that
// sound like what was typed (公基金 -> 公积金), letters read as pinyin or initials (gjj -> 公积金),
// and other ways to write numbers (十万 -> 100000).
#pragma once

#include <string_view>
#include <vector>

#include "services/index/expansion.h"
#include "services/index/index.h"

namespace hotline::index {

// The expansions of a query as typed, by their places; at most kMaxExpansions. A part that the base
// has as it is typed has none by sound: a correct query stays as it is. Only the first
// kMaxRespelledCharacters characters are heard.
//
// What sounds so is taken from documents that the filter accepts, and from no other; how often the
// base has a word, other documents included, only weighs it.
std::vector<Expansion> Respell(const IndexSnapshot& snapshot, std::string_view query,
                               DocFilter filter = AcceptAll);

inline constexpr size_t kMaxRespelledCharacters = 64;

}  // namespace hotline::index
