// Words with values, searched character by character; read where they lie. The block of bytes is
// made at build time by scripts/double_array.mjs, which describes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hotline::text {

// Immutable; any number of threads.
class Trie {
 public:
  // A prefix of some word; the empty one is kRoot.
  using Node = uint32_t;
  static constexpr Node kRoot = 0;

  // `block` is one of scripts/double_array.mjs, aligned to four bytes, and stays where it is. A
  // block of another make has no words.
  explicit Trie(std::span<const unsigned char> block);

  // Lengthens the prefix by a character; false when no word begins so, and `node` stays.
  bool Step(Node& node, char32_t c) const {
    if (c > 0xFFFF || codes_[c] == 0) return false;
    const Node next = links_[node].base + codes_[c];
    if (links_[next].from != node) return false;
    node = next;
    return true;
  }

  // Of the word that ends here; 0: none does.
  uint16_t value(Node node) const { return values_[node]; }
  // Of a word; 0: unknown.
  uint16_t Find(std::u32string_view word) const;

  size_t words() const { return words_; }
  size_t longest() const { return longest_; }  // characters

 private:
  struct Link {
    uint32_t base = 0;
    uint32_t from = 0;
  };

  const uint16_t* codes_ = nullptr;
  const Link* links_ = nullptr;
  const uint16_t* values_ = nullptr;
  size_t words_ = 0;
  size_t longest_ = 0;
};

}  // namespace hotline::text
