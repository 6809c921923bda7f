#include "services/text/trie.h"

#include <array>
#include <bit>

namespace hotline::text {
namespace {

static_assert(std::endian::native == std::endian::little, "the blocks are little-endian");

constexpr uint32_t kMagic = 0x31544a4b;
constexpr size_t kCharacters = 65536;

struct Header {
  uint32_t magic = 0;
  uint32_t slots = 0;
  uint32_t words = 0;
  uint32_t longest = 0;
};

constexpr std::array<uint16_t, kCharacters> kNoCodes{};
constexpr uint16_t kNoValue = 0;

}  // namespace

Trie::Trie(std::span<const unsigned char> block) : codes_(kNoCodes.data()), values_(&kNoValue) {
  const auto* const header = reinterpret_cast<const Header*>(block.data());
  if (block.size() < sizeof(Header) || header->magic != kMagic ||
      block.size() != sizeof(Header) + kCharacters * sizeof(uint16_t) +
                          header->slots * (sizeof(Link) + sizeof(uint16_t))) {
    return;
  }
  codes_ = reinterpret_cast<const uint16_t*>(header + 1);
  links_ = reinterpret_cast<const Link*>(codes_ + kCharacters);
  values_ = reinterpret_cast<const uint16_t*>(links_ + header->slots);
  words_ = header->words;
  longest_ = header->longest;
}

uint16_t Trie::Find(std::u32string_view word) const {
  if (word.empty()) return 0;
  Node node = kRoot;
  for (const char32_t c : word) {
    if (!Step(node, c)) return 0;
  }
  return value(node);
}

}  // namespace hotline::text
