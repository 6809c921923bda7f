// The best kMaxParses ways to read each beginning of the letters, from left to right.
#include "services/text/pinyin_letters.h"

#include <algorithm>
#include <array>

namespace hotline::text {
namespace {

using Kind = LetterPart::Kind;

constexpr size_t kSyllableLetters = 6;  // zhuang
constexpr double kSyllableCost = 1.0;
constexpr double kVowelCost = 1.3;  // a, e, o alone
constexpr double kInitialCost = 1.0;
constexpr double kDigraphCost = 1.6;  // zh is hardly likelier than z and h
constexpr double kPartialCost = 1.05;
// A whole syllable at the end may be the beginning of a longer one.
constexpr double kUnfinishedCost = 2.0;
constexpr double kForeignCost = 2.0;  // i, u, v begin no syllable

// One way to read a beginning: its last part, and the way to read what stands before it.
struct Way {
  double cost = 0;
  LetterPart last;
  uint32_t before = 0;  // index among the ways that end where `last` begins
};
using Ways = std::vector<Way>;

void Keep(Ways& ways, const Way& way) {
  const auto at = std::upper_bound(ways.begin(), ways.end(), way,
                                   [](const Way& a, const Way& b) { return a.cost < b.cost; });
  if (at == ways.end() && ways.size() == kMaxParses) return;
  ways.insert(at, way);
  if (ways.size() > kMaxParses) ways.pop_back();
}

bool IsDigraph(std::string_view letters) {
  return letters == "zh" || letters == "ch" || letters == "sh";
}

// True when some syllable begins so and is longer.
bool BeginsSyllable(const Pinyin& pinyin, std::string_view letters) {
  for (size_t i = 1; i < pinyin.syllables(); ++i) {
    const std::string_view name = pinyin.Letters(static_cast<Syllable>(i));
    if (name.size() > letters.size() && name.substr(0, letters.size()) == letters) return true;
  }
  return false;
}

// Calls `take` with what one part may be and its cost.
template <typename Take>
void ForEachKind(const Pinyin& pinyin, std::string_view part, bool at_end, const Take& take) {
  const bool syllable = pinyin.Find(part) != 0;
  if (syllable) {
    take(Kind::kSyllable, part.size() == 1 ? kVowelCost : kSyllableCost);
  } else if (part.size() == 1) {
    const bool foreign = part == "i" || part == "u" || part == "v";
    take(Kind::kInitial, foreign ? kForeignCost : kInitialCost);
  } else if (IsDigraph(part)) {
    take(Kind::kInitial, kDigraphCost);
  }
  if (!at_end || (part.size() == 1 && !syllable) || IsDigraph(part)) return;
  if (BeginsSyllable(pinyin, part)) take(Kind::kPartial, syllable ? kUnfinishedCost : kPartialCost);
}

}  // namespace

std::vector<LetterParse> ParseLetters(const Pinyin& pinyin, std::string_view letters) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (letters.empty() || letters.size() > kMaxLetters ||
      !std::all_of(letters.begin(), letters.end(), is_letter)) {
    return {};
  }
  std::array<Ways, kMaxLetters + 1> ways;
  ways[0].push_back({});
  for (uint32_t begin = 0; begin < letters.size(); ++begin) {
    for (uint32_t length = 1; length <= kSyllableLetters && begin + length <= letters.size();
         ++length) {
      const uint32_t end = begin + length;
      ForEachKind(pinyin, letters.substr(begin, length), end == letters.size(),
                  [&](Kind kind, double cost) {
                    for (uint32_t i = 0; i < ways[begin].size(); ++i) {
                      Keep(ways[end], {ways[begin][i].cost + cost, {begin, end, kind}, i});
                    }
                  });
    }
  }
  std::vector<LetterParse> parses;
  for (const Way& way : ways[letters.size()]) {
    if (way.cost > ways[letters.size()].front().cost + kMaxExtraCost) break;
    LetterParse& parse = parses.emplace_back();
    parse.cost = way.cost;
    for (const Way* at = &way; at->last.end > 0; at = &ways[at->last.begin][at->before]) {
      parse.parts.push_back(at->last);
    }
    std::reverse(parse.parts.begin(), parse.parts.end());
  }
  return parses;
}

}  // namespace hotline::text
