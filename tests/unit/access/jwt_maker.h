// Tokens and key files of an issuer of single sign-on, as a test needs them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <cjose/cjose.h>

namespace hotline::access {

inline constexpr int64_t kJwtNowSeconds = 1'800'000'000;
inline constexpr char kJwtIssuer[] = "https://sso.example.gov.cn";
inline constexpr char kJwtAudience[] = "koujing";

struct JwtKeyFree {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
using JwtKey = std::unique_ptr<cjose_jwk_t, JwtKeyFree>;

inline JwtKey RsaKey(size_t bits = 2048) {
  cjose_err error;
  const uint8_t exponent[] = {1, 0, 1};
  return JwtKey(cjose_jwk_create_RSA_random(bits, exponent, sizeof(exponent), &error));
}

inline JwtKey EcKey() {
  cjose_err error;
  return JwtKey(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error));
}

// The public half, as a JWKS has it.
inline std::string PublicJson(const JwtKey& key, const std::string& id) {
  cjose_err error;
  cjose_jwk_set_kid(key.get(), id.data(), id.size(), &error);
  char* text = cjose_jwk_to_json(key.get(), false, &error);
  std::string json = text;
  std::free(text);
  return json;
}

inline void WriteKeys(const std::string& path, const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
  std::ofstream(path) << "{\"keys\":[" << text << "]}";
}

inline std::string JwtClaims(const std::string& more = "", const std::string& issuer = kJwtIssuer,
                             const std::string& audience = kJwtAudience,
                             int64_t expires = kJwtNowSeconds + 300) {
  return "{\"iss\":\"" + issuer + "\",\"aud\":\"" + audience +
         "\",\"sub\":\"wang\",\"exp\":" + std::to_string(expires) + more + "}";
}

// Empty when the key cannot sign so.
inline std::string SignJwt(const JwtKey& key, const std::string& algorithm,
                           const std::string& claims, const std::string& id = "") {
  cjose_err error;
  cjose_header_t* header = cjose_header_new(&error);
  cjose_header_set(header, CJOSE_HDR_ALG, algorithm.c_str(), &error);
  if (!id.empty()) cjose_header_set(header, CJOSE_HDR_KID, id.c_str(), &error);
  cjose_jws_t* jws = cjose_jws_sign(
      key.get(), header, reinterpret_cast<const uint8_t*>(claims.data()), claims.size(), &error);
  const char* text = nullptr;
  std::string token = jws != nullptr && cjose_jws_export(jws, &text, &error) ? text : "";
  cjose_jws_release(jws);
  cjose_header_release(header);
  return token;
}

}  // namespace hotline::access
