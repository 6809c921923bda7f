// The few signs that a search understands. Ask reads none of them: whoever asks a question writes
// as people write.
//
//   "…" “…” 「…」   must stand in a text as it is (after folding; blanks and punctuation inside do
//                   not count): in a wording, a keyword or the answer
//   -词  NOT 词     must not be there; the sign stands at the beginning or after a blank, the word
//                   ends at the next blank; also with a phrase: -"…"
//
// Everything else is text: a quote without its partner, a hyphen inside (K12-教育, 2020-2021) or
// before a blank, NOT at the end. So is a query of more than kSyntaxLengthMax characters: it is
// what somebody told or wrote, and the quotes in it are theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/index/phrase.h"

namespace hotline::answer {

// Longer queries have no signs, in code points.
inline constexpr size_t kSyntaxLengthMax = 50;

// Phrases and exclusions of one query.
inline constexpr size_t kConditionsMax = 8;

// A condition and where it was typed, signs included, in code points of the query.
struct QueryCondition {
  uint32_t begin = 0;
  uint32_t end = 0;
  index::Phrase phrase;
};

// A query, read.
struct SearchQuery {
  // What ranks, the words of the phrases included. Signs and exclusions became blanks, so positions
  // are those of the query.
  std::string text;
  std::vector<QueryCondition> phrases;
  std::vector<QueryCondition> excluded;
};

// FIELD_INVALID (query) when nothing is left to look for but exclusions, or when there are more
// than kConditionsMax conditions.
absl::StatusOr<SearchQuery> ReadQuery(std::string_view query);

// The text of a query with only its phrases left.
std::string PhrasesOnly(const SearchQuery& query);

}  // namespace hotline::answer
