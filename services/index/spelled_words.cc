#include "services/index/spelled_words.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/fold.h"
#include "services/index/presence.h"
#include "services/index/sound.h"
#include "services/index/sound_list.h"
#include "services/index/sound_search.h"
#include "services/text/lexicon.h"
#include "services/text/pinyin_letters.h"

namespace hotline::index {
namespace {

// Work of one query.
constexpr SoundLimits kLimits{.candidates = 6000, .readings = 1500};
// Wordings that one piece is taken from, and those that it is looked for in at each place; the
// shortest ones say enough.
constexpr size_t kMaxSamples = 400;
constexpr size_t kMaxCandidates = 1500;
// Lists are begun with so many, to see which of them is short.
constexpr size_t kFirstCandidates = 24;
// Ways to read a run of letters that are tried, and characters of one piece.
constexpr size_t kMaxWays = 4;
constexpr size_t kMaxPiece = 8;
constexpr size_t kMaxTexts = 3;
// Typed in full, in part, or as initials.
constexpr double kSpelledWeight = 0.8;
constexpr double kInitialsWeight = 0.6;
// A text that is a word of the dictionary counts for so many that are not.
constexpr double kWordFactor = 4;
// Texts that score less than this share of the best one are left out.
constexpr double kShareMin = 0.2;

bool IsLatin(char32_t c) { return c >= U'a' && c <= U'z'; }

// True when the text is made of words of the dictionary, none of them a single character.
bool IsWords(std::u32string_view text) {
  std::vector<text::Span> words;
  text::Lexicon::Builtin().Segment(text, nullptr, words);
  return std::all_of(words.begin(), words.end(),
                     [](const text::Span& word) { return word.known && word.size() > 1; });
}

// Texts that are read like a piece, with how often they were found.
using Texts = std::vector<std::pair<double, std::u32string>>;

class Reader {
 public:
  Reader(const IndexSnapshot& snapshot, DocFilter filter) : snapshot_(snapshot), filter_(filter) {}

  // Reads the run folded[begin, end).
  void Read(std::u32string_view folded, size_t begin, size_t end,
            std::vector<Expansion>& expansions);

 private:
  // The pieces of one way to read the run, each with what it stands for.
  struct Pieces {
    std::vector<Expansion> expansions;
    size_t covered = 0;  // elements
  };
  Pieces Cut(const SoundPattern& pattern, uint32_t begin);
  // `whole`: the piece is all of the run.
  Texts Find(const SoundPattern& piece, bool whole);
  // The wordings that may have a piece at a place, in their order.
  std::span<const SoundList::Wording> Candidates(const SoundPattern& piece, Place place);

