#include "services/identity/password_hasher.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <sodium.h>

#include "proto/cc/errors.h"
#include "services/access/credentials.h"

namespace hotline::identity {
namespace {

absl::Status Overloaded() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                   "登录的人太多，请稍后重试。", {{"limit", "passwords at once"}});
}

absl::Status TooLate() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                   "超过了调用时限，请稍后重试或放宽时限。");
}

}  // namespace

// One of the few places, given back when it goes out of scope.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { hasher_.GiveBack(); }

 private:
  PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(Options options) : options_(options) {
  // Fails only where the machine gives no random bytes.
  if (sodium_init() < 0) std::abort();
  const auto nobody = Hash(access::RandomBytes(32), Deadline::max());
  if (!nobody.ok()) std::abort();  // not enough memory for a single one
  nobody_ = *nobody;
}

absl::Status PasswordHasher::TakeTurn(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (running_ >= options_.at_once && waiting_ >= options_.waiting_max) return Overloaded();
  ++waiting_;
  const auto latest = std::min(deadline, std::chrono::steady_clock::now() + std::chrono::hours(1));
  const bool mine = free_.wait_until(lock, latest, [&] { return running_ < options_.at_once; });
  --waiting_;
  if (!mine) return TooLate();
  ++running_;
  return absl::OkStatus();
}

void PasswordHasher::GiveBack() {
  const std::lock_guard lock(mutex_);
  --running_;
  free_.notify_one();
}

absl::StatusOr<std::string> PasswordHasher::Hash(const std::string& password, Deadline deadline) {
  RETURN_IF_ERROR(TakeTurn(deadline));
  const Turn turn(*this);
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed =
      crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), options_.operations,
                            options_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) return Overloaded();  // out of memory
  return std::string(hash.data());
}

absl::StatusOr<bool> PasswordHasher::Matches(const std::string& password, const std::string& hash,
                                             Deadline deadline) {
  RETURN_IF_ERROR(TakeTurn(deadline));
  const Turn turn(*this);
  const std::string& against = hash.empty() ? nobody_ : hash;
  const bool same =
      crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return same && !hash.empty();
}

}  // namespace hotline::identity
