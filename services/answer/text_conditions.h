// Which entries a query with phrases and exclusions may find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/answer/corpus.h"
#include "services/answer/query_syntax.h"

namespace hotline::answer {

// Decides by the texts themselves, but looks only at those that the index says may have a phrase;
// what was decided is kept. One call, one thread; corpus and query must outlive it.
//
// An entry is judged by its wordings (translations included), each of its keywords, and the blocks
// of its answer; the values of facts are not part of them.
class TextConditions {
 public:
  // Entries whose texts one query looks at. What would need a look after that is not found.
  static constexpr size_t kTextsMax = 5'000;

  TextConditions(const Corpus& corpus, const SearchQuery& query);

  // Without conditions every entry holds.
  bool empty() const { return query_.phrases.empty() && query_.excluded.empty(); }

  // Whether the entry has every phrase and nothing that is excluded.
  bool Holds(uint64_t key);

  // True when kTextsMax was reached: there may be more entries that hold.
  bool cut_short() const { return cut_short_; }

  // What to rank by, so that every entry with the phrases is a candidate of the search: the whole
  // query; of a long one, in which the most informative terms are all others, the phrases.
  const std::string& ranked_text() const { return ranked_text_; }

 private:
  bool LooksRight(uint64_t key);

  const Corpus& corpus_;
  const SearchQuery& query_;
  std::vector<uint64_t> candidates_;             // that may have all phrases, ascending
  std::vector<std::vector<uint64_t>> suspects_;  // that may have what is excluded, ascending
  std::vector<bool> anybody_;                    // … every entry may
  absl::flat_hash_map<uint64_t, bool> known_;
  std::string ranked_text_;
  bool cut_short_ = false;
};

}  // namespace hotline::answer
