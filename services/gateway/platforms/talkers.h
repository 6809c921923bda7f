// Where each person stands in the talk: what "1" or "有用" means next.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "services/gateway/platforms/outcome.h"

namespace hotline::gateway::platforms {

struct Standing {
  Said last;                      // the answer said last; no entry = none
  std::string question;           // that led to it
  size_t next_part = 0;           // of that answer; 0 = nothing follows
  std::vector<std::string> menu;  // entries to choose from by number
  std::string late;               // the delivery whose reply came too late; "1" asks for it
};

// Thread-safe; bounded: who was silent longest is forgotten first, and everybody after a while.
// Knows people by a hash only.
class Talkers {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes kKept{30};
  static constexpr size_t kTalkersMax = 20'000;
  // Messages of one person in a minute; further ones are asked to wait.
  static constexpr int kMessagesPerMinute = 30;

  Standing Get(const std::string& user, Instant now);
  // Changes it in place.
  void Update(const std::string& user, Instant now, const std::function<void(Standing&)>& change);
  void Forget(const std::string& user);

  // The delivery is late; unless an earlier one is.
  void NoteLate(const std::string& user, const std::string& delivery, Instant now);
  // The delivery reached the person after all.
  void SettleLate(const std::string& user, const std::string& delivery);

  // Counts one message; false when it is one too many.
  bool Count(const std::string& user, Instant now);

 private:
  struct Talker {
    Standing standing;
    Instant until;
    Instant minute;
    int messages = 0;
    std::list<std::string>::iterator place;
  };

  Talker& Find(const std::string& user, Instant now);
  void Erase(std::string user);  // by value: it may be the text that goes

  std::mutex mutex_;
  std::unordered_map<std::string, Talker> talkers_;
  std::list<std::string> order_;  // silent longest first
};

}  // namespace hotline::gateway::platforms
