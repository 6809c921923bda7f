// Who follows the store, how far each is, and for how long it has been silent: what recall receipts
// are made of.
//
// It lives in memory only. After a restart of the store a follower may be unknown and still serve,
// which is why ListFollowers says for how long the table has been kept (known_since_ms) and the
// longest refuse_after allowed: once known_since_ms exceeds refuse_after_ms_max, every follower
// that serves is in the table.
//
// A row is one *instance* of a follower. A restarted follower reports under a new instance; the row
// of the old one stays until its silence proves that it refuses to serve, because a paused process
// may still be alive.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"

#include "hotline/store/v1/store_service.pb.h"

namespace hotline::storage {

inline constexpr size_t kFollowersMax = 1'000;
inline constexpr size_t kFollowerIdMax = 100;
inline constexpr int64_t kRefuseAfterMsMaxDefault = 60'000;

// Thread-safe.
class FollowerRegistry {
 public:
  // `boot` is time since boot and never goes back.
  FollowerRegistry(std::function<std::chrono::microseconds()> boot, int64_t refuse_after_ms_max);

  // Records a report; `head` is the newest position of the store.
  // INVALID_ARGUMENT: empty or long ids, refuse_after_ms outside 1..max, negative position.
  // OUT_OF_RANGE (REVISION_NOT_REACHED): a position that this store has not reached – it is of
  // another timeline. RESOURCE_EXHAUSTED (LIMIT_EXCEEDED): kFollowersMax instances report already.
  absl::Status Report(const store::v1::ReportFollowerRequest& report, int64_t head);

  // In order of follower, then instance.
  store::v1::ListFollowersResponse List() const;

 private:
  struct Row {
    int64_t visible_revision = 0;
    int64_t refuse_after_ms = 0;
    std::chrono::microseconds reported{};
  };
  using Key = std::pair<std::string, std::string>;  // follower, instance

  absl::Status Check(const store::v1::ReportFollowerRequest& report, int64_t head) const;
  void DropFenced(const Key& reporter);
  int64_t SilentMs(const Row& row) const;

  const std::function<std::chrono::microseconds()> boot_;
  const int64_t refuse_after_ms_max_;
  const std::chrono::microseconds known_since_;
  mutable std::mutex mutex_;
  std::map<Key, Row> rows_;  // guarded by mutex_
};

}  // namespace hotline::storage
