#include "services/gateway/platforms/deliveries.h"

#include <utility>

namespace hotline::gateway::platforms {

Deliveries::Turn Deliveries::Join(const std::string& key, Waiter waiter, Outcome* outcome,
                                  Instant now) {
  const std::lock_guard lock(mutex_);
  Forget(now);
  const auto found = entries_.find(key);
  if (found != entries_.end()) return JoinEntry(found->second, std::move(waiter), outcome);
  if (entries_.size() - order_.size() >= kUnderWayMax) return Turn::kFull;
  entries_[key].waiters.push_back(std::move(waiter));
  return Turn::kFirst;
}

std::optional<Deliveries::Turn> Deliveries::JoinKnown(const std::string& key, Waiter waiter,
                                                      Outcome* outcome, Instant now) {
  const std::lock_guard lock(mutex_);
  Forget(now);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return JoinEntry(found->second, std::move(waiter), outcome);
}

Deliveries::Turn Deliveries::JoinEntry(Entry& entry, Waiter waiter, Outcome* outcome) {
  if (entry.outcome.has_value()) {
    *outcome = *entry.outcome;
    return Turn::kRemembered;
  }
  entry.waiters.push_back(std::move(waiter));
  return Turn::kUnderWay;
}

void Deliveries::Finish(const std::string& key, Outcome outcome, Instant now) {
  std::vector<Waiter> waiters;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    waiters = std::exchange(found->second.waiters, {});
    if (outcome.passing) {
      entries_.erase(found);
    } else {
      found->second.outcome = outcome;
      found->second.until = now + kKept;
      found->second.place = order_.insert(order_.end(), key);
    }
  }
  for (const Waiter& waiter : waiters) waiter(outcome);
}

void Deliveries::Replace(const std::string& key, Outcome outcome) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.outcome.has_value()) return;
  found->second.outcome = std::move(outcome);
}

void Deliveries::Forget(Instant now) {
  while (!order_.empty()) {
    const auto oldest = entries_.find(order_.front());
    if (oldest->second.until > now && order_.size() < kRememberedMax) return;
    entries_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace hotline::gateway::platforms
