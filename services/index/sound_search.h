// Wordings of a segment that sound like what was typed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"

#include "services/index/pinyin_index.h"
#include "services/index/segment.h"
#include "services/index/sound.h"

namespace hotline::index {

// Where in a wording.
enum class Place : uint8_t {
  kBeginning,
  kInside,  // not at the beginning; patterns of one element are not looked for
};

// Keys of a pattern, one set for each three neighbours of it: every wording that can match at that
// place is in a list of each set. Sets that are too large to be worth it are left out while there
// are others.
std::vector<std::vector<PinyinIndex::Key>> KeyChoices(const SoundPattern& pattern, Place place);

// The work of one search over all segments: wordings looked at, and of them those that are read
// closely. What comes later is not found.
struct SoundLimits {
  size_t candidates = 0;
  size_t readings = 0;
};

// One search; keeps count of its work and its scratch memory.
class SoundSearch {
 public:
  explicit SoundSearch(const SoundLimits& left) : left_(left) {}

  // Calls `take` with each wording that sounds like the pattern and the character where that
  // begins, the first place of each wording; of each list of candidates the shortest wordings
  // first. Stops with a list at the first wording that `wanted` refuses, so `wanted` must refuse
  // all that come later (longer ones) too.
  void Run(const Segment& segment, const SoundPattern& pattern, Place place,
           absl::FunctionRef<bool(uint32_t unit)> wanted,
           absl::FunctionRef<void(uint32_t unit, uint32_t begin)> take);

  // Looks at one wording: the first character at which it sounds like the pattern; nullopt when it
  // does not, or the work is used up.
  std::optional<uint32_t> Look(const Segment& segment, uint32_t unit, const SoundPattern& pattern,
                               Place place);

  // Characters of the wording that was looked at last.
  const std::u32string& wording() const { return wording_; }
  bool exhausted() const { return left_.candidates == 0; }

 private:
  SoundLimits left_;
  std::u32string wording_;
  std::vector<text::Reading> readings_;
};

}  // namespace hotline::index
