// The wordings of a segment by how they sound: lists of wordings for each three neighbours'
// initials (公积金 g j j). They give candidates; whether a wording really sounds like what was
// typed is seen in its characters (sound.h). Immutable; any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"

#include "services/index/sound.h"

namespace hotline::index {

class Segment;

class PinyinIndex {
 public:
  // The symbols of three neighbours. The beginning and the end of a wording are kEdgeSymbol: (edge,
  // g, j) are the wordings that begin with g j; (edge, g, edge) those that begin with g.
  using Key = uint16_t;
  static constexpr Key KeyOf(Symbol a, Symbol b, Symbol c) {
    return static_cast<Key>((a * kSymbols + b) * kSymbols + c);
  }
  // Characters of a wording that are read; what follows is not found by its sound.
  static constexpr size_t kMaxCharacters = 64;

  // Reads the wordings of the segment: 1.3 µs each. Takes about 26 bytes per wording.
  explicit PinyinIndex(const Segment& segment);

  // Walks over the wordings (units of the segment) of a key, shortest first, equal lengths in the
  // order of their texts. The index must outlive it.
  class Cursor {
   public:
    Cursor(const PinyinIndex& index, Key key);
    // The next wording; nullopt after the last one.
    std::optional<uint32_t> Next();

   private:
    const PinyinIndex* index_;
    uint32_t at_ = 0;
    uint32_t end_ = 0;
    uint32_t rank_ = 0;
  };

  // Calls `take` with the wordings of a key in the order of a cursor, until it returns false.
  void ForEach(Key key, absl::FunctionRef<bool(uint32_t unit)> take) const;
  // About how many wordings a key has; within a factor of two.
  size_t Estimate(Key key) const;

  size_t memory_bytes() const;

 private:
  void BuildFew(const std::vector<Key>& all, const std::vector<uint32_t>& ends);
  void BuildMany(const std::vector<Key>& all, const std::vector<uint32_t>& ends);
  size_t Find(Key key) const;

  std::vector<uint32_t> by_length_;  // units, shortest first: a wording's place here is its rank
  std::vector<Key> keys_;            // ascending
  std::vector<uint32_t> begin_;      // of each key's list in `ranks_`, and the end
  std::vector<uint8_t> ranks_;       // differences of ranks, seven bits a byte, low first
};

}  // namespace hotline::index
