// The synonym sets of one version of the base, ready to be matched with queries.
//
// What a word of a set finds besides itself:
//   EQUIVALENT, ABBREVIATION  each word finds each other word of its set
//   ONE_WAY                   the first word finds the others
//   TERM                      nothing; it is read as one word, so no shorter word inside it counts
// A word found in this way finds nothing more by another set.
//
// Words are compared folded (services/text/fold.h), and without the blanks that stand beside a
// Chinese character or between letters and digits: covid-19, COVID 19 and covid19 are one. They are
// found anywhere in Chinese, which has no blanks, but
//   (1) no word begins or ends inside a run of letters or inside a run of digits: kfc is not in
//       kfcs, 110 not in 1100, and a single letter or digit stands alone;
//   (2) a single Chinese character counts only where it stands alone.
// Of words that overlap the longest counts; of equally long ones the first.
//
// Immutable, versions share structure: one changed set costs the paths to its words. A function of
// the sets alone, whatever the order in which they came. May be read from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotline/knowledge/v1/resources.pb.h"
#include "services/answer/persistent_map.h"
#include "services/index/expansion.h"

namespace hotline::answer {

// What a match of another word is worth beside a match of the word as typed. A short form names the
// very same thing; a synonym often has a shade of its own; whoever types a wider word (证件) may
// have meant another of the narrower ones.
inline constexpr double kAbbreviationWeight = 0.9;
inline constexpr double kEquivalentWeight = 0.8;
inline constexpr double kOneWayWeight = 0.6;

// Longer words are not found; the contract allows 30 characters.
inline constexpr size_t kSynonymLengthMax = 64;

class SynonymTable {
 public:
  // One set; immutable.
  struct Set {
    uint64_t id = 0;
    std::string name;  // synonyms/…
    knowledge::v1::SynonymSet::Kind kind = knowledge::v1::SynonymSet::KIND_UNSPECIFIED;
    std::vector<std::u32string> words;  // folded, in the order of the set
    uint64_t key() const { return id; }
  };
  using SetPointer = std::shared_ptr<const Set>;

  // One other word for a part of a query.
  struct Way {
    std::u32string text;  // folded
    double weight = 0;
    const Set* set = nullptr;  // of several sets that have it, the heaviest, then by name
  };
  // A part of a query that is a word of some set. The pointers are good while the table lives.
  struct Match {
    uint32_t begin = 0;  // in the folded query
    uint32_t end = 0;
    std::vector<Way> ways;  // heaviest first; empty for a TERM
  };

  class Editor;

  // The words of sets in a folded query, without overlap, in order. Time in the order of the
  // query's length.
  std::vector<Match> MatchesFor(std::u32string_view folded) const;

  // The other ways to say parts of a folded query, at most index::kMaxExpansions: heaviest first,
  // and of equally heavy ones the first of every part before the second of any.
  std::vector<index::Expansion> ExpansionsFor(std::u32string_view folded) const;

  // The words of TERM sets, folded, ascending, each once; in time of their number. Their serial is
  // another one whenever one of them changed, and says nothing in another process.
  std::vector<std::u32string> terms() const;
  uint64_t terms_serial() const { return terms_serial_; }

  size_t size() const { return sets_.size(); }  // sets

  // Every set, as Editor::Put takes it: folded, in an order of no meaning.
  const PersistentMap<Set>& sets() const { return sets_; }

 private:
  // The words with one hash, each with the sets by which it finds something, by word and name.
  struct Words {
    struct Use {
      std::u32string word;  // as it is compared
      SetPointer set;
    };
    uint64_t id = 0;
    std::vector<Use> uses;
    uint64_t key() const { return id; }
  };
  // How long the words are that begin with two characters, or are one character.
  struct Start {
    struct Length {
      size_t length = 0;
      size_t uses = 0;
    };
    uint64_t id = 0;
    std::vector<Length> lengths;  // ascending
    uint64_t key() const { return id; }
  };

  struct Query;
  struct Candidate;
  void FindAt(const Query& query, size_t at, std::vector<Candidate>& found) const;
  Match MatchOf(const Query& query, const Candidate& candidate) const;

  PersistentMap<Set> sets_;
  PersistentMap<Set> terms_;
  PersistentMap<Words> words_;
  PersistentMap<Start> starts_;
  uint64_t terms_serial_ = 0;
};

// Makes the next version. Used by one thread.
class SynonymTable::Editor {
 public:
  Editor() = default;
  // Goes on from `table`, which stays as it is.
  explicit Editor(const SynonymTable& table)
      : sets_(table.sets_),
        terms_(table.terms_),
        words_(table.words_),
        starts_(table.starts_),
        terms_serial_(table.terms_serial_) {}

  // Adds the set, or takes the place of the one with its name.
  void Put(const knowledge::v1::SynonymSet& set);
  // Does nothing when there is no such set.
  void Erase(std::string_view name);
  SynonymTable Commit();

 private:
  void AddWord(const std::u32string& word, const SetPointer& set);
  void RemoveWord(const std::u32string& word, const Set& set);
  void CountStart(const std::u32string& word, bool more);

  PersistentMap<Set>::Editor sets_;
  PersistentMap<Set>::Editor terms_;
  PersistentMap<Words>::Editor words_;
  PersistentMap<Start>::Editor starts_;
  uint64_t terms_serial_ = 0;
};

}  // namespace hotline::answer
