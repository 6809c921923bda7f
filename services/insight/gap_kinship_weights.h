// Weights of KinOdds; printed by tests/bench/gap_clusters_bench.cc --fit.
#pragma once

namespace hotline::insight {

inline constexpr double kKinBase = -5.2155;
inline constexpr double kKinWeights[] = {1.0269,  -0.0934, -2.5587, 3.7388,  -0.0037,
                                         -1.8114, -0.5184, -1.2695, -2.5000, -0.7892,
                                         -0.3058, -0.7873, 3.2867,  3.9678};

}  // namespace hotline::insight
