// Ed25519 (RFC 8032): what feeds, webhooks and open data are signed with, so that a receiver needs
// no secret.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hotline::records {

// Settings that name a key file.
inline constexpr std::string_view kInsightSigningKey = "insight.signing_key_file";
inline constexpr std::string_view kAnswerSigningKey = "answer.signing_key_file";

// Immutable; thread-safe.
class Signer {
 public:
  // `seed` has 32 bytes.
  static std::unique_ptr<const Signer> FromSeed(std::string_view seed);
  // Of the file that `setting` names: 64 hexadecimal digits, a line feed may follow. Null for an
  // empty path. INVALID_ARGUMENT (FIELD_INVALID) when the file cannot be read, others than its
  // owner may read it, or it holds something else.
  static absl::StatusOr<std::unique_ptr<const Signer>> Load(const std::string& path,
                                                            std::string_view setting);

  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  std::string Sign(std::string_view message) const;              // 64 bytes
  const std::string& public_key() const { return public_key_; }  // 32 bytes
  const std::string& key_id() const { return key_id_; }          // 16 hexadecimal digits

 private:
  Signer() = default;
  std::string secret_;
  std::string public_key_;
  std::string key_id_;
};

// First 16 hexadecimal digits of SHA-256 of a public key.
std::string KeyIdOf(std::string_view public_key);

// FAILED_PRECONDITION (NOT_CONFIGURED): there is no signing key.
absl::Status NoSigningKey(std::string_view setting);

}  // namespace hotline::records
