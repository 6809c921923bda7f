// From folded text to terms. Nothing that can be found depends on a segmenter: Chinese is read as
// pairs of characters (and single characters), so every pair inside a word finds the word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/fold.h"

namespace hotline::index {

// A term as a number that needs no dictionary: a character of the basic plane is itself, a pair of
// them is both, and everything else (words, rare characters) is hashed into the range that no pair
// uses. A pair of terms that share a number would only lend each other their matches; the odds for
// one term against a million are below 1 : 600.
using TermId = uint32_t;

// Names what a term is made of.
enum class TermKind : uint8_t {
  kPair,    // two neighbours of a CJK run
  kWord,    // a run of letters and digits, and its parts where letters and digits meet: k12 -> k12,
            // k, 12
  kSingle,  // a CJK character that stands alone
  kCharacter,  // a CJK character of a longer run
  kGram,       // two neighbours of a word: for completion only
};

// One occurrence of a term; positions count characters of the folded text.
struct Token {
  TermId term = 0;
  TermKind kind = TermKind::kPair;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// How much to make of a text.
enum class Detail : uint8_t {
  kPrimary,     // pairs, words, singles: for answers
  kCharacters,  // and characters: for keywords and queries
  kAll,         // and grams: for questions
};

// Words longer than this are cut into words of this length.
inline constexpr size_t kMaxWordCharacters = 64;

// True for the terms that carry a text's meaning: the lengths and coverages count them alone.
inline bool IsPrimary(TermKind kind) {
  return kind != TermKind::kCharacter && kind != TermKind::kGram;
}

// Replaces `tokens` by the tokens of folded text, in order.
void Tokenize(std::u32string_view folded, Detail detail, std::vector<Token>& tokens);

TermId CharacterTerm(char32_t c);
TermId PairTerm(char32_t a, char32_t b);
TermId WordTerm(std::u32string_view word);
TermId GramTerm(char32_t a, char32_t b);

// Marks the characters of folded text that belong to service words (请问, 您好, 怎么办理 …): they
// are matched, but say little. `marks` gets one byte per character.
void MarkServiceWords(std::u32string_view folded, std::vector<uint8_t>& marks);

// True when the folded query asks for a law or an article by name (第…条, …法, 条例 …). `raw` is
// the query as typed: 《 is a separator once folded.
bool NamesLaw(std::u32string_view folded, std::string_view raw);

}  // namespace hotline::index
