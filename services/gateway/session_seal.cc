#include "services/gateway/session_seal.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "absl/strings/escaping.h"

#include "proto/cc/errors.h"
#include "services/gateway/platforms/secret_file.h"

namespace hotline::gateway {
namespace {

constexpr char kKeySetting[] = "gateway.cookie_key_file";
constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;
constexpr size_t kValueBytesMax = 4096;  // what browsers keep
constexpr size_t kCsrfBytes = 24;
// Keys for different things are different keys; the number changes with the form of the value.
constexpr std::string_view kSealingUse = "koujing session seal 1";
constexpr std::string_view kCsrfUse = "koujing session csrf 1";

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string Random(size_t count) {
  std::string bytes(count, '\0');
  // Without randomness there are no secrets: nothing sensible could go on.
  if (RAND_bytes(Bytes(bytes), static_cast<int>(count)) != 1) std::abort();
  return bytes;
}

template <typename Key>
std::string Hmac(const Key& key, std::string_view text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(), mac,
       &size);
  return std::string(reinterpret_cast<const char*>(mac), size);
}

absl::Status BadKey() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
                   "会话密钥文件应恰好是 64 个十六进制数字（可用 openssl rand -hex 32 生成）。",
                   {{"field", kKeySetting}});
}

absl::StatusOr<std::string> ReadKey(const std::string& path) {
  if (path.empty()) return Random(SessionSeal::kKeyBytes);
  ASSIGN_OR_RETURN(const std::string text, platforms::ReadSecretFile(kKeySetting, path));
  const bool digits =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!digits || text.size() != SessionSeal::kKeyBytes * 2) return BadKey();
  return absl::HexStringToBytes(text);
}

}  // namespace

SessionSeal::SessionSeal(const Key& master) {
  const std::string sealing = Hmac(master, kSealingUse);
  const std::string csrf = Hmac(master, kCsrfUse);
  std::copy(sealing.begin(), sealing.end(), sealing_key_.begin());
  std::copy(csrf.begin(), csrf.end(), csrf_key_.begin());
}

absl::StatusOr<SessionSeal> SessionSeal::WithKeyOf(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadKey(file));
  Key master;
  std::copy(bytes.begin(), bytes.end(), master.begin());
  return SessionSeal(master);
}

std::string SessionSeal::NewId() { return Random(kIdBytes); }

std::string SessionSeal::Seal(const SealedSession& session, std::string_view address) const {
  const std::string plain = session.id + session.token;
  const std::string nonce = Random(kNonceBytes);
  std::string sealed(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int size = 0;
  EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, sealing_key_.data(), Bytes(nonce));
  EVP_EncryptUpdate(cipher.get(), nullptr, &size, Bytes(address), static_cast<int>(address.size()));
  EVP_EncryptUpdate(cipher.get(), Bytes(sealed), &size, Bytes(plain),
                    static_cast<int>(plain.size()));
  EVP_EncryptFinal_ex(cipher.get(), Bytes(sealed) + size, &size);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data());
  std::string value = absl::WebSafeBase64Escape(nonce + sealed + tag);
  value.erase(std::find(value.begin(), value.end(), '='), value.end());
  return value;
}

std::optional<SealedSession> SessionSeal::Open(std::string_view value,
                                               std::string_view address) const {
  std::string bytes;
  if (value.size() > kValueBytesMax || !absl::WebSafeBase64Unescape(std::string(value), &bytes) ||
      bytes.size() < kNonceBytes + kIdBytes + kTagBytes) {
    return std::nullopt;
  }
  const std::string_view nonce = std::string_view(bytes).substr(0, kNonceBytes);
  std::string tag = bytes.substr(bytes.size() - kTagBytes);
  const std::string_view sealed =
      std::string_view(bytes).substr(kNonceBytes, bytes.size() - kNonceBytes - kTagBytes);
  std::string plain(sealed.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int size = 0;
  EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, sealing_key_.data(), Bytes(nonce));
  EVP_DecryptUpdate(cipher.get(), nullptr, &size, Bytes(address), static_cast<int>(address.size()));
  EVP_DecryptUpdate(cipher.get(), Bytes(plain), &size, Bytes(sealed),
                    static_cast<int>(sealed.size()));
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data());
  if (EVP_DecryptFinal_ex(cipher.get(), Bytes(plain) + size, &size) != 1) return std::nullopt;
  return SealedSession{plain.substr(0, kIdBytes), plain.substr(kIdBytes)};
}

std::string SessionSeal::CsrfWord(const SealedSession& session) const {
  return absl::WebSafeBase64Escape(Hmac(csrf_key_, session.id).substr(0, kCsrfBytes));
}

bool SameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace hotline::gateway
