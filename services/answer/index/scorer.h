// The score of a document, and bounds on it. The one place where the ranking formula stands.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "services/answer/index/query.h"
#include "services/answer/index/segment.h"

namespace hotline::answer::index {

// Score = prior x boost x (impact x (1 - a + a x coverage) + bonus x agreement), of the best wording, where
//   impact    = sum of weight x impact over the query's terms in the document / total weight of the query,
//   coverage  = weight of the query's terms in the wording / total weight,
//   agreement = harmonic mean of `coverage` and the share of the wording's terms in the query, from a threshold on.
class ScoreFormula {
 public:
  ScoreFormula(const QueryWeights& weights, double total_weight) : weights_(weights), total_(total_weight) {}

  // `impact` and `covered` are sums over terms, `unit_share` is 0 to 1. Grows with each of them.
  double Value(double impact, double covered, double unit_share) const {
    const double coverage = std::min(1.0, covered / total_);
    return impact / total_ * Slope(coverage) + weights_.near_exact * Agreement(coverage, unit_share);
  }

  // An upper bound of Value, whatever the wording.
  double Bound(double impact, double covered) const { return Value(impact, covered, 1.0); }

  // The least impact with which Bound(impact, covered) reaches `value`; may be negative.
  double LeastImpact(double value, double covered) const {
    const double coverage = std::min(1.0, covered / total_);
    return (value - weights_.near_exact * Agreement(coverage, 1.0)) / Slope(coverage) * total_;
  }

 private:
  double Slope(double coverage) const { return 1 - weights_.coverage + weights_.coverage * coverage; }
  double Agreement(double coverage, double unit_share) const {
    if (coverage <= 0 || unit_share <= 0) return 0;
    const double mean = 2 * coverage * unit_share / (coverage + unit_share);
    return std::max(0.0, (mean - weights_.near_exact_from) / (1 - weights_.near_exact_from));
  }

  QueryWeights weights_;
  double total_;
};

// The best wording of a document and its values.
struct UnitScore {
  double value = 0;
  double covered = 0;  // weight of the query's terms in the wording
  double found = 0;    // weight of the query's terms anywhere in the document
  uint32_t unit = 0;   // within the document
};

// A term of the query in a document.
struct Match {
  const QueryTerm* term = nullptr;
  Payload payload = 0;
};

// Scores documents of any segment, from what matched in them. Keeps scratch space: one thread.
class DocumentScorer {
 public:
  DocumentScorer(const ScoreFormula& formula, const ImpactScale& scale) : formula_(formula), scale_(scale) {}

  // `matches` in the order of the query's terms, so that equal documents have equal sums.
  UnitScore Score(const Segment& segment, DocId doc, std::span<const Match> matches);

 private:
  struct UnitSum {
    double impact = 0;
    double covered = 0;
    uint32_t terms = 0;
  };

  UnitScore ScoreSingle(const Segment& segment, DocId doc, std::span<const Match> matches) const;
  void AddUnits(std::span<const UnitPosting> details, const Match& match);

  const ScoreFormula& formula_;
  const ImpactScale& scale_;
  std::vector<UnitSum> units_;
};

}  // namespace hotline::answer::index
