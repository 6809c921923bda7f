// Weights of KinOdds; printed by tests/bench/gap_clusters_bench.cc --fit.
#pragma once

namespace hotline::insight {

inline constexpr double kKinBase = 0;
inline constexpr double kKinWeights[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

}  // namespace hotline::insight
