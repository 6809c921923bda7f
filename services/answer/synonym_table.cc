#include "services/answer/synonym_table.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using knowledge::v1::SynonymSet;
using text::CharClass;
using text::ClassOf;

// Hash of a word, one character after the other.
class WordHash {
 public:
  void Add(char32_t c) { hash_ = (hash_ ^ c) * 0x100000001B3U; }
  uint64_t Get() const {  // the finaliser of MurmurHash3: maps want keys that are spread evenly
    uint64_t hash = (hash_ ^ (hash_ >> 33U)) * 0xFF51AFD7ED558CCDU;
    hash = (hash ^ (hash >> 33U)) * 0xC4CEB9FE1A85EC53U;
    return hash ^ (hash >> 33U);
  }

 private:
  uint64_t hash_ = 0xCBF29CE484222325U;
};

uint64_t HashOf(std::u32string_view word) {
  WordHash hash;
  for (const char32_t c : word) hash.Add(c);
  return hash.Get();
}

// The start that a word is looked for by.
uint64_t StartOf(std::u32string_view word) {
  return HashOf(word.substr(0, 2)) ^ (word.size() == 1 ? 1 : 0);
}

// True when a blank between the two says nothing: beside Chinese, and where letters and digits
// meet.
bool IsIdleBlank(char32_t before, char32_t after) {
  const CharClass a = ClassOf(before);
  const CharClass b = ClassOf(after);
  return a == CharClass::kCjk || b == CharClass::kCjk || a != b;
}

// Folded text without idle blanks; origins[i] is where its character i stands in the folded text.
std::u32string Tighten(std::u32string_view folded, std::vector<uint32_t>* origins) {
  std::u32string tight;
  tight.reserve(folded.size());
  for (size_t i = 0; i < folded.size(); ++i) {
    const bool inside = i > 0 && i + 1 < folded.size();
    if (folded[i] == U' ' && inside && IsIdleBlank(folded[i - 1], folded[i + 1])) continue;
    tight.push_back(folded[i]);
    if (origins != nullptr) origins->push_back(static_cast<uint32_t>(i));
  }
  return tight;
}

std::u32string Tighten(std::u32string_view folded) { return Tighten(folded, nullptr); }

// True when the word may be typed to find something by this set.
bool IsTyped(const SynonymTable::Set& set, size_t word) {
  return set.kind != SynonymSet::ONE_WAY || word == 0;
}

double WeightOf(SynonymSet::Kind kind) {
  switch (kind) {
    case SynonymSet::EQUIVALENT:
      return kEquivalentWeight;
    case SynonymSet::ABBREVIATION:
      return kAbbreviationWeight;
    case SynonymSet::ONE_WAY:
      return kOneWayWeight;
    default:
      return 0;
  }
}

uint64_t NextSerial() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

}  // namespace

struct SynonymTable::Query {
  std::u32string_view folded;
  std::u32string tight;
  std::vector<uint32_t> origins;

  size_t BeginOf(size_t at) const { return origins[at]; }
  size_t EndOf(size_t end) const { return origins[end - 1] + 1; }

  // True when a word of this length may stand at `at` (rules 1 and 2 of the header).
  bool IsWhole(size_t at, size_t length) const {
    const size_t begin = BeginOf(at);
    const size_t end = EndOf(at + length);
    return (begin == 0 || Parts(folded[begin - 1], folded[begin], length)) &&
           (end == folded.size() || Parts(folded[end], folded[end - 1], length));
  }

 private:
  // True when a word of this length ends where `inside`, of the word, meets `outside`.
  static bool Parts(char32_t outside, char32_t inside, size_t length) {
    const CharClass out = ClassOf(outside);
    const CharClass in = ClassOf(inside);
    if (out == CharClass::kSeparator) return true;
    if (in == CharClass::kCjk) return out != CharClass::kCjk || length > 1;
    if (out == CharClass::kCjk) return true;
    return in != out && length > 1;
  }
};

struct SynonymTable::Candidate {
  size_t at = 0;  // in the tight query
  size_t length = 0;
  const Words* words = nullptr;
};

