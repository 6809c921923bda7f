#include "services/answer/freshness.h"

#include <algorithm>

namespace hotline::answer {
namespace {

constexpr int64_t kDriftPerMille = 1;
constexpr BootTime kWriteTime{50'000};
constexpr int64_t kWriteTimeShare = 20;  // of a short limit, at most one in so many

}  // namespace

BootTime ServingLimit(BootTime refuse_after) {
  const BootTime drift = refuse_after * kDriftPerMille / 1000;
  return refuse_after - drift - std::min(kWriteTime, refuse_after / kWriteTimeShare);
}

LeaseState Judge(const LeaseLimits& limits, std::optional<BootTime> fresh_as_of, BootTime now) {
  if (!fresh_as_of.has_value()) return LeaseState::kRefused;
  const BootTime age = now - *fresh_as_of;
  if (age > ServingLimit(limits.refuse_after)) return LeaseState::kRefused;
  return age > limits.mark_stale_after ? LeaseState::kStale : LeaseState::kFresh;
}

void BarrierTracker::OnBarrier(BootTime sent, int64_t head, int64_t applied) {
  if (pending_.size() == kPendingMax) pending_.erase(pending_.end() - 1);
  pending_.push_back({sent, head});
  OnApplied(applied);
}

void BarrierTracker::OnApplied(int64_t applied) {
  while (!pending_.empty() && pending_.front().head <= applied) {
    fresh_as_of_ = std::max(fresh_as_of_.value_or(BootTime::min()), pending_.front().sent);
    pending_.pop_front();
  }
}

void BarrierTracker::Reset() {
  pending_.clear();
  fresh_as_of_.reset();
}

}  // namespace hotline::answer
