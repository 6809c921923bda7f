// Sessions as browsers keep them: sealed, so that nobody can read, make or move one.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace hotline::gateway {

struct SealedSession {
  std::string id;     // random; the same as long as the browser keeps the session
  std::string token;  // what the services know the session by
};

// AES-256-GCM over id and token; the client's address is sealed in, so that the value is good only
// from there. Immutable.
class SessionSeal {
 public:
  static constexpr size_t kKeyBytes = 32;
  static constexpr size_t kIdBytes = 16;

  // With the key in this file (64 hexadecimal digits); "" = a key of its own that is kept nowhere.
  // INVALID_ARGUMENT: the file holds no such key, cannot be read, or others than its owner have any
  // right to it.
  static absl::StatusOr<SessionSeal> WithKeyOf(const std::string& file);

  // A new session's id.
  static std::string NewId();

  // The value of a cookie: letters, digits, '-' and '_'.
  std::string Seal(const SealedSession& session, std::string_view address) const;
  // Nothing when `value` was not sealed with this key for this address.
  std::optional<SealedSession> Open(std::string_view value, std::string_view address) const;

  // What a page must show to prove that it may read our replies; can be told from the session,
  // but not the other way round.
  std::string CsrfWord(const SealedSession& session) const;

 private:
  using Key = std::array<unsigned char, kKeyBytes>;
  explicit SessionSeal(const Key& master);

  Key sealing_key_;
  Key csrf_key_;
};

// Compared in a time that says nothing about where they differ.
bool SameSecret(std::string_view a, std::string_view b);

}  // namespace hotline::gateway
