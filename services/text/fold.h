// Folding: one form for all ways to write the same characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::text {

// What a folded character is to the analyzer.
enum class CharClass : unsigned char {
  kSeparator = 0,  // blanks, punctuation, symbols, control characters, broken bytes
  kCjk = 1,        // Han, kana, bopomofo, hangul, Thai …: written without blanks
  kLetter = 2,
  kDigit = 3,
};

// Folds UTF-8 text: NFKC with case folding (full width -> half width, Ａ -> a), traditional ->
// simplified character by character, ignorable characters removed, every run of separators -> one
// blank, none at the ends. Reads at most `max_characters` code points. Broken bytes are separators.
// Appends nothing to `out`: replaces it.
void Fold(std::string_view utf8, size_t max_characters, std::u32string& out);

// As Fold, and where each folded character comes from: origins[i] is the code point of `utf8` that
// out[i] was made of. Characters are folded one by one: a sequence with combining marks may keep
// its base character only.
void FoldWithOrigins(std::string_view utf8, size_t max_characters, std::u32string& out,
                     std::vector<uint32_t>& origins);

// One character for one: width, case, traditional -> simplified. Separators stay what they are, but
// for their width: （ -> (.
char32_t FoldCharacter(char32_t c);

// The code points of UTF-8 text; broken bytes become U+FFFD.
std::u32string ToCodePoints(std::string_view utf8);
std::string ToUtf8(std::u32string_view text);

// The class of a character of folded text.
CharClass ClassOf(char32_t folded);

// Folded text as UTF-8 without blanks: what wordings are compared by.
std::string Squeeze(std::u32string_view folded);

}  // namespace hotline::text
