// So many a minute for each key: a bucket that holds a minute's worth and fills steadily.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "services/gateway/exchange.h"
#include "services/gateway/recent_map.h"

namespace hotline::gateway {

// Thread-safe. Keeps the keys used last; a key that was forgotten starts with a full bucket, which
// only one that was not used for long can be.
class TokenBuckets {
 public:
  static constexpr size_t kKeysMax = 65'536;

  explicit TokenBuckets(int per_minute, size_t keys_max = kKeysMax)
      : per_minute_(per_minute), buckets_(keys_max) {}

  // Takes one; otherwise how long until there is one.
  std::chrono::seconds Take(const std::string& key, Instant now);
  // Gives one back that was taken.
  void GiveBack(const std::string& key);

 private:
  struct Bucket {
    double left = 0;
    Instant at;
  };

  const int per_minute_;
  std::mutex mutex_;
  RecentMap<Bucket> buckets_;
};

}  // namespace hotline::gateway
