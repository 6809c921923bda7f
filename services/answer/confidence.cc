#include "services/answer/confidence.h"

#include <algorithm>

namespace hotline::answer {

using v1::AskResponse;

double Confidence(const index::Hit& hit) {
  if (hit.exact) return 1.0;
  const double both = hit.query_coverage + hit.unit_coverage;
  const double agreement = both <= 0 ? 0 : 2 * hit.query_coverage * hit.unit_coverage / both;
  // A long question may tell a story around a short one: then it counts that the entry as a whole knows its words.
  const double told = 0.5 * hit.unit_coverage + 0.5 * hit.total_coverage;
  return std::clamp(std::max(agreement, 0.55 * agreement + 0.4 * told), 0.0, 0.99);
}

Verdict Decide(std::span<const double> confidences) {
  const auto offered = [&](size_t from) {
    size_t count = 0;
    while (from + count < confidences.size() && confidences[from + count] >= kChoiceConfidence) ++count;
    return std::min(count, kChoicesMax);
  };
  if (confidences.empty()) return {};
  const double best = confidences[0];
  const double next = confidences.size() > 1 ? confidences[1] : 0;
  if (best >= kAnswerConfidence && (best >= 1.0 || best - next >= kAnswerLead)) {
    return {AskResponse::ANSWERED, offered(1)};
  }
  if (best < kChoiceConfidence) return {};
  // One good candidate that is not good enough to be the answer still needs something beside it to choose from.
  const size_t choices = std::min(std::max(offered(0), kChoicesMin), confidences.size());
  if (choices < kChoicesMin) {
    return best >= kAnswerConfidence ? Verdict{AskResponse::ANSWERED, 0} : Verdict{};
  }
  return {AskResponse::CHOICES, choices};
}

}  // namespace hotline::answer
