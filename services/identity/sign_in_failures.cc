#include "services/identity/sign_in_failures.h"

#include <iterator>

namespace hotline::identity {

SignInFailures::SignInFailures(int failures_max, LogTime lock, size_t logins_max)
    : failures_max_(failures_max), lock_(lock), logins_max_(logins_max) {}

void SignInFailures::EraseLocked(Order::iterator count) {
  by_login_.erase(count->login);
  order_.erase(count);
}

std::optional<LogTime> SignInFailures::LockedUntil(std::string_view login, LogTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_login_.find(std::string(login));
  if (found == by_login_.end() || found->second->locked_until == 0) return std::nullopt;
  if (found->second->locked_until > now) return found->second->locked_until;
  EraseLocked(found->second);
  return std::nullopt;
}

bool SignInFailures::Fail(std::string_view login, LogTime now) {
  const std::lock_guard lock(mutex_);
  const std::string key(login);
  if (const auto found = by_login_.find(key); found != by_login_.end()) {
    order_.splice(order_.begin(), order_, found->second);
  } else {
    order_.push_front({.login = key});
    by_login_[key] = order_.begin();
    if (order_.size() > logins_max_) EraseLocked(std::prev(order_.end()));
  }
  Count& count = order_.front();
  if (++count.failures < failures_max_) return false;
  count.failures = 0;
  count.locked_until = now + lock_;
  return true;
}

void SignInFailures::Forget(std::string_view login) {
  const std::lock_guard lock(mutex_);
  const auto found = by_login_.find(std::string(login));
  if (found != by_login_.end()) EraseLocked(found->second);
}

}  // namespace hotline::identity
