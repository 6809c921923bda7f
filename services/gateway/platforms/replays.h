// Requests that are too old, or that were seen before.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hotline::gateway::platforms {

// Thread-safe; bounded. Ask it only about requests whose signature is the platform's.
class Replays {
 public:
  // A stamp may lie so far in the past or the future.
  static constexpr int64_t kWindowSeconds = 300;
  static constexpr size_t kKeptMax = 100'000;

  enum class Verdict {
    kFresh,   // never seen
    kRepeat,  // the same request again: the platform repeats what got no reply
    kStale,   // outside the window, or no time at all
    kReused,  // the stamp of another request: somebody listened and now says something else
  };

  Verdict Check(std::string_view timestamp, std::string_view nonce, std::string_view body,
                int64_t now_s);

 private:
  void Forget(int64_t now_s);

  struct Kept {
    std::string key;
    int64_t until_s;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> bodies_;  // stamp -> hash of the body
  std::deque<Kept> order_;                               // oldest first
};

}  // namespace hotline::gateway::platforms
