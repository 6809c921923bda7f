#include "services/answer/confidence.h"

#include <algorithm>
#include <cmath>

namespace hotline::answer {
namespace {

using index::Hit;
using v1::AskResponse;

// A logistic model.
constexpr double kBase = -3.64;
constexpr double kUnit = 2.19;      // share of the wording that the question has
constexpr double kTotal = 1.86;     // share of the question that the entry has anywhere
constexpr double kLead = 3.90;      // lead over the next entry, as a share of the score
constexpr double kUnitLead = 0.81;  // both together
// Where nothing else was found, there was nothing to stand out from.
constexpr double kLeadAlone = 0.5;
// Below this share of the question in the entry, a lead proves little.
constexpr double kTotalForLead = 0.12;
constexpr double kNearlyCertain = 0.99;

double LeadOf(std::span<const Hit> hits) {
  const Hit& best = hits[0];
  if (hits.size() < 2 || best.score <= 0) return kLeadAlone;
  const double lead = std::clamp((best.score - hits[1].score) / best.score, 0.0, 1.0);
  return lead * std::min(1.0, best.total_coverage / kTotalForLead);
}

// Others whose score is worth a look beside the first.
size_t OthersOf(std::span<const Hit> hits) {
  size_t count = 0;
  while (count + 1 < hits.size() && hits[count + 1].score >= kChoiceShare * hits[0].score) ++count;
  return count;
}

}  // namespace

double Confidence(std::span<const Hit> hits) {
  if (hits.empty()) return 0;
  const Hit& best = hits[0];
  if (best.exact) return 1.0;
  const double lead = LeadOf(hits);
  const double z = kBase + kUnit * best.unit_coverage + kTotal * best.total_coverage +
                   kLead * lead + kUnitLead * best.unit_coverage * lead;
  return std::min(kNearlyCertain, 1 / (1 + std::exp(-z)));
}

Verdict Decide(std::span<const Hit> hits, size_t alike) {
  const double confidence = Confidence(hits);
  if (confidence < kChoiceConfidence) return {};
  const size_t others = std::min(alike + OthersOf(hits), kChoicesMax - 1);
  if (confidence >= kAnswerConfidence) return {AskResponse::ANSWERED, others};
  if (hits.size() + alike < kChoicesMin) return {};
  return {AskResponse::CHOICES, std::max(others, kChoicesMin - 1)};
}

}  // namespace hotline::answer
