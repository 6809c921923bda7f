#include "services/gateway/platforms/replays.h"

#include <charconv>
#include <cstdlib>
#include <optional>

#include "proto/cc/content_hash.h"

namespace hotline::gateway::platforms {
namespace {

std::optional<int64_t> Seconds(std::string_view text) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > 12) return {};
  return seconds;
}

}  // namespace

Replays::Verdict Replays::Check(std::string_view timestamp, std::string_view nonce,
                                std::string_view body, int64_t now_s) {
  const std::optional<int64_t> stamped = Seconds(timestamp);
  if (!stamped.has_value() || std::llabs(now_s - *stamped) > kWindowSeconds || nonce.empty()) {
    return Verdict::kStale;
  }
  std::string key = Sha256(std::string(timestamp) + " " + std::string(nonce));
  std::string hash = Sha256(body);
  const std::lock_guard lock(mutex_);
  Forget(now_s);
  const auto [found, added] = bodies_.emplace(key, hash);
  if (!added) return found->second == hash ? Verdict::kRepeat : Verdict::kReused;
  // From the future edge of the window to its past edge.
  order_.push_back({std::move(key), now_s + 2 * kWindowSeconds});
  return Verdict::kFresh;
}

void Replays::Forget(int64_t now_s) {
  while (!order_.empty() && (order_.front().until_s < now_s || order_.size() >= kKeptMax)) {
    bodies_.erase(order_.front().key);
    order_.pop_front();
  }
}

}  // namespace hotline::gateway::platforms