  const IndexSnapshot& snapshot_;
  const DocFilter filter_;
  // Lists begun: pieces of one run share most of theirs.
  std::map<std::vector<PinyinIndex::Key>, SoundList> lists_;
  SoundSearch search_{kLimits};
};

// Of all lists that have them the first that is at its end; of several long ones the beginning.
std::span<const SoundList::Wording> Reader::Candidates(const SoundPattern& piece, Place place) {
  std::vector<SoundList*> lists;
  for (const std::vector<PinyinIndex::Key>& keys : KeyChoices(piece, place)) {
    lists.push_back(&lists_.try_emplace(keys, snapshot_, filter_, keys).first->second);
  }
  if (lists.empty()) return {};
  for (size_t count = kFirstCandidates;; count = std::min(4 * count, kMaxCandidates)) {
    for (SoundList* list : lists) {
      const auto wordings = list->First(count);
      if (wordings.size() < count) return wordings;
    }
    if (count == kMaxCandidates) return lists.front()->First(count);
  }
}

Texts Reader::Find(const SoundPattern& piece, bool whole) {
  const bool spelled = std::any_of(piece.elements.begin(), piece.elements.end(),
                                   [](const SoundElement& element) { return element.spelled; });
  // Two initials among others say nothing.
  if (!spelled && !whole && piece.elements.size() < 3) return {};
  std::map<std::u32string, size_t> counts;
  size_t samples = 0;
  for (const Place place : {Place::kBeginning, Place::kInside}) {
    if (samples == kMaxSamples || search_.exhausted()) break;
    for (const SoundList::Wording& wording : Candidates(piece, place)) {
      const auto at = search_.Look(*wording.segment, wording.unit, piece, place);
      if (!at.has_value()) continue;
      ++counts[search_.wording().substr(*at, piece.elements.size())];
      if (++samples == kMaxSamples) break;
    }
  }
  Texts texts;
  for (const auto& [text, count] : counts) {
    const bool word = text::Lexicon::Builtin().LogProbability(text).has_value();
    // Initials say little: what two stand for must be a word, what more stand for must be words.
    if (!spelled && !word && (piece.elements.size() < 3 || !IsWords(text))) continue;
    texts.emplace_back(static_cast<double>(count) * (word ? kWordFactor : 1), text);
  }
  std::stable_sort(texts.begin(), texts.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::erase_if(texts, [&](const auto& one) { return one.first < kShareMin * texts[0].first; });
  if (texts.size() > kMaxTexts) texts.resize(kMaxTexts);
  return texts;
}

Reader::Pieces Reader::Cut(const SoundPattern& pattern, uint32_t begin) {
  Pieces pieces;
  const auto& elements = pattern.elements;
  for (size_t at = 0; at < elements.size();) {
    size_t length = std::min(elements.size() - at, kMaxPiece);
    Texts texts;
    for (; length >= 2; --length) {
      const auto first = elements.begin() + static_cast<std::ptrdiff_t>(at);
      texts = Find({{first, first + static_cast<std::ptrdiff_t>(length)}, 0},
                   length == elements.size());
      if (!texts.empty()) break;
    }
    if (texts.empty()) {
      ++at;
      continue;
    }
    const auto last = at + length;
    const bool spelled = std::all_of(elements.begin() + static_cast<std::ptrdiff_t>(at),
                                     elements.begin() + static_cast<std::ptrdiff_t>(last),
                                     [](const SoundElement& element) { return element.spelled; });
    for (const auto& [score, text] : texts) {
      const double share = std::max(0.5, score / texts[0].first);
      pieces.expansions.push_back({begin + elements[at].begin, begin + elements[last - 1].end, text,
                                   (spelled ? kSpelledWeight : kInitialsWeight) * share,
                                   ExpansionSource::kPinyin});
    }
    pieces.covered += length;
    at = last;
  }
  return pieces;
}

void Reader::Read(std::u32string_view folded, size_t begin, size_t end,
                  std::vector<Expansion>& expansions) {
  const std::u32string_view run = folded.substr(begin, end - begin);
  if (run.size() < 2 || SomeHas(snapshot_, run, filter_)) return;
  std::vector<SoundPattern> patterns = PatternsOf(run);
  if (patterns.size() > kMaxWays) patterns.resize(kMaxWays);
  Pieces best;
  double best_share = 0;
  for (const SoundPattern& pattern : patterns) {
    if (pattern.elements.empty() || search_.exhausted()) break;
    Pieces pieces = Cut(pattern, static_cast<uint32_t>(begin));
    const double share =
        static_cast<double>(pieces.covered) / static_cast<double>(pattern.elements.size());
    if (share <= best_share) continue;
    best_share = share;
    best = std::move(pieces);
    if (share == 1) break;
  }
  // Half of the letters unread: it was no pinyin.
  if (best_share < 0.6) return;
  expansions.insert(expansions.end(), best.expansions.begin(), best.expansions.end());
}

}  // namespace

void AddSpelledWords(const IndexSnapshot& snapshot, std::u32string_view folded, DocFilter filter,
                     std::vector<Expansion>& expansions) {
  Reader reader(snapshot, filter);
  const auto joins = [&](size_t at) {
    const CharClass kind = at < folded.size() ? ClassOf(folded[at]) : CharClass::kSeparator;
    return kind == CharClass::kLetter || kind == CharClass::kDigit;
  };
  for (size_t begin = 0; begin < folded.size();) {
    if (!joins(begin)) {
      ++begin;
      continue;
    }
    size_t end = begin;
    while (joins(end)) ++end;
    const std::u32string_view run = folded.substr(begin, end - begin);
    // Words with digits or other letters are no pinyin.
    if (std::all_of(run.begin(), run.end(), IsLatin)) reader.Read(folded, begin, end, expansions);
    begin = end;
  }
}

}  // namespace hotline::index
