// Printed by tests/bench/ask_calibration. Do not edit.
#pragma once

namespace hotline::answer {

inline constexpr double kConfidenceBase = -3.64;
inline constexpr double kConfidenceWeights[] = {2.19, 1.86, 0, 3.90, 0.81, 0, 0, 0, 0, 0,
                                                0,    0,    0, 0,    0,    0, 0, 0, 0};
inline constexpr double kAnswerThreshold = 0.68;
inline constexpr double kChoiceThreshold = 0.22;

}  // namespace hotline::answer
