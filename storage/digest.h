// The digest of the live state: 32 bytes, independent of the order in which the state came about.
//
// digest = sum over the live resources of SHA-256(name || 0 || bytes of the version), modulo 2^256,
// where the bytes are SerializeDeterministic of the Resource. It is updated by subtracting the leaf
// of the version before and adding the new one, so every position has its digest at the price of
// one hash per effect.
//
// Limits: it compares two states that claim to be equal (replicas, a restored backup, a replay). It
// is no evidence against somebody who chooses the contents – sums of hashes can be made to collide;
// the chain of hashes over the log is that evidence. Equal digests need equal bytes, that is, one
// version of protobuf's serialisation on both sides.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "hotline/store/v1/change.pb.h"

namespace hotline::storage {

inline constexpr size_t kDigestBytes = 32;

// The leaf of one live resource: 32 bytes. `bytes` is its serialised Resource.
std::string DigestLeaf(std::string_view name, std::string_view bytes);
std::string DigestLeaf(const store::v1::Resource& resource);

// A sum of leaves. A value type; not thread-safe.
class StateDigest {
 public:
  // The digest of the empty state: 32 zero bytes.
  StateDigest() = default;

  // From Bytes(). `bytes` must have 32 bytes.
  static StateDigest FromBytes(std::string_view bytes);

  // Both take 32 bytes from DigestLeaf.
  void Add(std::string_view leaf);
  void Subtract(std::string_view leaf);

  // 32 bytes, big-endian.
  std::string Bytes() const;

  friend bool operator==(const StateDigest&, const StateDigest&) = default;

 private:
  std::array<uint8_t, kDigestBytes> sum_{};
};

}  // namespace hotline::storage
