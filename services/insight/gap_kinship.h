// Whether two questions ask the same thing: decided from the two texts alone, so that it depends
// neither on what else the base holds nor on the order in which questions came. Pure.
//
// How much a word tells comes from its frequency in the language (services/text/lexicon.h), not
// from an index: the first gap of a base is compared as well as the thousandth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/text/places.h"

namespace hotline::insight {

// Characters of a question that are compared; more of a story says nothing new.
inline constexpr size_t kKinCharactersMax = 300;

// A question as it is compared. Cheap to keep: about 1 KB.
struct QuestionProfile {
  std::u32string folded;
  std::vector<std::pair<uint64_t, double>> words;       // hash and information, by hash
  std::vector<std::pair<char32_t, double>> characters;  // and information, by character
  std::vector<uint64_t> pairs;          // of neighbours beside service words, ascending
  std::vector<std::string> numbers;     // normal forms, ascending
  std::vector<std::u32string> letters;  // runs of Latin letters, ascending
  std::vector<text::PlaceCode> places;  // that the matter is about
  uint32_t aims = 0;                    // what is asked for: a bit each
  bool denies = false;

  // Characters with information: without 请问, 怎么办.
  size_t content = 0;
};

// Of a masked question: masks are not compared, nor is 我电话 before one.
QuestionProfile ProfileOf(std::string_view masked);

// What the decision rests on, each 0 to 1.
enum KinSignal : uint8_t {
  kWordsLess,       // information of the words that the other has, of the side that has less
  kWordsMore,       // likewise, of the other side
  kCharactersLess,  // the same of characters
  kCharactersMore,
  kPairs,           // pairs of characters in common (Dice), without those of service words
  kRun,             // longest common run, likewise, as a share of the shorter text
  kHeaviestMissed,  // information of the most telling word that one lacks
  kAimsDiffer,      // one asks how much, the other where
  kNumbersDiffer,   // both have numbers, and neither has all of the other's
  kLettersDiffer,   // likewise of words in Latin letters
  kDenialDiffers,
  kShortness,  // of the shorter text: 1 = a word, 0 = a story
  kPairsSquared,
  kCharactersSquared,
  kKinSignals,
};
using KinSignals = std::array<double, kKinSignals>;
KinSignals SignalsOf(const QuestionProfile& a, const QuestionProfile& b);

// True when they can't be kin whatever the words: places that exclude each other.
bool PlacesContradict(const QuestionProfile& a, const QuestionProfile& b);

// How probably the two ask the same, 0 to 1: 1 for equal texts, 0 when places contradict. The
// weights were fitted by tests/bench/gap_clusters_bench.cc (docs/gaps.md).
double KinOdds(const QuestionProfile& a, const QuestionProfile& b);

// From here on a question joins the gap. docs/gaps.md has what it is worth, and how it was chosen.
inline constexpr double kKinOddsMin = 0.5;

}  // namespace hotline::insight
