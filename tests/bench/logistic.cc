#include "tests/bench/logistic.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hotline::bench {
namespace {

constexpr int kSteps = 30;

// Solves a·s = b in place by elimination with pivots; `a` is symmetric and positive definite.
std::vector<double> Solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t column = 0; column < n; ++column) {
    size_t pivot = column;
    for (size_t row = column + 1; row < n; ++row) {
      if (std::abs(a[row][column]) > std::abs(a[pivot][column])) pivot = row;
    }
    std::swap(a[column], a[pivot]);
    std::swap(b[column], b[pivot]);
    for (size_t row = column + 1; row < n; ++row) {
      const double factor = a[row][column] / a[column][column];
      for (size_t k = column; k < n; ++k) a[row][k] -= factor * a[column][k];
      b[row] -= factor * b[column];
    }
  }
  for (size_t row = n; row-- > 0;) {
    for (size_t k = row + 1; k < n; ++k) b[row] -= a[row][k] * b[k];
    b[row] /= a[row][row];
  }
  return b;
}

}  // namespace

double Logistic::Odds(const std::vector<double>& x) const {
  double z = base;
  for (size_t i = 0; i < x.size(); ++i) z += weights[i] * x[i];
  return 1 / (1 + std::exp(-z));
}

Logistic Fit(const std::vector<Example>& examples, const std::map<size_t, double>& fixed,
             double ridge) {
  Logistic model;
  if (examples.empty()) return model;
  const size_t signals = examples[0].x.size();
  const size_t n = signals + 1;
  model.weights.assign(signals, 0);
  for (const auto& [signal, weight] : fixed) model.weights[signal] = weight;
  double mass = 0;
  for (const Example& example : examples) mass += example.weight;
  for (int step = 0; step < kSteps; ++step) {
    std::vector<std::vector<double>> hessian(n, std::vector<double>(n, 0));
    std::vector<double> gradient(n, 0);
    for (const Example& example : examples) {
      const double odds = model.Odds(example.x);
      const double error = example.weight * ((example.right ? 1.0 : 0.0) - odds);
      const double curve = example.weight * odds * (1 - odds);
      const auto value = [&](size_t i) { return i == signals ? 1.0 : example.x[i]; };
      for (size_t i = 0; i < n; ++i) {
        gradient[i] += error * value(i);
        for (size_t k = 0; k < n; ++k) hessian[i][k] += curve * value(i) * value(k);
      }
    }
    for (size_t i = 0; i < signals; ++i) {
      gradient[i] -= ridge * mass * model.weights[i];
      hessian[i][i] += ridge * mass;
    }
    hessian[signals][signals] += 1e-9;
    for (const auto& [signal, weight] : fixed) {
      for (size_t i = 0; i < n; ++i) hessian[signal][i] = hessian[i][signal] = 0;
      hessian[signal][signal] = 1;
      gradient[signal] = 0;
    }
    const std::vector<double> change = Solve(std::move(hessian), std::move(gradient));
    double greatest = 0;
    for (size_t i = 0; i < n; ++i) {
      (i == signals ? model.base : model.weights[i]) += change[i];
      greatest = std::max(greatest, std::abs(change[i]));
    }
    if (greatest < 1e-8) break;
  }
  return model;
}

}  // namespace hotline::bench
