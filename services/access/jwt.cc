#include "services/access/jwt.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include <cjose/cjose.h>
#include <jansson.h>
#include <sys/stat.h>

#include "absl/strings/escaping.h"

#include "proto/cc/errors.h"

namespace hotline::access {
namespace {

constexpr int64_t kLeewaySeconds = 60;
constexpr size_t kKeysMax = 100;
constexpr size_t kKeysFileBytesMax = size_t{1} << 20;
constexpr size_t kRsaBitsMin = 2048;
constexpr size_t kSubjectBytesMax = 200;

struct JsonFree {
  void operator()(json_t* json) const { json_decref(json); }
};
using Json = std::unique_ptr<json_t, JsonFree>;

struct JwkFree {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
using Jwk = std::unique_ptr<cjose_jwk_t, JwkFree>;

struct JwsFree {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
using Jws = std::unique_ptr<cjose_jws_t, JwsFree>;

Json ParseObject(std::string_view text) {
  json_error_t error;
  Json json(json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, &error));
  return json != nullptr && json_is_object(json.get()) ? std::move(json) : nullptr;
}

// "" when the member is absent or no string.
std::string_view StringOf(const json_t* object, const char* name) {
  const json_t* value = json_object_get(object, name);
  if (!json_is_string(value)) return {};
  return {json_string_value(value), json_string_length(value)};
}

// The algorithm that a key is for; "" when it is for none that is accepted.
std::string_view AlgorithmOf(const cjose_jwk_t* key) {
  cjose_err error;
  switch (cjose_jwk_get_kty(key, &error)) {
    case CJOSE_JWK_KTY_RSA:
      return cjose_jwk_get_keysize(key, &error) >= kRsaBitsMin ? "RS256" : "";
    case CJOSE_JWK_KTY_EC:
      return cjose_jwk_EC_get_curve(key, &error) == CJOSE_JWK_EC_P_256 ? "ES256" : "";
    default:
      return "";
  }
}

bool Holds(const json_t* claims, LogTime now) {
  const int64_t seconds = now / 1'000'000;
  const json_t* expires = json_object_get(claims, "exp");
  if (!json_is_number(expires)) return false;
  if (json_number_value(expires) + kLeewaySeconds <= static_cast<double>(seconds)) return false;
  const json_t* begins = json_object_get(claims, "nbf");
  if (begins == nullptr) return true;
  return json_is_number(begins) &&
         json_number_value(begins) - kLeewaySeconds <= static_cast<double>(seconds);
}

bool IsFor(const json_t* claims, const std::string& audience) {
  const json_t* value = json_object_get(claims, "aud");
  if (json_is_string(value)) return StringOf(claims, "aud") == audience;
  for (size_t i = 0; i < json_array_size(value); ++i) {
    const json_t* one = json_array_get(value, i);
    if (json_is_string(one) &&
        std::string_view(json_string_value(one), json_string_length(one)) == audience) {
      return true;
    }
  }
  return false;
}

absl::Status BadKeysFile(const std::string& path, std::string_view why) {
  return FieldInvalid("access.jwt_keys_file", path,
                      "单点登录的公钥文件（JWKS）" + std::string(why));
}

}  // namespace

class JwtVerifier::KeySet {
 public:
  // Keys that are not for signatures, or of kinds that are not accepted, are passed over.
  static std::shared_ptr<const KeySet> Parse(std::string_view text) {
    const Json document = ParseObject(text);
    const json_t* list = document == nullptr ? nullptr : json_object_get(document.get(), "keys");
    auto keys = std::make_shared<KeySet>();
    for (size_t i = 0; i < json_array_size(list) && i < kKeysMax; ++i)
      keys->Add(json_array_get(list, i));
    return keys;
  }

  bool empty() const { return keys_.empty(); }

  // True when a key that the header names (or the only one of its kind) made the signature.
  bool Signed(const Json& header, cjose_jws_t* jws) const {
    const std::string_view algorithm = StringOf(header.get(), "alg");
    const std::string_view id = StringOf(header.get(), "kid");
    for (const Key& key : keys_) {
      if (key.algorithm != algorithm || (!id.empty() && key.id != id)) continue;
      cjose_err error;
      if (cjose_jws_verify(jws, key.jwk.get(), &error)) return true;
    }
    return false;
  }

