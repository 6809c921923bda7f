// The tokens that callers show. Pure, but for the random bytes.
//
//   session  kjs_<session id>_<idle until, seconds>_<seal>   seal = HMAC-SHA256 under the session's
//            own key of all before it: a later idle time needs no write, and nobody can make one
//   API key  kjk_<key id>_<secret>                           stored as SHA-256 of the secret
//   JWT      three parts with dots (jwt.h)
//
// Seals and secrets are compared in constant time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hotline/identity/v1/identity.pb.h"
#include "proto/cc/time.h"

namespace hotline::access {

inline constexpr size_t kSecretBytes = 32;
inline constexpr size_t kTokenBytesMax = 4096;

// Random bytes of the machine.
std::string RandomBytes(size_t count);
// 80 random bits as "<prefix>-…": an id for a name.
std::string RandomId(std::string_view prefix);

std::string SealSessionToken(const identity::v1::Session& session, LogTime idle_until);

struct SessionToken {
  std::string session;  // sessions/…
  LogTime idle_until = 0;
  std::string_view sealed;  // of the token
  std::string seal;
};
std::optional<SessionToken> ParseSessionToken(std::string_view token);
bool SealIsGood(const SessionToken& token, const identity::v1::Session& session);

std::string MakeKeyToken(std::string_view key_name, std::string_view secret);

struct KeyToken {
  std::string key;  // keys/…
  std::string secret;
};
std::optional<KeyToken> ParseKeyToken(std::string_view token);
bool SecretIsGood(const KeyToken& token, const identity::v1::ApiKey& key);

// The token of "Bearer TOKEN"; nullopt for any other form or a token that is too long.
std::optional<std::string_view> BearerToken(std::string_view authorization);

}  // namespace hotline::access
