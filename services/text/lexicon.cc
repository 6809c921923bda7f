// A text is cut from left to right: best_[i] is ln of the probability of the best words that end
// before character i, from_[i] where the last of them begins. Every character can be a word of its
// own, so every place is reached.
#include "services/text/lexicon.h"

#include <algorithm>
#include <limits>

#include "services/text/embedded.h"
#include "services/text/fold.h"

namespace hotline::text {
namespace {

constexpr double kScale = 3000;  // as in scripts/make_lexicon.mjs
// A word of an overlay beats the words that it consists of by this factor of their probability.
constexpr double kOverlayGain = 0.5;
// A word of an overlay is as probable as one that occurs about 20 times in 60 million.
constexpr double kOverlayLogProbability = -15;

double Decode(uint16_t value) { return -(value - 1) / kScale; }

bool IsAlphanumeric(char32_t c) {
  const CharClass kind = ClassOf(c);
  return kind == CharClass::kLetter || kind == CharClass::kDigit;
}

}  // namespace

// Cuts one run without blanks after the other; keeps its scratch memory in between.
class Cutter {
 public:
  Cutter(const Lexicon& lexicon, const Overlay* overlay)
      : trie_(lexicon.words_),
        overlay_(overlay != nullptr && overlay->size() > 0 ? overlay : nullptr) {}

  // Appends the words of text[begin, end).
  void Cut(std::u32string_view text, size_t begin, size_t end, std::vector<Span>& words) {
    const std::u32string_view run = text.substr(begin, end - begin);
    steps_.assign(run.size() + 1, {});
    steps_[0].best = 0;
    for (size_t at = 0; at < run.size(); ++at) Extend(run, at);
    const size_t first = words.size();
    for (size_t at = run.size(); at > 0; at -= steps_[at].length) {
      const auto last = static_cast<uint32_t>(begin + at);
      words.push_back({last - steps_[at].length, last, steps_[at].known});
    }
    std::reverse(words.begin() + static_cast<std::ptrdiff_t>(first), words.end());
  }

  double best() const { return steps_.back().best; }

  // Calls `take` with the length and ln of the probability of each word that begins at `at`.
  template <typename Take>
  void ForEachWord(std::u32string_view run, size_t at, const Take& take) const {
    Trie::Node node = Trie::kRoot;
    for (size_t end = at; end < run.size() && trie_.Step(node, run[end]); ++end) {
      const uint16_t value = trie_.value(node);
      if (value != 0) take(end - at + 1, Decode(value));
    }
    if (overlay_ == nullptr) return;
    const Overlay::Node* next = overlay_->Next(0, run[at]);
    for (size_t end = at + 1; next != nullptr; ++end) {
      if (next->log_probability != 0) take(end - at, next->log_probability);
      next = end < run.size() ? overlay_->Next(next->id, run[end]) : nullptr;
    }
  }

 private:
  struct Step {
    float best = -std::numeric_limits<float>::infinity();
    uint32_t length = 0;
    bool known = false;
  };

  void Offer(size_t at, size_t length, double log_probability, bool known) {
    Step& step = steps_[at + length];
    const float best = steps_[at].best + static_cast<float>(log_probability);
    if (best <= step.best) return;
    step = {best, static_cast<uint32_t>(length), known};
  }

  void Extend(std::u32string_view run, size_t at) {
    if (steps_[at].best == -std::numeric_limits<float>::infinity()) return;
    size_t length = 1;
    if (IsAlphanumeric(run[at])) {
      while (at + length < run.size() && IsAlphanumeric(run[at + length])) ++length;
    }
    Offer(at, length, Lexicon::kUnknownLogProbability, false);
    ForEachWord(run, at, [&](size_t characters, double log_probability) {
      Offer(at, characters, log_probability, true);
    });
  }

  const Trie trie_;
  const Overlay* const overlay_;
  std::vector<Step> steps_;
};

const Lexicon& Lexicon::Builtin() {
  static const Lexicon* const lexicon = new Lexicon(Trie(LexiconBlock()));  // lives on
  return *lexicon;
}

void Lexicon::Segment(std::u32string_view folded, const Overlay* overlay,
                      std::vector<Span>& words) const {
  words.clear();
  Cutter cutter(*this, overlay);
  for (size_t begin = 0; begin < folded.size();) {
    if (folded[begin] == U' ') {
      ++begin;
      continue;
    }
    const size_t end = std::min(folded.find(U' ', begin), folded.size());
    cutter.Cut(folded, begin, end, words);
    begin = end;
  }
}

void Lexicon::WordsWithin(std::u32string_view folded, const Span& word, const Overlay* overlay,
                          size_t characters, std::vector<Span>& words) const {
  const std::u32string_view text = folded.substr(word.begin, word.size());
  const Cutter cutter(*this, overlay);
  for (size_t at = 0; at + characters <= text.size(); ++at) {
    const size_t first = words.size();
    const auto begin = static_cast<uint32_t>(word.begin + at);
    cutter.ForEachWord(text, at, [&](size_t length, double) {
      if (length < characters || length == text.size()) return;
      words.push_back({begin, begin + static_cast<uint32_t>(length), true});
    });
    // The dictionary and the overlay may have the same word.
    std::sort(words.begin() + static_cast<std::ptrdiff_t>(first), words.end(),
              [](const Span& a, const Span& b) { return a.end < b.end; });
    words.erase(std::unique(words.begin() + static_cast<std::ptrdiff_t>(first), words.end()),
                words.end());
  }
}

std::optional<double> Lexicon::LogProbability(std::u32string_view word) const {
  const uint16_t value = words_.Find(word);
  if (value == 0) return std::nullopt;
  return Decode(value);
}

void Overlay::Add(std::u32string_view folded) {
  if (folded.size() < 2 || folded.size() > kMaxWordCharacters || words_ == kMaxWords ||
      folded.find(U' ') != folded.npos) {
    return;
  }
  std::vector<Span> parts;
  Cutter cutter(lexicon_, nullptr);
  cutter.Cut(folded, 0, folded.size(), parts);
  const double as_parts = cutter.best();
  uint32_t node = 0;
  Node* last = nullptr;
  for (const char32_t c : folded) {
    last = &nodes_.try_emplace(uint64_t{node} << 32U | c, Node{last_node_ + 1, 0}).first->second;
    if (last->id == last_node_ + 1) ++last_node_;
    node = last->id;
  }
  if (last->log_probability == 0) ++words_;
  last->log_probability = static_cast<float>(
      std::min(-1e-3, std::max(as_parts + kOverlayGain, kOverlayLogProbability)));
}

std::optional<double> Overlay::LogProbability(std::u32string_view word) const {
  uint32_t node = 0;
  const Node* last = nullptr;
  for (const char32_t c : word) {
    last = Next(node, c);
    if (last == nullptr) return std::nullopt;
    node = last->id;
  }
  if (last == nullptr || last->log_probability == 0) return std::nullopt;
  return last->log_probability;
}

}  // namespace hotline::text
