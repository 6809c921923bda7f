// Which entries a query with phrases and exclusions may find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/answer/corpus.h"
#include "services/answer/query_syntax.h"
#include "services/answer/visibility.h"

namespace hotline::answer {

// Decides by the texts themselves, but looks only at those that the index says may have a phrase;
// what was decided is kept. One call, one thread; view and query must outlive it.
//
// Which entries may need a look is known before anything is searched for, so that pages and facets
// of one query judge the same entries: all that the viewer may see, or, of more than kTextsMax, the
// kRankedMax that are ranked best for the query; the others are not found.
//
// An entry is judged by its wordings (translations included), each of its keywords, and the blocks
// of its answer; the values of facts are not part of them.
class TextConditions {
 public:
  static constexpr size_t kTextsMax = 5'000;
  static constexpr size_t kRankedMax = index::kMaxHits;

  TextConditions(const View& view, const SearchQuery& query, const Viewer& viewer);

  // Without conditions every entry holds.
  bool empty() const { return query_.phrases.empty() && query_.excluded.empty(); }

  // Whether the entry has every phrase and nothing that is excluded.
  bool Holds(uint64_t key);

  // True when more than the kRankedMax best would need a look: there may be more entries that hold.
  bool cut_short() const { return cut_short_; }

  // What to rank by, so that every entry with the phrases is a candidate of the search: the whole
  // query; of a long one, in which the most informative terms are all others, the phrases.
  const std::string& ranked_text() const { return ranked_text_; }
  // ExpansionsOf it.
  const std::vector<index::Expansion>& expansions() const { return expansions_; }

 private:
  // Whether only its text can tell.
  bool NeedsLook(uint64_t key) const;
  bool LooksRight(uint64_t key);
  // True when more than kTextsMax entries that the viewer may see need a look.
  bool AreTooMany(const Viewer& viewer) const;
  // The keys of the best entries that need a look, ascending.
  std::vector<uint64_t> BestToLookAt(const Viewer& viewer) const;

  const Corpus& corpus_;
  const SearchQuery& query_;
  std::vector<uint64_t> candidates_;             // that may have all phrases, ascending
  std::vector<uint64_t> suspects_;               // that may have what is excluded, ascending
  bool anybody_ = false;                         // … every entry may
  std::optional<std::vector<uint64_t>> looked_;  // only these are looked at, ascending
  absl::flat_hash_map<uint64_t, bool> known_;
  std::string ranked_text_;
  std::vector<index::Expansion> expansions_;
  bool cut_short_ = false;
};

}  // namespace hotline::answer
