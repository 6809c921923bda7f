#include "services/answer/confidence.h"

#include <algorithm>
#include <cmath>

#include "services/answer/confidence_weights.h"

namespace hotline::answer {
namespace {

using index::Hit;
using v1::AskResponse;

// Where nothing else was found, there was nothing to stand out from.
constexpr double kLeadAlone = 0.5;
// Below this share of the question in the entry, a lead proves little.
constexpr double kTotalForLead = 0.12;
constexpr double kNearlyCertain = 0.99;
// Others within this share of the best score crowd it.
constexpr double kCrowdShare = 0.85;
constexpr double kCrowdMost = 8;

static_assert(std::size(kConfidenceWeights) == kSignals);

// How far the best stands out from the hit at `index`, 0 to 1.
double LeadOver(std::span<const Hit> hits, size_t index) {
  const Hit& best = hits[0];
  if (best.score <= 0) return 0;
  if (hits.size() <= index) return kLeadAlone;
  const double lead = std::clamp((best.score - hits[index].score) / best.score, 0.0, 1.0);
  return lead * std::min(1.0, best.total_coverage / kTotalForLead);
}

double Crowd(std::span<const Hit> hits) {
  const auto near = std::count_if(hits.begin() + 1, hits.end(), [&](const Hit& hit) {
    return hit.score >= kCrowdShare * hits[0].score;
  });
  return std::min(1.0, static_cast<double>(near) / kCrowdMost);
}

// Others whose score is worth a look beside the first.
size_t OthersOf(std::span<const Hit> hits) {
  size_t count = 0;
  while (count + 1 < hits.size() && hits[count + 1].score >= kChoiceShare * hits[0].score) ++count;
  return count;
}

}  // namespace

const double kAnswerConfidence = kAnswerThreshold;
const double kChoiceConfidence = kChoiceThreshold;
const double kReferralConfidence = 0.5 * kChoiceThreshold;

Signals SignalsOf(std::span<const Hit> hits, const Likeness& likeness) {
  const Hit& best = hits[0];
  const double lead = LeadOver(hits, 1);
  return {best.unit_coverage,
          best.total_coverage,
          best.query_coverage,
          lead,
          best.unit_coverage * lead,
          LeadOver(hits, 4),
          Crowd(hits),
          likeness.telling,
          likeness.missed,
          likeness.added,
          likeness.run,
          likeness.overlap,
          likeness.numbers_differ ? 1.0 : 0.0,
          likeness.letters_differ ? 1.0 : 0.0,
          likeness.negation_differs ? 1.0 : 0.0,
          likeness.length,
          lead * likeness.length,
          best.unit_coverage * likeness.length,
          best.total_coverage * lead};
}

double Confidence(std::span<const Hit> hits, const Likeness& likeness) {
  if (hits.empty()) return 0;
  if (hits[0].exact) return 1.0;
  const Signals signals = SignalsOf(hits, likeness);
  double z = kConfidenceBase;
  for (size_t i = 0; i < kSignals; ++i) z += kConfidenceWeights[i] * signals[i];
  return std::min(kNearlyCertain, 1 / (1 + std::exp(-z)));
}

double Confidence(std::span<const Hit> hits) {
  return hits.empty() ? 0 : Confidence(hits, Assumed(hits[0]));
}

Likeness Assumed(const Hit& hit) {
  const double sum = hit.query_coverage + hit.unit_coverage;
  const double mean = sum > 0 ? 2 * hit.query_coverage * hit.unit_coverage / sum : 0;
  return {.telling = hit.query_coverage,
          .missed = 1 - hit.query_coverage,
          .added = 1 - hit.unit_coverage,
          .run = mean,
          .overlap = mean};
}

Verdict Decide(std::span<const Hit> hits, size_t alike, const Likeness& likeness, double trust) {
  Verdict verdict{.confidence = trust * Confidence(hits, likeness)};
  if (verdict.confidence < kChoiceConfidence) return verdict;
  const size_t others = std::min(alike + OthersOf(hits), kChoicesMax - 1);
  if (verdict.confidence >= kAnswerConfidence) {
    verdict.outcome = AskResponse::ANSWERED;
    verdict.choices = others;
  } else if (hits.size() + alike >= kChoicesMin) {
    verdict.outcome = AskResponse::CHOICES;
    verdict.choices = std::max(others, kChoicesMin - 1);
  }
  return verdict;
}

}  // namespace hotline::answer
