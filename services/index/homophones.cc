// A noisy channel over the dictionary's words: a replacement is judged by how much more probable it
// makes the words around it, and by how much oftener the base has its pairs. Both must agree.
#include "services/index/homophones.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "services/index/analyzer.h"
#include "services/index/fold.h"
#include "services/index/presence.h"
#include "services/index/query.h"
#include "services/text/lexicon.h"
#include "services/text/pinyin.h"

namespace hotline::index {
namespace {

using text::Lexicon;
using text::Pinyin;
using text::Syllable;

// A pair of the query that more documents than one in so many have, or that is about as frequent as
// what would replace it, is no error.
constexpr size_t kRareShare = 2000;
constexpr double kFrequencyRatio = 40;
// Documents that have a new word together with its neighbour, at least.
constexpr size_t kNeighbourMin = 2;
// How much the dictionary must gain (nats), and the dictionary and the base together.
constexpr double kLexiconGain = 2.0;
constexpr double kTotalGain = 8.0;
// Sounds that are only near must gain so much more.
constexpr double kNearPenalty = 3.0;
constexpr double kWeight = 0.7;
constexpr double kNearWeight = 0.5;
// Work of one query: words tried (looked up in the dictionary), and those judged.
constexpr size_t kMaxTried = 40'000;
constexpr size_t kMaxJudged = 48;
// Longer queries are stories: they have words enough, and many names that look like errors.
constexpr size_t kMaxCharacters = 32;
// Homophones tried of each of two neighbours.
constexpr size_t kPairHomophones = 40;
constexpr size_t kMaxWord = 4;
// Characters on both sides that are segmented anew to judge a replacement.
constexpr size_t kContext = 4;
constexpr size_t kMaxHomophonesOfQuery = 8;

bool IsHan(char32_t c) { return !Pinyin::Builtin().Common(c).empty(); }

// One replacement: text[begin, end) by `word`.
struct Candidate {
  size_t begin = 0;
  size_t end = 0;
  std::u32string word;
  bool near = false;
  double gain = 0;
};

class Listener {
 public:
  Listener(const IndexSnapshot& snapshot, std::u32string_view text, DocFilter filter)
      : snapshot_(snapshot), text_(text), filter_(filter), pairs_(text.size(), kUnknown) {}

  std::vector<Candidate> Run();

 private:
  static constexpr size_t kUnknown = ~size_t{0};

  // Documents with the pair that begins at `at`.
  size_t Pair(size_t at) {
    if (pairs_[at] == kUnknown) pairs_[at] = Frequency(text_[at], text_[at + 1]);
    return pairs_[at];
  }
  size_t Frequency(char32_t a, char32_t b) const {
    return LiveFrequency(snapshot_, PairTerm(a, b));
  }
  bool PairStands(size_t at) const {
    return at + 1 < text_.size() && IsHan(text_[at]) && IsHan(text_[at + 1]);
  }
  bool Rare(size_t frequency) const { return frequency * kRareShare <= snapshot_.live_documents(); }
  // True when a pair that the character is part of is rare.
  bool Suspicious(size_t at) {
    return (PairStands(at) && Rare(Pair(at))) ||
           (at > 0 && PairStands(at - 1) && Rare(Pair(at - 1)));
  }

  void TryOne(size_t at);
  void TryTwo(size_t at);
  void TryWords(size_t at, char32_t replacement, bool near);
  void Judge(size_t begin, std::u32string_view word, bool near);
  double Probability(std::u32string_view text) const;
  Candidate Longest(const Candidate& candidate) const;

