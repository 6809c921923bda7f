#include "services/gateway/platforms/talkers.h"

namespace hotline::gateway::platforms {

Standing Talkers::Get(const std::string& user, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = talkers_.find(user);
  if (found == talkers_.end() || found->second.until <= now) return {};
  return found->second.standing;
}

void Talkers::Update(const std::string& user, Instant now,
                     const std::function<void(Standing&)>& change) {
  const std::lock_guard lock(mutex_);
  change(Find(user, now).standing);
}

void Talkers::Forget(const std::string& user) {
  const std::lock_guard lock(mutex_);
  Erase(user);
}

void Talkers::NoteLate(const std::string& user, const std::string& delivery, Instant now) {
  const std::lock_guard lock(mutex_);
  Standing& standing = Find(user, now).standing;
  if (standing.late.empty()) standing.late = delivery;
}

void Talkers::SettleLate(const std::string& user, const std::string& delivery) {
  const std::lock_guard lock(mutex_);
  const auto found = talkers_.find(user);
  if (found == talkers_.end() || found->second.standing.late != delivery) return;
  found->second.standing.late.clear();
}

bool Talkers::Count(const std::string& user, Instant now) {
  const std::lock_guard lock(mutex_);
  Talker& talker = Find(user, now);
  if (now - talker.minute >= std::chrono::minutes(1)) {
    talker.minute = now;
    talker.messages = 0;
  }
  return ++talker.messages <= kMessagesPerMinute;
}

Talkers::Talker& Talkers::Find(const std::string& user, Instant now) {
  while (!order_.empty() && talkers_.at(order_.front()).until <= now) Erase(order_.front());
  auto found = talkers_.find(user);
  if (found == talkers_.end()) {
    if (talkers_.size() >= kTalkersMax) Erase(order_.front());
    found = talkers_.emplace(user, Talker{{}, now, now, 0, order_.end()}).first;
  } else {
    order_.erase(found->second.place);
  }
  found->second.until = now + kKept;
  found->second.place = order_.insert(order_.end(), user);
  return found->second;
}

void Talkers::Erase(std::string user) {
  const auto found = talkers_.find(user);
  if (found == talkers_.end()) return;
  order_.erase(found->second.place);
  talkers_.erase(found);
}

}  // namespace hotline::gateway::platforms
