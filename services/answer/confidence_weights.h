// Printed by tests/bench/ask_calibration --write. Do not edit.
#pragma once

namespace hotline::answer {

inline constexpr double kConfidenceBase = -0.681;
// clang-format off
inline constexpr double kConfidenceWeights[] = {
    0.462,  // share of the wording in the question
    1.991,  // share of the question in the entry
    -0.468,  // share of the question in the wording
    0.832,  // lead over the next
    0.670,  // share of the wording x lead
    0.150,  // lead over the fifth
    0.456,  // others nearly as good
    0.010,  // telling terms in the wording
    -2.511,  // characters that the wording lacks
    -3.258,  // characters that the question lacks
    -1.675,  // longest common run
    1.007,  // pairs in common
    -1.000,  // numbers differ
    -0.300,  // letters differ
    -1.000,  // negation differs
    3.560,  // length
    2.710,  // lead x length
    1.453,  // share of the wording x length
    0.105,  // share of the question x lead
};
// clang-format on
inline constexpr double kAnswerThreshold = 0.860;
inline constexpr double kChoiceThreshold = 0.340;

}  // namespace hotline::answer