  const IndexSnapshot& snapshot_;
  const std::u32string_view text_;
  const DocFilter filter_;
  std::vector<size_t> pairs_;
  std::vector<Candidate> found_;
  size_t tried_ = 0;
  size_t judged_ = 0;
};

double Listener::Probability(std::u32string_view text) const {
  const Lexicon& lexicon = Lexicon::Builtin();
  std::vector<text::Span> words;
  lexicon.Segment(text, nullptr, words);
  double sum = 0;
  for (const text::Span& word : words) {
    sum += lexicon.LogProbability(text.substr(word.begin, word.size()))
               .value_or(Lexicon::kUnknownLogProbability);
  }
  return sum;
}

// Judges text[begin, begin + word.size()) -> word.
void Listener::Judge(size_t begin, std::u32string_view word, bool near) {
  const size_t end = begin + word.size();
  // What the base says: of the pairs that change, the rarest new one and the rarest old one.
  const auto typed = [&](size_t i) { return text_[i]; };
  const auto now = [&](size_t i) { return i >= begin && i < end ? word[i - begin] : text_[i]; };
  size_t rarest_new = ~size_t{0};
  size_t rarest_old = ~size_t{0};
  for (size_t i = begin; i + 1 < end; ++i) {
    if (typed(i) == now(i) && typed(i + 1) == now(i + 1)) continue;
    rarest_new = std::min(rarest_new, Frequency(now(i), now(i + 1)));
    if (rarest_new == 0) return;
    rarest_old = std::min(rarest_old, Pair(i));
  }
  // Neighbours outside the word tell when the word typed is a word too (结婚等级 -> 结婚登记).
  double outside = 0;
  for (const size_t i : {begin - 1, end - 1}) {
    if (i >= text_.size() || !PairStands(i) || (typed(i) == now(i) && typed(i + 1) == now(i + 1))) {
      continue;
    }
    const auto before = static_cast<double>(Pair(i));
    const size_t after = Frequency(now(i), now(i + 1));
    // A word that does not go with its neighbour is no better than a name that nobody knows.
    if (after < kNeighbourMin) return;
    outside += std::log((static_cast<double>(after) + 1) / (before + 1));
    // A word that the base has gives way only to one that is at home beside the neighbour.
    if (Rare(Pair(i)) && !Rare(after) &&
        static_cast<double>(after) > kFrequencyRatio * (before + 1)) {
      rarest_old = std::min(rarest_old, Pair(i));
    }
  }
  const auto old_documents = static_cast<double>(rarest_old);
  const auto new_documents = static_cast<double>(rarest_new);
  if (!Rare(rarest_old) || new_documents < kFrequencyRatio * old_documents) return;
  if (++judged_ > kMaxJudged) return;
  // What the dictionary says.
  const size_t from = begin - std::min(begin, kContext);
  const size_t to = std::min(text_.size(), end + kContext);
  std::u32string changed(text_.substr(from, to - from));
  std::copy(word.begin(), word.end(), changed.begin() + static_cast<std::ptrdiff_t>(begin - from));
  const double lexicon = Probability(changed) - Probability(text_.substr(from, to - from));
  const double base = std::log((new_documents + 1) / (old_documents + 1));
  const double gain = lexicon + base + outside - (near ? kNearPenalty : 0);
  if (lexicon + std::max(0.0, outside) < kLexiconGain || gain < kTotalGain) return;
  // Only words that may be seen, before they displace others.
  if (!SomeHas(snapshot_, word, filter_)) return;
  found_.push_back({begin, end, std::u32string(word), near, gain});
}

// Judges every word of the dictionary that the text has with one character replaced.
void Listener::TryWords(size_t at, char32_t replacement, bool near) {
  for (size_t begin = at + 1 - std::min(at + 1, kMaxWord); begin <= at; ++begin) {
    std::array<char32_t, kMaxWord> word{};
    for (size_t length = 1; length <= kMaxWord && begin + length <= text_.size(); ++length) {
      const size_t last = begin + length - 1;
      if (!IsHan(text_[last])) break;
      word[length - 1] = last == at ? replacement : text_[last];
      if (length < 2 || last < at) continue;
      ++tried_;
      const std::u32string_view candidate(word.data(), length);
      if (Lexicon::Builtin().LogProbability(candidate).has_value()) Judge(begin, candidate, near);
    }
  }
}

void Listener::TryOne(size_t at) {
  const Pinyin& pinyin = Pinyin::Builtin();
  const std::span<const Syllable> readings = pinyin.All(text_[at]);
  for (size_t syllable = 1; syllable < pinyin.syllables(); ++syllable) {
    const auto other = static_cast<Syllable>(syllable);
    const bool same = std::find(readings.begin(), readings.end(), other) != readings.end();
    const bool near = !same && std::any_of(readings.begin(), readings.end(), [&](Syllable mine) {
      return pinyin.NearClass(mine) == pinyin.NearClass(other);
    });
    if (!same && !near) continue;
    for (const char32_t c : pinyin.CharactersOf(other)) {
      if (tried_ > kMaxTried || judged_ > kMaxJudged) return;
      if (c != text_[at]) TryWords(at, c, near);
    }
  }
}

// Both characters are wrong: words of two characters that are read the same.
void Listener::TryTwo(size_t at) {
  const Pinyin& pinyin = Pinyin::Builtin();
  for (const Syllable first : pinyin.Common(text_[at])) {
    for (const Syllable second : pinyin.Common(text_[at + 1])) {
      for (const char32_t a : pinyin.CharactersOf(first).substr(0, kPairHomophones)) {
        if (a == text_[at]) continue;
        for (const char32_t b : pinyin.CharactersOf(second).substr(0, kPairHomophones)) {
          if (b == text_[at + 1]) continue;
          if (++tried_ > kMaxTried || judged_ > kMaxJudged) return;
          const std::array<char32_t, 2> word{a, b};
          const std::u32string_view candidate(word.data(), word.size());
          if (Lexicon::Builtin().LogProbability(candidate).has_value()) {
            Judge(at, candidate, false);
          }
        }
      }
    }
  }
}

// The longest word found that says the same: 公基金 -> 公积金 rather than 公基 -> 公积.
Candidate Listener::Longest(const Candidate& candidate) const {
  Candidate longest = candidate;
  for (const Candidate& other : found_) {
    if (other.begin > candidate.begin || other.end < candidate.end ||
        other.word.size() <= longest.word.size()) {
      continue;
    }
    const std::u32string_view same =
        std::u32string_view(other.word)
            .substr(candidate.begin - other.begin, candidate.word.size());
    if (same == candidate.word) longest = other;
  }
  return longest;
}

std::vector<Candidate> Listener::Run() {
  for (size_t at = 0; at < text_.size(); ++at) {
    if (!IsHan(text_[at]) || !Suspicious(at)) continue;
    TryOne(at);
    if (PairStands(at) && Suspicious(at + 1)) TryTwo(at);
  }
  // The best of those that overlap, and what is nearly as good for the same characters.
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.gain > b.gain; });
  std::vector<Candidate> kept;
  for (const Candidate& found : found_) {
    const Candidate candidate = Longest(found);
    const bool refused = std::any_of(kept.begin(), kept.end(), [&](const Candidate& better) {
      const bool apart = candidate.end <= better.begin || better.end <= candidate.begin;
      const bool same = candidate.begin == better.begin && candidate.end == better.end;
      return !apart && (!same || candidate.gain + 3 < better.gain || candidate.word == better.word);
    });
    if (!refused && kept.size() < kMaxHomophonesOfQuery) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace

void AddHomophones(const IndexSnapshot& snapshot, std::u32string_view folded, DocFilter filter,
                   std::vector<Expansion>& expansions) {
  if (folded.size() < 2 || folded.size() > kMaxCharacters) return;
  if (snapshot.live_documents() == 0) return;
  for (const Candidate& candidate : Listener(snapshot, folded, filter).Run()) {
    expansions.push_back({static_cast<uint32_t>(candidate.begin),
                          static_cast<uint32_t>(candidate.end), candidate.word,
                          candidate.near ? kNearWeight : kWeight, ExpansionSource::kHomophone});
  }
}

}  // namespace hotline::index
