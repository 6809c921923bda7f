// Weights of KinOdds; printed by tests/bench/gap_clusters_bench.cc --fit.
#pragma once

namespace hotline::insight {

inline constexpr double kKinBase = -6.0254;
inline constexpr double kKinWeights[] = {0.8324,  0.7611,  1.1138,  1.2290, 1.2381,
                                         -0.4966, -0.6899, -0.7381, -2.5,   -0.3641,
                                         -0.2257, -0.2362, 1.5209,  1.7134};

}  // namespace hotline::insight
