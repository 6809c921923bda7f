// Fits a logistic model: P(right) = 1 / (1 + exp(-(base + weights · x))). Newton's method on the
// weighted likelihood with a ridge; a dozen signals and some ten thousand examples take no time.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

namespace hotline::bench {

struct Example {
  std::vector<double> x;
  bool right = false;
  double weight = 1;
};

struct Logistic {
  double base = 0;
  std::vector<double> weights;

  double Odds(const std::vector<double>& x) const;  // 0 to 1
};

// All examples have as many signals as the first. Weights in `fixed` stay as they are given, by the
// number of their signal. `ridge` pulls the others to 0, for each unit of the examples' weight.
Logistic Fit(const std::vector<Example>& examples, const std::map<size_t, double>& fixed = {},
             double ridge = 1e-3);

}  // namespace hotline::bench
