#include "services/records/signing.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"

namespace hotline::records {
namespace {

constexpr size_t kSeedDigits = 2 * crypto_sign_SEEDBYTES;
constexpr mode_t kForOthers = S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// A file that cannot be the key, of the setting that names it.
struct KeyFile {
  const std::string& path;
  std::string_view setting;

  absl::Status Bad(const std::string& what) const { return FieldInvalid(setting, path, what); }
};

// The text of the file, whose rights are those of the file that was opened.
absl::StatusOr<std::string> ReadSecret(const KeyFile& key) {
  const int file = open(key.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return key.Bad(std::string("不能读取签名密钥：") + std::strerror(errno));
  struct stat info {};
  std::string text;
  absl::Status status;
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
    status = key.Bad("签名密钥必须是普通文件。");
  } else if ((info.st_mode & kForOthers) != 0) {
    status = key.Bad("签名密钥不得被他人读写，请执行 chmod 600。");
  } else {
    std::array<char, kSeedDigits + 2> buffer{};
    const ssize_t count = read(file, buffer.data(), buffer.size());
    if (count < 0) {
      status = key.Bad(std::string("不能读取签名密钥：") + std::strerror(errno));
    } else {
      text.assign(buffer.data(), static_cast<size_t>(count));
    }
    sodium_memzero(buffer.data(), buffer.size());
  }
  close(file);
  RETURN_IF_ERROR(status);
  return text;
}

}  // namespace

std::unique_ptr<const Signer> Signer::FromSeed(std::string_view seed) {
  if (sodium_init() < 0 || seed.size() != crypto_sign_SEEDBYTES) std::abort();
  std::unique_ptr<Signer> signer(new Signer());
  signer->secret_.resize(crypto_sign_SECRETKEYBYTES);
  signer->public_key_.resize(crypto_sign_PUBLICKEYBYTES);
  crypto_sign_seed_keypair(Bytes(signer->public_key_), Bytes(signer->secret_), Bytes(seed));
  signer->key_id_ = KeyIdOf(signer->public_key_);
  return signer;
}

absl::StatusOr<std::unique_ptr<const Signer>> Signer::Load(const std::string& path,
                                                           std::string_view setting) {
  if (path.empty()) return std::unique_ptr<const Signer>();
  const KeyFile key{path, setting};
  ASSIGN_OR_RETURN(std::string text, ReadSecret(key));
  if (text.size() == kSeedDigits + 1 && text.back() == '\n') text.pop_back();
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  size_t length = 0;
  const bool good = text.size() == kSeedDigits &&
                    sodium_hex2bin(Bytes(seed), seed.size(), text.data(), text.size(), nullptr,
                                   &length, nullptr) == 0 &&
                    length == seed.size();
  sodium_memzero(text.data(), text.size());
  if (!good) {
    return key.Bad("签名密钥应为 64 个十六进制数字，可用 openssl rand -hex 32 生成。");
  }
  auto signer = FromSeed(seed);
  sodium_memzero(seed.data(), seed.size());
  return signer;
}

Signer::~Signer() { sodium_memzero(secret_.data(), secret_.size()); }

std::string Signer::Sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(message), message.size(),
                       Bytes(std::string_view(secret_)));
  return signature;
}

std::string KeyIdOf(std::string_view public_key) { return ToHex(Sha256(public_key)).substr(0, 16); }

absl::Status NoSigningKey(std::string_view setting) {
  const std::string key(setting);
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::NOT_CONFIGURED,
                   "没有配置签名密钥（" + key + "），不能签名和推送。", {{"field", key}});
}

}  // namespace hotline::records
