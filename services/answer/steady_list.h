// A list of entries that follows a ranking without flicker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hotline::answer {

// One entry of a ranking.
struct RankedKey {
  uint64_t key = 0;
  double score = 0;  // comparable within one ranking
};

// Keeps what it showed before where it was, unless another entry is clearly better.
class SteadyList {
 public:
  // An entry takes the place of another that was shown when its score is greater by this factor.
  static constexpr double kMargin = 1.15;

  explicit SteadyList(size_t size, double margin = kMargin) : size_(size), margin_(margin) {}

  // Takes a new ranking, best first, and returns the keys to show. Entries that are not in the
  // ranking any more leave at once.
  const std::vector<uint64_t>& Follow(std::span<const RankedKey> ranking);

  const std::vector<uint64_t>& shown() const { return shown_; }

 private:
  size_t size_;
  double margin_;
  std::vector<uint64_t> shown_;
};

}  // namespace hotline::answer
