// JWTs of the one issuer that is configured: single sign-on of the city.
//
// Accepted: RS256 with keys of at least 2,048 bits, and ES256 on P-256; the algorithm must fit the
// key, so a token cannot choose a weaker one ("none", HMAC with the public key). `iss` and `aud`
// must be exactly the configured ones, `exp` must be there, `nbf` is kept, with 60 s for clocks
// that differ.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "proto/cc/time.h"

namespace hotline::access {

// Thread-safe.
class JwtVerifier {
 public:
  // Null without an issuer. FIELD_REQUIRED (access.jwt_audience, access.jwt_keys_file),
  // FIELD_INVALID when the file holds no key that is usable.
  static absl::StatusOr<std::unique_ptr<JwtVerifier>> Make(const config::v1::AccessConfig& config);

  ~JwtVerifier();

  // Reads the file again when it has changed. An unreadable file leaves the keys as they are and is
  // told. Touches the disk: not for reactions.
  absl::Status Refresh();

  // The subject; "" for a token that is not good at `now`.
  std::string SubjectOf(std::string_view token, LogTime now) const;

 private:
  class KeySet;
  explicit JwtVerifier(const config::v1::AccessConfig& config);

  const std::string issuer_;
  const std::string audience_;
  const std::string keys_file_;
  std::string seen_;  // size and times of the file; of the thread that calls Refresh
  mutable std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;  // guarded by mutex_
};

}  // namespace hotline::access
