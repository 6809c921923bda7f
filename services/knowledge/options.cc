#include "services/knowledge/options.h"

#include "services/knowledge/limits.h"

namespace hotline::knowledge {
namespace {

int StageCount(int configured, int by_default) {
  if (configured == 0) return by_default;
  if (configured == -1) return 0;
  return configured > 0 && configured < kReviewStagesMax ? configured : kReviewStagesMax;
}

}  // namespace

int ReviewStages::For(v1::RiskClass risk) const {
  switch (risk) {
    case v1::LOW:
      return low;
    case v1::RISK_CLASS_UNSPECIFIED:
    case v1::NORMAL:
      return normal;
    default:
      return high;
  }
}

ReviewStages StagesOf(const config::v1::KnowledgeConfig& config) {
  return {.low = StageCount(config.review_stages_low(), 2),
          .normal = StageCount(config.review_stages_normal(), 3),
          .high = StageCount(config.review_stages_high(), 3)};
}

}  // namespace hotline::knowledge
