#include "storage/digest.h"

#include <algorithm>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"

namespace hotline::storage {

std::string DigestLeaf(std::string_view name, std::string_view bytes) {
  std::string input;
  input.reserve(name.size() + 1 + bytes.size());
  input.append(name);
  input.push_back('\0');  // a name holds no zero, so no two pairs give one input
  input.append(bytes);
  return Sha256(input);
}

std::string DigestLeaf(const store::v1::Resource& resource) {
  return DigestLeaf(NameOf(resource), SerializeDeterministic(resource));
}

StateDigest StateDigest::FromBytes(std::string_view bytes) {
  StateDigest digest;
  std::transform(bytes.begin(), bytes.begin() + kDigestBytes, digest.sum_.begin(),
                 [](char c) { return static_cast<uint8_t>(c); });
  return digest;
}

void StateDigest::Add(std::string_view leaf) {
  unsigned carry = 0;
  for (size_t i = kDigestBytes; i-- > 0;) {
    const unsigned sum = sum_[i] + static_cast<uint8_t>(leaf[i]) + carry;
    sum_[i] = static_cast<uint8_t>(sum & 0xFFU);
    carry = sum >> 8U;
  }
}

void StateDigest::Subtract(std::string_view leaf) {
  unsigned borrow = 0;
  for (size_t i = kDigestBytes; i-- > 0;) {
    const unsigned taken = static_cast<uint8_t>(leaf[i]) + borrow;
    const unsigned rest = 0x100U + sum_[i] - taken;
    sum_[i] = static_cast<uint8_t>(rest & 0xFFU);
    borrow = rest < 0x100U ? 1 : 0;
  }
}

std::string StateDigest::Bytes() const { return {sum_.begin(), sum_.end()}; }

}  // namespace hotline::storage
