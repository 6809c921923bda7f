// Failed sign-ins in a row, by login name, whether anybody has that name or not: a stranger must
// not learn from a lock which names exist.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proto/cc/time.h"

namespace hotline::identity {

// Thread-safe; in memory. The lock of a person that exists is also written into the base.
class SignInFailures {
 public:
  // `lock` in microseconds. Of more than `logins_max` names the one that failed longest ago is
  // forgotten.
  SignInFailures(int failures_max, LogTime lock, size_t logins_max);

  // Until when sign-in is refused; nullopt when it is not.
  std::optional<LogTime> LockedUntil(std::string_view login, LogTime now);

  // Counts one more; true when it is the one that locks.
  bool Fail(std::string_view login, LogTime now);

  void Forget(std::string_view login);

 private:
  struct Count {
    std::string login;
    int failures = 0;
    LogTime locked_until = 0;
  };
  using Order = std::list<Count>;  // the newest failure first

  void EraseLocked(Order::iterator count);

  const int failures_max_;
  const LogTime lock_;
  const size_t logins_max_;
  std::mutex mutex_;
  Order order_;
  std::unordered_map<std::string, Order::iterator> by_login_;
};

}  // namespace hotline::identity
