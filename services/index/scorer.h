// The score of a document, and bounds on it. The one place where the ranking formula stands.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "services/index/query.h"
#include "services/index/segment.h"

namespace hotline::index {

// Score = prior x boost x (impact x (1 - a + a x coverage) + bonus x agreement), of the best
// wording, where
//   impact    = sum of weight x impact over the query's terms in the document,
//   coverage  = sum of the weights of the query's terms in the wording and, discounted, of those
//   only elsewhere, agreement = harmonic mean of the weights in the wording and the share of the
//   wording's terms in the query, from a
//               threshold on,
// and the weights of a query add up to 1.
class ScoreFormula {
 public:
  explicit ScoreFormula(const QueryWeights& weights)
      : share_(weights.coverage),
        bonus_(weights.near_exact / (1 - weights.near_exact_from)),
        from_(weights.near_exact_from),
        covered_least_(weights.near_exact_from / (2 - weights.near_exact_from)),
        outside_(weights.outside_coverage) {}

  // `covered` is the weight of the terms in the wording, `found` that of the terms anywhere in the
  // document, `unit_share` is 0 to 1. Grows with each argument.
  double Value(double impact, double covered, double found, double unit_share) const {
    const double coverage = std::min(1.0, outside_ * found + (1 - outside_) * covered);
    return impact * Slope(coverage) + Bonus(std::min(1.0, covered), unit_share);
  }

  // What a term adds to the coverage.
  double Covers(double weight, bool in_question) const {
    return in_question ? weight : outside_ * weight;
  }

  // An upper bound of Value, whatever the wording; `coverage` is a sum of Covers.
  double Bound(double impact, double coverage) const {
    const double capped = std::min(1.0, coverage);
    return impact * Slope(capped) + Bonus(capped, 1.0);
  }

  // The least impact with which Bound(impact, coverage) reaches `value`; may be negative.
  double LeastImpact(double value, double coverage) const {
    const double capped = std::min(1.0, coverage);
    return (value - Bonus(capped, 1.0)) / Slope(capped);
  }

 private:
  double Slope(double coverage) const { return 1 - share_ + share_ * coverage; }
  double Bonus(double coverage, double unit_share) const {
    if (coverage <= covered_least_) return 0;  // too little for any wording
    const double mean = 2 * coverage * unit_share / (coverage + unit_share);
    return std::max(0.0, mean - from_) * bonus_;
  }

  double share_;
  double bonus_;
  double from_;
  double covered_least_;
  double outside_;
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
  // `squeezed` is the query as QueryPlan has it; all must outlive the scorer.
  DocumentScorer(const ScoreFormula& formula, const ImpactScale& scale, std::string_view squeezed)
      : formula_(formula), scale_(scale), squeezed_(squeezed) {}

  // `matches` in the order of the query's terms, so that equal documents have equal sums.
  UnitScore Score(const Segment& segment, DocId doc, std::span<const Match> matches);

 private:
  struct UnitSum {
    double impact = 0;
    double covered = 0;
    uint32_t terms = 0;
  };

  UnitScore ScoreSingle(const Segment& segment, DocId doc, std::span<const Match> matches) const;
  // Share of the terms of a wording, of which `matched` are in the query. A wording that reads like
  // the query shares all, even where punctuation cuts the two into different terms.
  double UnitShare(const Segment& segment, uint32_t unit, uint32_t matched) const;
  void AddUnits(std::span<const UnitPosting> details, const Match& match);

  const ScoreFormula& formula_;
  const ImpactScale& scale_;
  const std::string_view squeezed_;
  std::vector<UnitSum> units_;
};

}  // namespace hotline::index
