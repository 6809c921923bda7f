// Latin letters read as pinyin: syllables, initials, or both mixed (gongjijin, gjj, gongjj, gjjin).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/text/pinyin.h"

namespace hotline::text {

// What stands for one character.
struct LetterPart {
  enum class Kind : uint8_t {
    kSyllable,  // gong
    kInitial,   // g, zh; a single letter may also be itself
    kPartial,   // gon: the beginning of a syllable, at the end only
  };
  uint32_t begin = 0;  // in the letters
  uint32_t end = 0;
  Kind kind = Kind::kSyllable;
};

// One way to read letters.
struct LetterParse {
  std::vector<LetterPart> parts;
  // Lower is likelier; about 1 per part.
  double cost = 0;
};

// Longer runs of letters have no parse.
inline constexpr size_t kMaxLetters = 64;
inline constexpr size_t kMaxParses = 8;
// A parse that costs so much more than the best one is not given.
inline constexpr double kMaxExtraCost = 2.5;

// The likeliest ways to read `letters` (a-z), best first, at most kMaxParses. Empty when there is
// none: too long, other characters, letters that begin no syllable.
std::vector<LetterParse> ParseLetters(const Pinyin& pinyin, std::string_view letters);

}  // namespace hotline::text
