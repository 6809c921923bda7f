// Finds the words of a term list in texts, all at once (Aho and Corasick, 1975), whatever their
// width, case and script: ＶＩＰ, vip and VIP are one word, and so are 臺灣 and 台湾.
//
// Blanks between Chinese characters do not hide a word; punctuation does separate. A term that
// begins or ends with a letter or digit matches whole words only. Immutable; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

namespace hotline::knowledge::checks {

// A word found: code points [begin, end) of the text.
struct TermHit {
  size_t term = 0;  // its number in the list
  size_t begin = 0;
  size_t end = 0;
};

class TermMatcher {
 public:
  // Terms without a letter, digit or ideograph match nothing.
  explicit TermMatcher(absl::Span<const std::string_view> terms);

  // At most `hits_max` hits in the order of their places; of those that overlap the longest one
  // that begins first.
  std::vector<TermHit> Find(std::string_view text, size_t hits_max) const;

  size_t state_count() const { return states_.size(); }

 private:
  struct State {
    uint32_t fail = 0;
    int32_t term = -1;     // the longest term that ends here
    uint32_t shorter = 0;  // next state on the way of `fail` at which a term ends; 0 = none
    uint32_t length = 0;   // characters on the way here
  };

  uint32_t Next(uint32_t state, char32_t c) const;

  std::vector<State> states_;
  absl::flat_hash_map<uint64_t, uint32_t> edges_;  // state and character
  std::vector<bool> word_start_;  // of a term: what stands before must be no letter or digit
  std::vector<bool> word_end_;
};

}  // namespace hotline::knowledge::checks
