// How WeChat and WeCom seal what they send: signatures and encryption of a message, both ways.
//
//   signature = hex(SHA-1(the parts sorted as bytes and joined))
//   sealed    = base64(AES-256-CBC(16 random bytes, length (32 bits, big-endian), text, receiver
//   id,
//               padding to a multiple of 32 bytes)), key = base64(EncodingAESKey + "="), IV = the
//               first 16 bytes of the key
//
// The padding goes to 32 bytes, not to the 16 of the cipher: a library's own padding does not fit.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace hotline::gateway::platforms {

inline constexpr size_t kAesKeyCharacters = 43;
inline constexpr size_t kTokenCharactersMin = 3;
inline constexpr size_t kTokenCharactersMax = 32;
// Sealed texts beyond it are refused unread.
inline constexpr size_t kSealedBytesMax = 256 * 1024;

// The signature over parts that the platform and we know; in lower-case hexadecimal digits.
std::string SignatureOf(std::vector<std::string_view> parts);

// Equal in constant time; false for texts of different lengths.
bool SameSignature(std::string_view left, std::string_view right);

// Immutable and thread-safe. Holds the key; wipes it at its end.
class Sealer {
 public:
  using Random = std::array<unsigned char, 16>;

  // `receiver` is the platform's id of the account (AppID, CorpID). INVALID_ARGUMENT: the key is
  // not what the platform gives out. The error never holds the key.
  static absl::StatusOr<Sealer> Make(std::string_view encoding_aes_key, std::string receiver);

  Sealer(Sealer&&) = default;
  Sealer& operator=(Sealer&&) = delete;
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

  // Nothing when the text was not sealed with this key for this receiver, or was altered. Says no
  // more than that: who tries learns nothing. Check the signature first.
  std::optional<std::string> Open(std::string_view sealed) const;

  std::string Seal(std::string_view text) const;
  std::string SealWith(const Random& random, std::string_view text) const;  // for golden vectors

 private:
  Sealer(std::string key, std::string receiver)
      : key_(std::move(key)), receiver_(std::move(receiver)) {}

  std::string key_;
  std::string receiver_;
};

}  // namespace hotline::gateway::platforms
