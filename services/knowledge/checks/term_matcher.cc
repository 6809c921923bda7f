#include "services/knowledge/checks/term_matcher.h"

#include <algorithm>
#include <deque>
#include <string>

#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

constexpr size_t kTermCharacters = 200;
constexpr size_t kTextCharacters = 50'000;

bool IsBlank(char32_t c) { return c == U' ' || c == U'\t' || c == U'\n' || c == U'\u3000'; }

bool IsAlphanumeric(char32_t c) {
  const text::CharClass kind = text::ClassOf(c);
  return kind == text::CharClass::kLetter || kind == text::CharClass::kDigit;
}

struct FoldedText {
  std::u32string characters;
  std::vector<uint32_t> origins;
};

// Folded; a separator that was nothing but blanks between two ideographs is left out.
FoldedText Folded(std::string_view utf8, size_t max) {
  FoldedText folded;
  std::u32string raw;
  std::vector<uint32_t> origins;
  text::FoldWithOrigins(utf8, max, raw, origins);
  const bool has_blank = utf8.find_first_of(" \t\n") != std::string_view::npos ||
                         utf8.find("\u3000") != std::string_view::npos;
  const std::u32string written = has_blank ? text::ToCodePoints(utf8) : std::u32string();
  for (size_t i = 0; i < raw.size(); ++i) {
    const bool inside = i > 0 && i + 1 < raw.size();
    if (raw[i] == U' ' && inside && has_blank &&
        text::ClassOf(raw[i - 1]) == text::CharClass::kCjk &&
        text::ClassOf(raw[i + 1]) == text::CharClass::kCjk) {
      const auto first = written.begin() + origins[i];
      const auto last = written.begin() + origins[i + 1];
      if (std::all_of(first, last, IsBlank)) continue;
    }
    folded.characters.push_back(raw[i]);
    folded.origins.push_back(origins[i]);
  }
  return folded;
}

uint64_t EdgeKey(uint32_t state, char32_t c) { return static_cast<uint64_t>(state) << 32U | c; }

}  // namespace

TermMatcher::TermMatcher(absl::Span<const std::string_view> terms)
    : states_(1), word_start_(terms.size()), word_end_(terms.size()) {
  std::vector<std::vector<std::pair<char32_t, uint32_t>>> children(1);
  for (size_t term = 0; term < terms.size(); ++term) {
    const std::u32string word = Folded(terms[term], kTermCharacters).characters;
    if (word.empty()) continue;
    word_start_[term] = IsAlphanumeric(word.front());
    word_end_[term] = IsAlphanumeric(word.back());
    uint32_t state = 0;
    for (const char32_t c : word) {
      const auto [edge, added] =
          edges_.emplace(EdgeKey(state, c), static_cast<uint32_t>(states_.size()));
      if (added) {
        children[state].emplace_back(c, edge->second);
        states_.push_back({.length = states_[state].length + 1});
        children.emplace_back();
      }
      state = edge->second;
    }
    // Of two terms that fold to one word the first is meant.
    if (states_[state].term < 0) states_[state].term = static_cast<int32_t>(term);
  }
  std::deque<uint32_t> waiting = {0};
  while (!waiting.empty()) {
    const uint32_t state = waiting.front();
    waiting.pop_front();
    for (const auto& [c, child] : children[state]) {
      if (state != 0) states_[child].fail = Next(states_[state].fail, c);
      const State& shorter = states_[states_[child].fail];
      states_[child].shorter = shorter.term >= 0 ? states_[child].fail : shorter.shorter;
      waiting.push_back(child);
    }
  }
}

uint32_t TermMatcher::Next(uint32_t state, char32_t c) const {
  for (;;) {
    const auto edge = edges_.find(EdgeKey(state, c));
    if (edge != edges_.end()) return edge->second;
    if (state == 0) return 0;
    state = states_[state].fail;
  }
}

std::vector<TermHit> TermMatcher::Find(std::string_view text, size_t hits_max) const {
  std::vector<TermHit> hits;
  if (states_.size() == 1) return hits;
  const FoldedText folded = Folded(text, kTextCharacters);
  const auto whole_word = [&](size_t term, size_t begin, size_t end) {
    if (word_start_[term] && begin > 0 && IsAlphanumeric(folded.characters[begin - 1])) {
      return false;
    }
    return !word_end_[term] || end >= folded.characters.size() ||
           !IsAlphanumeric(folded.characters[end]);
  };
  uint32_t state = 0;
  for (size_t i = 0; i < folded.characters.size(); ++i) {
    state = Next(state, folded.characters[i]);
    uint32_t at = states_[state].term >= 0 ? state : states_[state].shorter;
    for (; at != 0; at = states_[at].shorter) {
      const size_t begin = i + 1 - states_[at].length;
      const auto term = static_cast<size_t>(states_[at].term);
      if (!whole_word(term, begin, i + 1)) continue;
      hits.push_back({term, folded.origins[begin], folded.origins[i] + size_t{1}});
    }
  }
  std::sort(hits.begin(), hits.end(), [](const TermHit& a, const TermHit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<TermHit> kept;
  for (const TermHit& hit : hits) {
    if (kept.size() == hits_max) break;
    if (kept.empty() || hit.begin >= kept.back().end) kept.push_back(hit);
  }
  return kept;
}

}  // namespace hotline::knowledge::checks
