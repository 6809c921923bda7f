#include "services/records/ids.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <openssl/rand.h>

#include "proto/cc/content_hash.h"

namespace hotline::records {
namespace {

constexpr size_t kMadeIdLength = 16;

// 16 bytes as a UUID of this version (RFC 9562).
std::string AsUuid(std::array<unsigned char, 16> bytes, unsigned char version) {
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | (version << 4U));
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string hex =
      ToHex(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  for (const size_t dash : {8U, 13U, 18U, 23U}) hex.insert(dash, 1, '-');
  return hex;
}

}  // namespace

std::string NewUuid() {
  std::array<unsigned char, 16> bytes{};
  // Without randomness no id would be unique: nothing sensible is left to do.
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
  return AsUuid(bytes, 4);
}

std::string UuidOf(std::string_view text) {
  std::array<unsigned char, 16> bytes{};
  const std::string digest = Sha256(text);
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  return AsUuid(bytes, 8);
}

std::string MadeId(std::string_view prefix, std::string_view seed) {
  return std::string(prefix) + "-" + Base32Digest(seed, kMadeIdLength);
}

std::string Base32Digest(std::string_view seed, size_t length) {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  const std::string digest = Sha256(seed);
  std::string text;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const char c : digest) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) {
      if (text.size() == length) return text;
      text += kAlphabet[(buffer >> (bits - 5)) & 31U];
    }
  }
  return text;
}

}  // namespace hotline::records
