// Printed by tests/bench/ask_calibration --write. Do not edit.
#pragma once

namespace hotline::answer {

inline constexpr double kConfidenceBase = -0.153;
// In the order of SignalsOf.
inline constexpr double kConfidenceWeights[] = {
    0.500,
    1.895,
    -0.356,
    0.833,
    0.600,
    -0.046,
    0.356,
    -0.080,
    -2.689,
    -3.421,
    -1.585,
    1.294,
    0.343,
    0.164,
    -0.004,
    2.417,
    2.242,
    1.057,
    0.221};
inline constexpr double kAnswerThreshold = 0.850;
inline constexpr double kChoiceThreshold = 0.310;

}  // namespace hotline::answer
