// Places of the country, and texts moved from one to another: names, phones, numbers of houses,
// amounts, time limits and years are others there.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/bench/entry_random.h"

namespace hotline::bench {

struct Place {
  std::string province;
  std::string city;
  std::string area;
  std::string code;  // GB/T 2260 of the area
};

class Places {
 public:
  // Reads division_*.csv below `folder`. Empty when they are not there.
  static Places Read(const std::string& folder);

  bool empty() const { return by_street_.empty(); }
  // An area, the likelier the more streets it has: names follow a long tail, as real bases do.
  const Place& Draw(EntryRandom& random) const;
  // The text as the office at `place` would have written it.
  std::string Moved(std::string_view text, const Place& place, EntryRandom& random) const;

 private:
  enum class Level : unsigned char { kProvince, kCity, kArea };

  // Length of the place name at the start of `text`, bytes; 0 = none.
  size_t NameAt(std::string_view text, Level* level) const;

  std::vector<Place> areas_;
  std::vector<uint32_t> by_street_;  // the area of each street
  std::unordered_map<std::string, Level> names_;
};

}  // namespace hotline::bench
