#include "services/gateway/platforms/sealing/sealing.h"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "proto/cc/errors.h"

namespace hotline::gateway::platforms {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kIvBytes = 16;
constexpr size_t kPadTo = 32;
constexpr size_t kLengthBytes = 4;
constexpr char kHexDigits[] = "0123456789abcdef";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

bool IsBase64Character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// Strict but for the bits left over in the last character, which platforms do not keep at zero.
std::optional<std::string> FromBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  if (!std::all_of(digits.begin(), digits.end(), IsBase64Character)) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(Bytes(bytes), Bytes(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string ToBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // the block encoder ends with NUL
  const int size = EVP_EncodeBlock(Bytes(text), Bytes(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

// AES-256-CBC over whole blocks.
std::optional<std::string> Cipher(std::string_view key, std::string_view input, bool encrypt) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string output(input.size() + kIvBytes, '\0');
  int size = 0;
  int rest = 0;
  if (context == nullptr ||
      EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, Bytes(key), Bytes(key),
                        encrypt ? 1 : 0) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), Bytes(output), &size, Bytes(input),
                       static_cast<int>(input.size())) != 1 ||
      EVP_CipherFinal_ex(context.get(), Bytes(output) + size, &rest) != 1) {
    return std::nullopt;
  }
  output.resize(static_cast<size_t>(size + rest));
  return output;
}

// The text without its padding; nothing when that is not one.
std::optional<std::string_view> Unpadded(std::string_view padded) {
  if (padded.empty()) return std::nullopt;
  const auto count = static_cast<size_t>(static_cast<unsigned char>(padded.back()));
  if (count == 0 || count > kPadTo || count > padded.size()) return std::nullopt;
  const std::string_view padding = padded.substr(padded.size() - count);
  if (padding.find_first_not_of(padded.back()) != std::string_view::npos) return std::nullopt;
  return padded.substr(0, padded.size() - count);
}

}  // namespace

std::string SignatureOf(std::vector<std::string_view> parts) {
  std::sort(parts.begin(), parts.end());
  std::string joined;
  for (const std::string_view part : parts) joined += part;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kHexDigits[digest[i] >> 4];
    hex += kHexDigits[digest[i] & 15];
  }
  return hex;
}

bool SameSignature(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

absl::StatusOr<Sealer> Sealer::Make(std::string_view encoding_aes_key, std::string receiver) {
  std::optional<std::string> key;
  if (encoding_aes_key.size() == kAesKeyCharacters) {
    key = FromBase64(std::string(encoding_aes_key) + "=");
  }
  if (!key.has_value() || key->size() != kKeyBytes) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::FIELD_INVALID,
                     "EncodingAESKey 应为平台给出的 43 个字母和数字。",
                     {{"field", "aes_key_file"}});
  }
  return Sealer(*std::move(key), std::move(receiver));
}

Sealer::~Sealer() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::optional<std::string> Sealer::Open(std::string_view sealed) const {
  if (sealed.size() > kSealedBytesMax) return std::nullopt;
  const auto bytes = FromBase64(sealed);
  if (!bytes.has_value() || bytes->size() % kIvBytes != 0) return std::nullopt;
  const auto padded = Cipher(key_, *bytes, false);
  if (!padded.has_value()) return std::nullopt;
  const auto plain = Unpadded(*padded);
  constexpr size_t kHead = std::tuple_size_v<Random> + kLengthBytes;
  if (!plain.has_value() || plain->size() < kHead) return std::nullopt;
  size_t length = 0;
  for (size_t i = std::tuple_size_v<Random>; i < kHead; ++i) {
    length = length * 256 + static_cast<unsigned char>((*plain)[i]);
  }
  const std::string_view rest = plain->substr(kHead);
  if (length > rest.size() || rest.substr(length) != receiver_) return std::nullopt;
  return std::string(rest.substr(0, length));
}

std::string Sealer::Seal(std::string_view text) const {
  Random random{};
  RAND_bytes(random.data(), static_cast<int>(random.size()));
  return SealWith(random, text);
}

std::string Sealer::SealWith(const Random& random, std::string_view text) const {
  std::string plain(reinterpret_cast<const char*>(random.data()), random.size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    plain += static_cast<char>((text.size() >> shift) & 0xFF);
  }
  plain += text;
  plain += receiver_;
  const size_t padding = kPadTo - plain.size() % kPadTo;
  plain.append(padding, static_cast<char>(padding));
  return ToBase64(Cipher(key_, plain, true).value_or(""));
}

}  // namespace hotline::gateway::platforms
