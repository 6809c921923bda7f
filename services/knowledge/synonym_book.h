// The synonym sets of a base by their words: finds the sets that say something else, or once more,
// about the words of another one.
//
// Two sets stand against each other when both relate the same two words, each in its own way or
// both in the same: whoever removes or changes one of them would be surprised by the other. A TERM
// is a synonym of nothing, so its words stand in no other set. Sets may share single words as long
// as they pair them with different ones (证件 -> 身份证; 身份证 = 居民身份证).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge {

// A word as sets are compared by it: folded (services/text/fold.h), UTF-8.
std::string FoldedWord(std::string_view word);

// Not thread-safe.
class SynonymBook {
 public:
  // What a release would do to the book, all of it at once.
  struct Change {
    const SynonymBook* puts = nullptr;         // the sets that it writes
    absl::flat_hash_set<std::string> targets;  // every set that it writes or removes
  };

  void Put(const v1::SynonymSet& set);
  void Erase(std::string_view name);
  size_t size() const { return sets_.size(); }
  bool Contains(std::string_view name) const { return Find(name) != nullptr; }

  // OK when `set`, which is sound (CheckSynonymSet), may stand beside the others, once `change` is
  // done. FAILED_PRECONDITION (REFERENCE_CONFLICT) with the other set and the word that both have;
  // RESOURCE_EXHAUSTED (LIMIT_EXCEEDED): too many sets, or too many of one word. `path` is that of
  // the set in the request.
  absl::Status Check(const v1::SynonymSet& set, const Change& change, const FieldPath& path) const;

 private:
  // A set with its words folded.
  struct Held {
    std::string name;
    v1::SynonymSet::Kind kind = v1::SynonymSet::KIND_UNSPECIFIED;
    std::vector<std::string> words;

    bool Has(const std::string& word) const;
    // True when whoever types the word finds more by this set.
    bool Widens(const std::string& word) const;
  };
  using Pointer = std::shared_ptr<const Held>;

  static Held Fold(const v1::SynonymSet& set);
  // Index in a.words of a word over which the two sets stand against each other; -1 = of none.
  static int Clash(const Held& a, const Held& b);
  const Held* Find(std::string_view name) const;
  size_t Widening(const std::string& word, const Change* change, std::string_view but) const;

  absl::flat_hash_map<std::string, Pointer> sets_;
  absl::flat_hash_map<std::string, std::vector<Pointer>> by_word_;
};

}  // namespace hotline::knowledge
