#include "services/access/credentials.h"

#include <array>
#include <charconv>
#include <cstdlib>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"

namespace hotline::access {
namespace {

constexpr std::string_view kSessionPrefix = "kjs_";
constexpr std::string_view kKeyPrefix = "kjk_";
constexpr LogTime kSecond = 1'000'000;

std::string Hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(),
           &size) == nullptr) {
    std::abort();  // out of memory: nothing sensible is left to do
  }
  return {reinterpret_cast<const char*>(out.data()), size};
}

bool SameBytes(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Splits "prefix id _ rest"; ids hold no '_'.
bool SplitToken(std::string_view token, std::string_view prefix, std::string_view* id,
                std::string_view* rest) {
  if (token.substr(0, prefix.size()) != prefix) return false;
  token.remove_prefix(prefix.size());
  const size_t end = token.find('_');
  if (end == std::string_view::npos) return false;
  *id = token.substr(0, end);
  *rest = token.substr(end + 1);
  return IsId(*id);
}

}  // namespace

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  // Without randomness no secret would be one: nothing sensible is left to do.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    std::abort();
  return bytes;
}

std::string RandomId(std::string_view prefix) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr size_t kLength = 16;
  std::string id = std::string(prefix) + "-";
  for (const char c : RandomBytes(kLength)) id += kAlphabet[static_cast<unsigned char>(c) & 31U];
  return id;
}

std::string SealSessionToken(const identity::v1::Session& session, LogTime idle_until) {
  std::string token = std::string(kSessionPrefix) + std::string(IdOf(session.name())) + "_" +
                      std::to_string(idle_until / kSecond);
  const std::string seal = Hmac(session.token_key(), token);
  return token + "_" + absl::WebSafeBase64Escape(seal);
}

std::optional<SessionToken> ParseSessionToken(std::string_view token) {
  std::string_view id;
  std::string_view rest;
  if (!SplitToken(token, kSessionPrefix, &id, &rest)) return std::nullopt;
  const size_t end = rest.find('_');
  if (end == std::string_view::npos) return std::nullopt;
  SessionToken parsed;
  int64_t seconds = 0;
  const char* stop = rest.data() + end;
  const auto number = std::from_chars(rest.data(), stop, seconds);
  // Twelve digits last for 30,000 years and cannot overflow as microseconds.
  if (number.ptr != stop || number.ec != std::errc() || end > 12) return std::nullopt;
  parsed.idle_until = seconds * kSecond;
  parsed.session = MakeName(kSessions, id);
  parsed.sealed = token.substr(0, static_cast<size_t>(stop - token.data()));
  if (!absl::WebSafeBase64Unescape(std::string(rest.substr(end + 1)), &parsed.seal))
    return std::nullopt;
  return parsed;
}

bool SealIsGood(const SessionToken& token, const identity::v1::Session& session) {
  return session.token_key().size() == kSecretBytes &&
         SameBytes(token.seal, Hmac(session.token_key(), token.sealed));
}

std::string MakeKeyToken(std::string_view key_name, std::string_view secret) {
  return std::string(kKeyPrefix) + std::string(IdOf(key_name)) + "_" +
         absl::WebSafeBase64Escape(std::string(secret));
}

std::optional<KeyToken> ParseKeyToken(std::string_view token) {
  std::string_view id;
  std::string_view rest;
  if (!SplitToken(token, kKeyPrefix, &id, &rest)) return std::nullopt;
  KeyToken parsed{.key = MakeName(kKeys, id), .secret = {}};
  if (!absl::WebSafeBase64Unescape(std::string(rest), &parsed.secret)) return std::nullopt;
  return parsed;
}

bool SecretIsGood(const KeyToken& token, const identity::v1::ApiKey& key) {
  return token.secret.size() == kSecretBytes && SameBytes(Sha256(token.secret), key.secret_hash());
}

std::optional<std::string_view> BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (!absl::StartsWithIgnoreCase({authorization.data(), authorization.size()}, "bearer "))
    return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  if (authorization.empty() || authorization.size() > kTokenBytesMax) return std::nullopt;
  return authorization;
}

}  // namespace hotline::access