void SynonymTable::FindAt(const Query& query, size_t at, std::vector<Candidate>& found) const {
  const std::u32string_view rest = std::u32string_view(query.tight).substr(at);
  for (size_t head = 1; head <= std::min<size_t>(2, rest.size()); ++head) {
    const Start* start = starts_.Find(StartOf(rest.substr(0, head)));
    if (start == nullptr) continue;
    WordHash hash;
    size_t hashed = 0;
    for (const Start::Length& each : start->lengths) {
      if (each.length > rest.size()) break;
      for (; hashed < each.length; ++hashed) hash.Add(rest[hashed]);
      if (!query.IsWhole(at, each.length)) continue;
      const Words* words = words_.Find(hash.Get());
      if (words == nullptr) continue;
      const std::u32string_view typed = rest.substr(0, each.length);
      const bool has = std::any_of(words->uses.begin(), words->uses.end(),
                                   [&](const Words::Use& use) { return use.word == typed; });
      if (has) found.push_back({at, each.length, words});
    }
  }
}

SynonymTable::Match SynonymTable::MatchOf(const Query& query, const Candidate& candidate) const {
  Match match{.begin = static_cast<uint32_t>(query.BeginOf(candidate.at)),
              .end = static_cast<uint32_t>(query.EndOf(candidate.at + candidate.length)),
              .ways = {}};
  const std::u32string_view typed = query.folded.substr(match.begin, match.end - match.begin);
  const std::u32string_view word =
      std::u32string_view(query.tight).substr(candidate.at, candidate.length);
  for (const Words::Use& use : candidate.words->uses) {
    if (use.word != word || use.set->kind == SynonymSet::TERM) continue;
    const double weight = WeightOf(use.set->kind);
    for (const std::u32string& other : use.set->words) {
      if (other == typed) continue;
      const auto same = std::find_if(match.ways.begin(), match.ways.end(),
                                     [&](const Way& way) { return way.text == other; });
      if (same == match.ways.end()) {
        match.ways.push_back({other, weight, use.set.get()});
      } else if (same->weight < weight) {
        *same = {other, weight, use.set.get()};
      }
    }
  }
  std::stable_sort(match.ways.begin(), match.ways.end(),
                   [](const Way& a, const Way& b) { return a.weight > b.weight; });
  return match;
}

std::vector<SynonymTable::Match> SynonymTable::MatchesFor(std::u32string_view folded) const {
  if (sets_.size() == 0 || folded.empty()) return {};
  Query query{.folded = folded, .tight = {}, .origins = {}};
  query.tight = Tighten(folded, &query.origins);
  std::vector<Candidate> found;
  for (size_t at = 0; at < query.tight.size(); ++at) FindAt(query, at, found);
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return a.length != b.length ? a.length > b.length : a.at < b.at;
  });
  std::vector<bool> taken(query.tight.size());
  std::vector<Match> matches;
  for (const Candidate& candidate : found) {
    const auto begin = taken.begin() + static_cast<std::ptrdiff_t>(candidate.at);
    const auto end = begin + static_cast<std::ptrdiff_t>(candidate.length);
    if (std::find(begin, end, true) != end) continue;
    std::fill(begin, end, true);
    matches.push_back(MatchOf(query, candidate));
  }
  std::sort(matches.begin(), matches.end(),
            [](const Match& a, const Match& b) { return a.begin < b.begin; });
  return matches;
}

std::vector<index::Expansion> SynonymTable::ExpansionsFor(std::u32string_view folded) const {
  struct Ranked {
    index::Expansion expansion;
    size_t place;  // among the ways of its part
  };
  std::vector<Ranked> ranked;
  for (Match& match : MatchesFor(folded)) {
    for (size_t i = 0; i < match.ways.size(); ++i) {
      ranked.push_back({{.begin = match.begin,
                         .end = match.end,
                         .text = std::move(match.ways[i].text),
                         .weight = match.ways[i].weight,
                         .source = index::ExpansionSource::kSynonym},
                        i});
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    if (a.expansion.weight != b.expansion.weight) return a.expansion.weight > b.expansion.weight;
    return a.place < b.place;
  });
  if (ranked.size() > index::kMaxExpansions) ranked.resize(index::kMaxExpansions);
  std::vector<index::Expansion> expansions;
  expansions.reserve(ranked.size());
  for (Ranked& each : ranked) expansions.push_back(std::move(each.expansion));
  return expansions;
}

