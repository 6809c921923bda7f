// Printed by tests/bench/ask_calibration --write. Do not edit.
#pragma once

namespace hotline::answer {

inline constexpr double kConfidenceBase = -0.153;
// clang-format off
inline constexpr double kConfidenceWeights[] = {
    0.500,  // share of the wording in the question
    1.895,  // share of the question in the entry
    -0.356,  // share of the question in the wording
    0.833,  // lead over the next
    0.600,  // share of the wording x lead
    -0.046,  // lead over the fifth
    0.356,  // others nearly as good
    -0.080,  // telling terms in the wording
    -2.689,  // characters that the wording lacks
    -3.421,  // characters that the question lacks
    -1.585,  // longest common run
    1.294,  // pairs in common
    0.343,  // numbers differ
    0.164,  // letters differ
    -0.004,  // negation differs
    2.417,  // length
    2.242,  // lead x length
    1.057,  // share of the wording x length
    0.221,  // share of the question x lead
};
// clang-format on
inline constexpr double kAnswerThreshold = 0.850;
inline constexpr double kChoiceThreshold = 0.310;

}  // namespace hotline::answer
