#include "services/gateway/token_buckets.h"

#include <algorithm>
#include <cmath>

namespace hotline::gateway {

std::chrono::seconds TokenBuckets::Take(const std::string& key, Instant now) {
  constexpr double kSecondsAMinute = 60;
  const double a_second = per_minute_ / kSecondsAMinute;
  const std::lock_guard lock(mutex_);
  Bucket* bucket = buckets_.Find(key);
  if (bucket == nullptr) bucket = &buckets_.Put(key, {static_cast<double>(per_minute_), now});
  const double elapsed = std::chrono::duration<double>(now - bucket->at).count();
  bucket->left = std::min<double>(per_minute_, bucket->left + std::max(0.0, elapsed) * a_second);
  bucket->at = now;
  if (bucket->left >= 1) {
    bucket->left -= 1;
    return std::chrono::seconds(0);
  }
  const double wait = (1 - bucket->left) / a_second;
  return std::chrono::seconds(std::max<int64_t>(1, static_cast<int64_t>(std::ceil(wait))));
}

void TokenBuckets::GiveBack(const std::string& key) {
  const std::lock_guard lock(mutex_);
  Bucket* const bucket = buckets_.Find(key);
  if (bucket != nullptr) bucket->left = std::min<double>(per_minute_, bucket->left + 1);
}

}  // namespace hotline::gateway
