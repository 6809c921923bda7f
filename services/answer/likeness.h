// How alike a question and a wording are, beyond what the index counts: whether what sets the
// question apart is in the wording, and whether the two differ in a point that turns the meaning
// (花呗 and 借呗, 2023 and 2024, 能 and 不能).
#pragma once

#include <cstddef>
#include <string_view>

#include "services/index/index.h"

namespace hotline::answer {

// Shares are 0 to 1. A default one says nothing against the pair, and little for it.
struct Likeness {
  double telling = 0.5;  // of the question's most informative terms, the share that the wording has
  double missed = 0.5;   // of the information of the question's characters, what the wording lacks
  double added = 0.5;    // of the information of the wording's characters, what the question lacks
  double run = 0.3;      // longest common run of characters, as a share of the shorter text
  double overlap = 0.3;  // pairs of characters in common (Dice)
  bool numbers_differ = false;    // both have numbers, and not the same
  bool letters_differ = false;    // one has words in Latin letters that the other lacks
  bool negation_differs = false;  // one denies, the other does not
  double length = 0.5;            // of the question: 0 = a word, 1 = a story
};

// Compares texts as they were written. The information of terms is that of the snapshot.
Likeness Compare(const index::IndexSnapshot& snapshot, std::string_view question,
                 std::string_view wording);

}  // namespace hotline::answer