std::vector<std::u32string> SynonymTable::terms() const {
  std::vector<std::u32string> words;
  PersistentMap<Set>::Cursor cursor(terms_);
  while (const Set* set = cursor.Next()) {
    words.insert(words.end(), set->words.begin(), set->words.end());
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

void SynonymTable::Editor::Put(const SynonymSet& set) {
  Erase(set.name());
  auto next = std::make_shared<Set>();
  next->id = KeyOf(set.name());
  next->name = set.name();
  next->kind = set.kind();
  for (const std::string& word : set.words()) {
    std::u32string folded;
    text::Fold(word, kSynonymLengthMax, folded);
    if (!folded.empty()) next->words.push_back(std::move(folded));
  }
  const SetPointer pointer = std::move(next);
  sets_.Put(pointer);
  if (set.kind() == SynonymSet::TERM) {
    terms_.Put(pointer);
    terms_serial_ = NextSerial();
  }
  for (size_t i = 0; i < pointer->words.size(); ++i) {
    if (IsTyped(*pointer, i)) AddWord(Tighten(pointer->words[i]), pointer);
  }
}

void SynonymTable::Editor::Erase(std::string_view name) {
  const uint64_t key = KeyOf(name);
  const PersistentMap<Set>::Pointer* found = sets_.FindPointer(key);
  if (found == nullptr) return;
  const SetPointer set = *found;
  for (size_t i = 0; i < set->words.size(); ++i) {
    if (IsTyped(*set, i)) RemoveWord(Tighten(set->words[i]), *set);
  }
  sets_.Erase(key);
  if (set->kind != SynonymSet::TERM) return;
  terms_.Erase(key);
  terms_serial_ = NextSerial();
}

// Two words of a set may be compared as one (covid-19 and covid19): that is one use.
void SynonymTable::Editor::AddWord(const std::u32string& word, const SetPointer& set) {
  if (word.size() > kSynonymLengthMax) return;
  const uint64_t key = HashOf(word);
  auto next = std::make_shared<Words>();
  if (const Words* before = words_.Find(key)) *next = *before;
  next->id = key;
  const auto at =
      std::lower_bound(next->uses.begin(), next->uses.end(), word,
                       [&](const Words::Use& use, const std::u32string& value) {
                         return use.word != value ? use.word < value : use.set->name < set->name;
                       });
  if (at != next->uses.end() && at->word == word && at->set == set) return;
  next->uses.insert(at, {word, set});
  words_.Put(std::move(next));
  CountStart(word, true);
}

void SynonymTable::Editor::RemoveWord(const std::u32string& word, const Set& set) {
  const uint64_t key = HashOf(word);
  const Words* before = words_.Find(key);
  if (before == nullptr) return;
  auto next = std::make_shared<Words>(*before);
  const auto at = std::find_if(next->uses.begin(), next->uses.end(), [&](const Words::Use& use) {
    return use.word == word && use.set.get() == &set;
  });
  if (at == next->uses.end()) return;
  next->uses.erase(at);
  if (next->uses.empty()) {
    words_.Erase(key);
  } else {
    words_.Put(std::move(next));
  }
  CountStart(word, false);
}

void SynonymTable::Editor::CountStart(const std::u32string& word, bool more) {
  const uint64_t key = StartOf(word);
  auto next = std::make_shared<Start>();
  if (const Start* before = starts_.Find(key)) *next = *before;
  next->id = key;
  auto at = std::lower_bound(
      next->lengths.begin(), next->lengths.end(), word.size(),
      [](const Start::Length& each, size_t length) { return each.length < length; });
  if (at == next->lengths.end() || at->length != word.size()) {
    at = next->lengths.insert(at, {word.size(), 0});
  }
  if (more) {
    ++at->uses;
  } else if (--at->uses == 0) {
    next->lengths.erase(at);
  }
  if (next->lengths.empty()) {
    starts_.Erase(key);
  } else {
    starts_.Put(std::move(next));
  }
}

SynonymTable SynonymTable::Editor::Commit() {
  SynonymTable table;
  table.sets_ = sets_.Commit();
  table.terms_ = terms_.Commit();
  table.words_ = words_.Commit();
  table.starts_ = starts_.Commit();
  table.terms_serial_ = terms_serial_;
  return table;
}

}  // namespace hotline::answer
