// Words of Chinese text: a dictionary of about 349,000 words with their frequencies, and the most
// probable way to cut a text into words. Nothing that can be found may depend on it alone (the
// dictionary does not know every word): it adds words to the pairs of characters.
//
// The dictionary lies in the program as data (7.7 MB, made by scripts/make_lexicon.mjs) and is read
// in place: no file, no start-up, memory shared by all processes of a machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/text/trie.h"

namespace hotline::text {

// One word of a text: the characters [begin, end) of it.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  // The dictionary or the overlay has it; otherwise it is a single character that they do not have,
  // or a run of letters and digits.
  bool known = false;

  uint32_t size() const { return end - begin; }
  friend bool operator==(const Span&, const Span&) = default;
};

class Overlay;

// Immutable; any number of threads.
class Lexicon {
 public:
  static const Lexicon& Builtin();

  // Of an unknown character or run of letters and digits: less than that of any word.
  static constexpr double kUnknownLogProbability = -18.5;

  explicit Lexicon(Trie words) : words_(words) {}

  // Replaces `words` by the words of folded text (services/text/fold.h), in order: by unigram
  // probabilities, the most probable sequence. Blanks belong to no word. About 0.1 µs per
  // character, and 12 bytes of scratch memory per character of the longest run without blanks.
  void Segment(std::u32string_view folded, const Overlay* overlay, std::vector<Span>& words) const;

  // Appends the words of at least `characters` characters that lie within a word of the same text
  // and are shorter than it (保险金 in 失业保险金), by their beginnings, then by length.
  void WordsWithin(std::u32string_view folded, const Span& word, const Overlay* overlay,
                   size_t characters, std::vector<Span>& words) const;

  // ln of the probability of a folded word; nullopt: the dictionary does not have it.
  std::optional<double> LogProbability(std::u32string_view word) const;

  size_t size() const { return words_.words(); }

 private:
  friend class Cutter;

  Trie words_;
};

// Words that a base adds to the dictionary: its terms, names of matters and places. Each is at
// least as probable as the words that it would be cut into, so texts that have it keep it whole.
// Filled by one thread, then read by any number.
class Overlay {
 public:
  static constexpr size_t kMaxWords = 200'000;
  static constexpr size_t kMaxWordCharacters = 64;

  explicit Overlay(const Lexicon& lexicon = Lexicon::Builtin()) : lexicon_(lexicon) {}

  // Adds a folded word. Not added: words of one character or of more than kMaxWordCharacters, those
  // with a blank, and more than kMaxWords.
  void Add(std::u32string_view folded);

  std::optional<double> LogProbability(std::u32string_view word) const;
  size_t size() const { return words_; }

 private:
  friend class Cutter;

  struct Node {
    uint32_t id = 0;
    float log_probability = 0;  // of the word that ends here; 0: none does
  };
  // The node after `node` by a character; null: no word goes on so.
  const Node* Next(uint32_t node, char32_t c) const {
    const auto at = nodes_.find(uint64_t{node} << 32U | c);
    return at == nodes_.end() ? nullptr : &at->second;
  }

  const Lexicon& lexicon_;
  absl::flat_hash_map<uint64_t, Node> nodes_;  // by node before << 32 | character; the root is 0
  uint32_t last_node_ = 0;
  size_t words_ = 0;
};

}  // namespace hotline::text
