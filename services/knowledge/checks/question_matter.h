// What a question is about, so that two wordings of one question can be told from two questions.
//
// The pairs of characters that carry the matter are compared, weighted by how rare they are in the
// base; what people say around it (请问, 怎么, 如何 …) is left out. Three things must not differ at
// all, however alike the rest is: the aspect asked for (条件 or 材料), numbers and letters (C1 or
// C2), and words that name another matter (变更 or 注销, 个人 or 单位). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

namespace hotline::knowledge::checks {

// Two characters beside each other.
using Pair = uint64_t;

struct QuestionMatter {
  std::string squeezed;     // the whole question folded, without blanks
  std::vector<Pair> pairs;  // of what is left, ascending, none twice
  std::string marks;        // numbers and letters, in their order
  uint32_t aspects = 0;     // bit per aspect asked for
  uint64_t words = 0;       // bit per word that names another matter
};

QuestionMatter MatterOf(std::string_view question);

// Weight of a pair, above 0.
using PairWeight = absl::FunctionRef<double(Pair)>;

// The share of the weight of both that they have in common, 0 to 1; 1 for equal questions.
double PairLikeness(const QuestionMatter& a, const QuestionMatter& b, PairWeight weight);

// True when numbers, letters and naming words agree: a condition of every likeness that counts.
bool SameMarks(const QuestionMatter& a, const QuestionMatter& b);

// True when both ask for the same aspects, or one asks for the matter as a whole.
bool SameAspects(const QuestionMatter& a, const QuestionMatter& b);

}  // namespace hotline::knowledge::checks
