// Which messages were heard, and what came of them: a platform that gets no reply within 5 s sends
// the message again, up to three times in all.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/gateway/platforms/outcome.h"

namespace hotline::gateway::platforms {

// Thread-safe; bounded. Keys tell messages apart and hold nothing of anybody (hashes).
class Deliveries {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Waiter = std::function<void(const Outcome&)>;

  // Longer than a replayed stamp is taken (Replays), so that no message counts twice.
  static constexpr std::chrono::minutes kKept{11};
  static constexpr size_t kRememberedMax = 10'000;
  static constexpr size_t kUnderWayMax = 512;

  enum class Turn {
    kFirst,       // the caller works it out and calls Finish; `waiter` waits for that
    kUnderWay,    // another one works it out; `waiter` waits for that
    kRemembered,  // *outcome is what came of it; `waiter` is not kept
    kFull,        // too much is under way; `waiter` is not kept
  };
  Turn Join(const std::string& key, Waiter waiter, Outcome* outcome, Instant now);
  // The same for a message that was heard before: nullopt when nobody remembers it.
  std::optional<Turn> JoinKnown(const std::string& key, Waiter waiter, Outcome* outcome,
                                Instant now);

  // Calls the waiters, outside of any lock, and remembers the outcome unless it is passing.
  void Finish(const std::string& key, Outcome outcome, Instant now);
  // From now on this is what came of it.
  void Replace(const std::string& key, Outcome outcome);

 private:
  struct Entry {
    std::optional<Outcome> outcome;  // absent while it is worked out
    std::vector<Waiter> waiters;
    Instant until;
    std::list<std::string>::iterator place;  // in order_, once there is an outcome
  };
  using Entries = std::unordered_map<std::string, Entry>;

  Turn JoinEntry(Entry& entry, Waiter waiter, Outcome* outcome);
  void Forget(Instant now);

  std::mutex mutex_;
  Entries entries_;
  std::list<std::string> order_;  // of those with an outcome, oldest first
};

}  // namespace hotline::gateway::platforms
