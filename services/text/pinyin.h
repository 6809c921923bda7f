// How Chinese text is read: syllables without tones, with polyphones right in words (银行 yin hang,
// 执行 zhi xing). The table lies in the program as data (0.3 MB, made by scripts/make_pinyin.mjs).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "services/text/lexicon.h"
#include "services/text/trie.h"

namespace hotline::text {

// A syllable without its tone, as a number below kSyllableLimit; 0: no reading. Numbers may change
// with the table: they must not be stored.
using Syllable = uint16_t;
inline constexpr size_t kSyllableLimit = 512;

// How one character of a text is read.
struct Reading {
  Syllable syllable = 0;
  // The word that the character belongs to tells, or there is one reading only. Otherwise it may be
  // any of Pinyin::Common of the character.
  bool certain = false;
};

// Immutable; any number of threads.
class Pinyin {
 public:
  static const Pinyin& Builtin();

  // `block` is one of scripts/make_pinyin.mjs, aligned to four bytes, and stays where it is.
  Pinyin(std::span<const unsigned char> block, const Lexicon& lexicon);

  // Replaces `readings` by how the characters of folded text are read, one each. Costs about twice
  // a Lexicon::Segment.
  void Read(std::u32string_view folded, std::vector<Reading>& readings) const;

  // Readings of a character by itself, the most common first; empty: it is not read.
  std::span<const Syllable> Common(char32_t c) const;
  // The same and those that it has in some words only (会: hui, and kuai in 会计).
  std::span<const Syllable> All(char32_t c) const;

  // Number of syllables, 0 included.
  size_t syllables() const { return syllables_; }
  // The letters of a syllable, ü as v: `lv`.
  std::string_view Letters(Syllable syllable) const { return names_[syllable]; }
  // The syllable of letters; 0: none. v and u stand for each other where only one of them makes a
  // syllable (nv, nu: nu is 怒).
  Syllable Find(std::string_view letters) const;

  // Syllables that are easily taken for each other have one class: zh and z, ch and c, sh and s, n
  // and l, an and ang, en and eng, in and ing.
  uint16_t NearClass(Syllable syllable) const { return near_[syllable]; }

  // Characters with this common reading, frequent ones first, at most kMaxHomophones.
  static constexpr size_t kMaxHomophones = 96;
  std::u32string_view CharactersOf(Syllable syllable) const { return characters_[syllable]; }

 private:
  static constexpr char32_t kFirst = 0x3000;
  static constexpr char32_t kLast = 0x9FFF;
  struct ReadingList {
    uint16_t common = 0;
    std::array<Syllable, 7> syllables{};
  };

  const ReadingList& ListOf(char32_t c) const;
  size_t ReadException(std::u32string_view folded, size_t at, std::span<const uint8_t> ends,
                       std::vector<Reading>& readings) const;
  void BuildNear();
  void BuildCharacters();

  const Lexicon& lexicon_;
  size_t syllables_ = 1;
  const uint16_t* list_of_ = nullptr;
  const ReadingList* lists_ = nullptr;
  const uint32_t* begins_ = nullptr;
  const Syllable* pool_ = nullptr;
  Trie exceptions_;
  std::array<std::string_view, kSyllableLimit> names_{};
  std::array<uint16_t, kSyllableLimit> near_{};
  std::vector<std::u32string> characters_;
};

}  // namespace hotline::text
