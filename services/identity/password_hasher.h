// Hashes of passwords: argon2id by libsodium, at a cost that makes guessing dear, and only a few at
// a time so that guessing does not become dear for us.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hotline::identity {

// Thread-safe. Each call takes about a tenth of a second and 64 MiB at the default cost: on the
// executor only.
class PasswordHasher {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Options {
    int at_once = 2;
    int waiting_max = 32;  // beyond: UNAVAILABLE (OVERLOADED)
    // libsodium's "interactive" cost; tests take less.
    unsigned long long operations = 2;
    size_t memory_bytes = size_t{64} << 20;
  };

  explicit PasswordHasher(Options options);

  // A PHC string, e.g. "$argon2id$v=19$m=65536,t=2,p=1$…". DEADLINE_PASSED, OVERLOADED.
  absl::StatusOr<std::string> Hash(const std::string& password, Deadline deadline);

  // Whether a hash is of this password. An empty hash (nobody of this name, or nobody with a
  // password) takes as long and is never of it.
  absl::StatusOr<bool> Matches(const std::string& password, const std::string& hash,
                               Deadline deadline);

 private:
  class Turn;
  absl::Status TakeTurn(Deadline deadline);
  void GiveBack();

  const Options options_;
  std::string nobody_;  // hash of a random password, at the same cost
  std::mutex mutex_;
  std::condition_variable free_;
  int running_ = 0;  // guarded by mutex_
  int waiting_ = 0;  // guarded by mutex_
};

}  // namespace hotline::identity
