// Rows of use in memory: packed, sorted, added up. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "hotline/insight/v1/usage.pb.h"

namespace hotline::insight {

// Where something was counted. Regions are their codes as numbers; kNoRegion = not known.
inline constexpr uint32_t kNoRegion = 0xFFFFFFU;
uint32_t RegionNumber(std::string_view region);  // "" and what is no code: kNoRegion
std::string RegionOf(uint32_t number);

// 12 bytes.
struct UsageKey {
  uint32_t entry = 0;     // number of the name (EntryNumbers)
  uint32_t revision = 0;  // 0: questions without an answer
  uint32_t place = 0;     // channel << 24 | region

  static UsageKey Of(uint32_t entry, int64_t revision, type::v1::Channel channel, uint32_t region);
  type::v1::Channel channel() const { return static_cast<type::v1::Channel>(place >> 24U); }
  uint32_t region() const { return place & 0xFFFFFFU; }
  friend auto operator<=>(const UsageKey&, const UsageKey&) = default;
};

// The counts of UsageRow, in the order of its fields from asked_count.
inline constexpr size_t kUsageCounts = 7;
struct UsageCounts {
  std::array<uint32_t, kUsageCounts> values{};

  uint32_t asked() const { return values[0]; }
  // Stays at the largest number rather than wrap.
  UsageCounts& operator+=(const UsageCounts& other);
};
UsageCounts CountsOf(const v1::UsageRow& row);
void AddTo(const UsageCounts& counts, v1::UsageRow& row);

struct PackedRow {
  UsageKey key;
  UsageCounts counts;
};

// Sorts by key and adds up what has the same one.
void SortAndMerge(std::vector<PackedRow>& rows);

// Names of entries as small numbers, from 1; 0 = "". Numbers are never given back: as many as there
// were entries asked for.
class EntryNumbers {
 public:
  EntryNumbers() : names_(1) {}
  uint32_t Make(std::string_view name);
  // The number, or nullopt-like 0 for a name that was never seen.
  uint32_t Find(std::string_view name) const;
  const std::string& NameOf(uint32_t number) const { return names_[number]; }
  size_t size() const { return names_.size(); }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::vector<std::string> names_;
};

// Messages of rows added up by entry, revision, channel and region.
class RowSum {
 public:
  void Add(const v1::UsageRow& row);
  // Adds all of them, or none when there would be more than `rows_max` then: false.
  bool AddWithin(const google::protobuf::RepeatedPtrField<v1::UsageRow>& rows, size_t rows_max);
  size_t size() const { return rows_.size(); }
  // In the order of entry, revision, channel, region; nothing is left.
  std::vector<v1::UsageRow> Take();

 private:
  using Key = std::tuple<std::string, int64_t, int, std::string>;
  static Key KeyOf(const v1::UsageRow& row);
  std::map<Key, v1::UsageRow> rows_;
};

}  // namespace hotline::insight