 private:
  struct Key {
    std::string id;
    std::string algorithm;
    Jwk jwk;
  };

  void Add(const json_t* json) {
    if (!json_is_object(json)) return;
    const std::string_view use = StringOf(json, "use");
    if (!use.empty() && use != "sig") return;
    char* text = json_dumps(json, JSON_COMPACT);
    if (text == nullptr) return;
    cjose_err error;
    Jwk jwk(cjose_jwk_import(text, std::string_view(text).size(), &error));
    std::free(text);
    if (jwk == nullptr) return;
    const std::string_view algorithm = AlgorithmOf(jwk.get());
    const std::string_view wanted = StringOf(json, "alg");
    if (algorithm.empty() || (!wanted.empty() && wanted != algorithm)) return;
    keys_.push_back({std::string(StringOf(json, "kid")), std::string(algorithm), std::move(jwk)});
  }

  std::vector<Key> keys_;
};

JwtVerifier::JwtVerifier(const config::v1::AccessConfig& config)
    : issuer_(config.jwt_issuer()),
      audience_(config.jwt_audience()),
      keys_file_(config.jwt_keys_file()) {}

JwtVerifier::~JwtVerifier() = default;

absl::StatusOr<std::unique_ptr<JwtVerifier>> JwtVerifier::Make(
    const config::v1::AccessConfig& config) {
  if (config.jwt_issuer().empty()) return std::unique_ptr<JwtVerifier>();
  if (config.jwt_audience().empty()) return FieldRequired("access.jwt_audience");
  if (config.jwt_keys_file().empty()) return FieldRequired("access.jwt_keys_file");
  std::unique_ptr<JwtVerifier> verifier(new JwtVerifier(config));
  RETURN_IF_ERROR(verifier->Refresh());
  return verifier;
}

absl::Status JwtVerifier::Refresh() {
  struct stat state {};
  if (stat(keys_file_.c_str(), &state) != 0) return BadKeysFile(keys_file_, "读不到，请检查路径。");
  const std::string seen = std::to_string(state.st_ino) + ":" + std::to_string(state.st_size) +
                           ":" + std::to_string(state.st_mtim.tv_sec) + "." +
                           std::to_string(state.st_mtim.tv_nsec);
  if (seen == seen_) return absl::OkStatus();
  if (static_cast<size_t>(state.st_size) > kKeysFileBytesMax)
    return BadKeysFile(keys_file_, "过大，请核对。");
  const std::ifstream file(keys_file_, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  auto keys = KeySet::Parse(text.str());
  if (keys->empty())
    return BadKeysFile(keys_file_, "里没有可用的公钥（RS256 至少 2048 位，或 ES256）。");
  seen_ = seen;
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
  return absl::OkStatus();
}

std::string JwtVerifier::SubjectOf(std::string_view token, LogTime now) const {
  std::shared_ptr<const KeySet> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
  }
  std::string header_text;
  if (!absl::WebSafeBase64Unescape(std::string(token.substr(0, token.find('.'))), &header_text))
    return "";
  const Json header = ParseObject(header_text);
  // An extension that must be understood ("crit") is not.
  if (header == nullptr || json_object_get(header.get(), "crit") != nullptr) return "";
  cjose_err error;
  const Jws jws(cjose_jws_import(token.data(), token.size(), &error));
  if (jws == nullptr || !keys->Signed(header, jws.get())) return "";
  uint8_t* text = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &text, &size, &error)) return "";
  const Json claims = ParseObject({reinterpret_cast<const char*>(text), size});
  if (claims == nullptr || StringOf(claims.get(), "iss") != issuer_ ||
      !IsFor(claims.get(), audience_) || !Holds(claims.get(), now)) {
    return "";
  }
  const std::string_view subject = StringOf(claims.get(), "sub");
  return subject.size() > kSubjectBytesMax ? "" : std::string(subject);
}

}  // namespace hotline::access
