#include "services/index/sound.h"

#include <algorithm>
#include <utility>

#include "services/index/fold.h"
#include "services/text/pinyin_letters.h"

namespace hotline::index {
namespace {

using text::LetterPart;
using text::Pinyin;
using text::Syllable;

bool IsLatin(char32_t c) { return c >= U'a' && c <= U'z'; }

// ü is typed as v or u.
bool SameLetter(char a, char b) { return (a == 'v' ? 'u' : a) == (b == 'v' ? 'u' : b); }

bool Begins(std::string_view syllable, std::string_view letters) {
  return syllable.size() >= letters.size() &&
         std::equal(letters.begin(), letters.end(), syllable.begin(), SameLetter);
}

SoundElement ElementOf(char32_t c, uint32_t at) {
  SoundElement element;
  element.begin = at;
  element.end = at + 1;
  element.spelled = true;
  element.character = c;
  element.symbols = SymbolsOf(c);
  return element;
}

SoundElement ElementOf(std::string_view run, const LetterPart& part, uint32_t at) {
  const Pinyin& pinyin = Pinyin::Builtin();
  const std::string_view letters = run.substr(part.begin, part.end - part.begin);
  const LetterPart::Kind kind = part.kind;
  SoundElement element;
  element.begin = at + part.begin;
  element.end = at + part.end;
  element.spelled = kind == LetterPart::Kind::kSyllable;
  if (letters.size() == 1) element.character = static_cast<char32_t>(letters[0]);
  element.symbols = 1U << SymbolOf(letters[0]);
  for (size_t i = 1; i < pinyin.syllables(); ++i) {
    const std::string_view name = pinyin.Letters(static_cast<Syllable>(i));
    if (kind == LetterPart::Kind::kSyllable && name.size() != letters.size()) continue;
    if (Begins(name, letters)) element.syllables.set(i);
  }
  return element;
}

// Every pattern so far, continued by every parse of the letters; the best ones are kept.
std::vector<SoundPattern> Continued(const std::vector<SoundPattern>& patterns,
                                    std::string_view letters, size_t begin) {
  std::vector<SoundPattern> result;
  for (const text::LetterParse& parse : text::ParseLetters(Pinyin::Builtin(), letters)) {
    std::vector<SoundElement> elements;
    for (const LetterPart& part : parse.parts) {
      elements.push_back(ElementOf(letters, part, static_cast<uint32_t>(begin)));
    }
    for (const SoundPattern& pattern : patterns) {
      SoundPattern& longer = result.emplace_back(pattern);
      longer.cost += parse.cost;
      longer.elements.insert(longer.elements.end(), elements.begin(), elements.end());
    }
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const SoundPattern& a, const SoundPattern& b) { return a.cost < b.cost; });
  if (result.size() > text::kMaxParses) result.resize(text::kMaxParses);
  return result;
}

template <typename Allowed>
bool MatchesElement(const SoundElement& element, char32_t c, const Allowed& readings) {
  if (element.character == c) return true;
  return std::any_of(readings.begin(), readings.end(),
                     [&](Syllable syllable) { return element.syllables[syllable]; });
}

}  // namespace

Symbol SymbolOf(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<Symbol>(letter - 'a' + 1) : kOtherSymbol;
}

uint32_t SymbolsOf(char32_t c, const text::Reading& reading) {
  const Pinyin& pinyin = Pinyin::Builtin();
  if (reading.certain) return 1U << SymbolOf(pinyin.Letters(reading.syllable)[0]);
  if (IsLatin(c)) return 1U << SymbolOf(static_cast<char>(c));
  uint32_t symbols = 0;
  for (const Syllable syllable : pinyin.Common(c)) {
    symbols |= 1U << SymbolOf(pinyin.Letters(syllable)[0]);
  }
  return symbols == 0 ? 1U << kOtherSymbol : symbols;
}

uint32_t SymbolsOf(char32_t c) {
  const Pinyin& pinyin = Pinyin::Builtin();
  uint32_t symbols = SymbolsOf(c, {});
  for (const Syllable syllable : pinyin.All(c)) {
    symbols |= 1U << SymbolOf(pinyin.Letters(syllable)[0]);
  }
  return symbols;
}

std::vector<SoundPattern> PatternsOf(std::u32string_view folded) {
  if (folded.size() > text::kMaxLetters) return {};
  std::vector<SoundPattern> patterns(1);
  for (size_t at = 0; at < folded.size() && !patterns.empty();) {
    if (IsLatin(folded[at])) {
      std::string letters;
      const size_t begin = at;
      for (; at < folded.size() && IsLatin(folded[at]); ++at) {
        letters.push_back(static_cast<char>(folded[at]));
      }
      patterns = Continued(patterns, letters, begin);
    } else {
      for (SoundPattern& pattern : patterns) {
        if (folded[at] == U' ') continue;
        pattern.elements.push_back(ElementOf(folded[at], static_cast<uint32_t>(at)));
      }
      ++at;
    }
  }
  std::erase_if(patterns, [](const SoundPattern& pattern) {
    return pattern.elements.size() > kMaxSoundElements;
  });
  return patterns;
}

bool Matches(const SoundPattern& pattern, std::u32string_view wording, size_t at) {
  if (wording.size() < at + pattern.elements.size()) return false;
  const Pinyin& pinyin = Pinyin::Builtin();
  for (const SoundElement& element : pattern.elements) {
    const char32_t c = wording[at++];
    if (!MatchesElement(element, c, pinyin.All(c))) return false;
  }
  return true;
}

bool Matches(const SoundPattern& pattern, std::u32string_view wording,
             const std::vector<text::Reading>& readings, size_t at) {
  if (wording.size() < at + pattern.elements.size()) return false;
  const Pinyin& pinyin = Pinyin::Builtin();
  for (const SoundElement& element : pattern.elements) {
    const char32_t c = wording[at];
    const text::Reading& reading = readings[at++];
    const bool matches = reading.certain
                             ? MatchesElement(element, c, std::span(&reading.syllable, 1))
                             : MatchesElement(element, c, pinyin.Common(c));
    if (!matches) return false;
  }
  return true;
}

}  // namespace hotline::index
