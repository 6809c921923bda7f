// Random numbers that are a pure function of what they are for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hotline::bench {

// SplitMix64. Equal seeds, equal numbers, on every machine.
class EntryRandom {
 public:
  EntryRandom(uint64_t seed, uint64_t stream) : state_(Mix(seed ^ Mix(stream + kGolden))) {}

  uint64_t Next() { return Mix(state_ += kGolden); }
  // 0 to `bound` - 1; `bound` must not be 0.
  size_t Below(size_t bound) { return static_cast<size_t>(Next() % bound); }
  size_t Between(size_t first, size_t last) { return first + Below(last - first + 1); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& values) {
    return values[Below(values.size())];
  }
  std::string Digits(size_t count) {
    std::string digits;
    while (digits.size() < count) digits += static_cast<char>('0' + Below(10));
    return digits;
  }

 private:
  static constexpr uint64_t kGolden = 0x9E3779B97F4A7C15ULL;
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

  uint64_t state_;
};

}  // namespace hotline::bench
