// What is typed, as sounds: each of its parts stands for one character of a wording. Hanzi and
// digits stand for themselves, letters for syllables, initials or themselves (公积金tq, gong积金).
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/text/pinyin.h"

namespace hotline::index {

// How a character sounds at its beginning: an edge of the wording, a letter, or anything else.
using Symbol = uint8_t;
inline constexpr Symbol kEdgeSymbol = 0;
inline constexpr Symbol kOtherSymbol = 27;
inline constexpr size_t kSymbols = 28;
Symbol SymbolOf(char letter);

// The symbols that a character may have; bit n for symbol n. With a reading, or by any of its
// readings.
uint32_t SymbolsOf(char32_t c, const text::Reading& reading);
uint32_t SymbolsOf(char32_t c);

// What one character must be or sound like.
struct SoundElement {
  char32_t character = 0;                       // this one; 0: only the sound matters
  std::bitset<text::kSyllableLimit> syllables;  // or one that is read so
  uint32_t symbols = 0;                         // what it may begin with
  // Where it was typed: in the folded text, in characters.
  uint32_t begin = 0;
  uint32_t end = 0;
  bool spelled = false;  // a whole syllable, or the character itself
};

// One way to hear what is typed.
struct SoundPattern {
  std::vector<SoundElement> elements;
  double cost = 0;  // as of text::LetterParse
};

// Longer inputs have no patterns.
inline constexpr size_t kMaxSoundElements = 48;

// The likeliest ways to hear folded text, best first, at most text::kMaxParses. Blanks part
// syllables (xi an). Text without letters has one pattern, itself. Empty: letters that are no
// pinyin, or too much.
std::vector<SoundPattern> PatternsOf(std::u32string_view folded);

// True when the characters of `wording` from `at` on may be read so. Tolerant: each may have any
// reading that it has in some word.
bool Matches(const SoundPattern& pattern, std::u32string_view wording, size_t at);

// The same with the readings of this very wording (Pinyin::Read): false when a character that
// matters is read otherwise here.
bool Matches(const SoundPattern& pattern, std::u32string_view wording,
             const std::vector<text::Reading>& readings, size_t at);

}  // namespace hotline::index
