// Printed by tests/bench/ask_calibration --write. Do not edit.
#pragma once

namespace hotline::answer {

inline constexpr double kConfidenceBase = -0.047;
// clang-format off
inline constexpr double kConfidenceWeights[] = {
    0.583,  // share of the wording in the question
    0.971,  // share of the question in the entry
    -0.576,  // share of the question in the wording
    1.623,  // lead over the next
    0.661,  // share of the wording x lead
    0.220,  // lead over the fifth
    0.005,  // others nearly as good
    -0.005,  // telling terms in the wording
    -2.749,  // characters that the wording lacks
    -3.018,  // characters that the question lacks
    -1.753,  // longest common run
    1.842,  // pairs in common
    -1.000,  // numbers differ
    -0.300,  // letters differ
    -1.000,  // negation differs
    2.856,  // length
    2.615,  // lead x length
    0.755,  // share of the wording x length
    0.230,  // share of the question x lead
};
// clang-format on
inline constexpr double kAnswerThreshold = 0.870;
inline constexpr double kChoiceThreshold = 0.390;

}  // namespace hotline::answer
