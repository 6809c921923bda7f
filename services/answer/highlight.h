// Where texts have what was asked for, and which part of an answer says most about it.
//
// Positions are code points of the text as it is given: folding (case, width, traditional
// characters) is undone by services/text/fold.h FoldWithOrigins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/index/analyzer.h"
#include "services/index/index.h"

namespace hotline::answer {

// A part of a text, in code points; `end` is exclusive.
struct TextRange {
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const TextRange&, const TextRange&) = default;
};

// What a query looks for in texts: its pairs and words, and those of the other ways to say it;
// service words (请问, 怎么办) and pairs with a particle (的, 了, 吗 …) only when there is nothing
// else.
class SoughtTerms {
 public:
  SoughtTerms(const index::IndexSnapshot& snapshot, std::string_view query,
              std::span<const index::Expansion> expansions);

  // What a term is worth, its rarity among the entries; 0 = not sought.
  double WorthOf(index::TermId term) const {
    const auto at = worth_.find(term);
    return at == worth_.end() ? 0 : at->second;
  }
  bool empty() const { return worth_.empty(); }

 private:
  void Add(std::u32string_view folded, double factor, bool with_service_words);

  const index::IndexSnapshot& snapshot_;
  absl::flat_hash_map<index::TermId, double> worth_;
};

// Characters of one text that are read for marks.
inline constexpr size_t kMarkedCharactersMax = 4'000;

// Where the text has sought terms, ascending; ranges that touch or overlap are one.
std::vector<TextRange> Mark(std::string_view text, const SoughtTerms& sought);

// The part of a plain text, at most `length_max` code points, that has most of what is sought:
// whole sentences, else whole clauses where they fit, with … where it was cut. The start of the
// text when it has as much as any other part. `length_max` is at least 2.
std::string BestPart(std::string_view plain, const SoughtTerms& sought, size_t length_max);

}  // namespace hotline::answer
