#include "services/insight/usage_rows.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "proto/cc/regions.h"

namespace hotline::insight {
namespace {

uint32_t Clamped(int64_t count) {
  constexpr int64_t kMost = std::numeric_limits<uint32_t>::max();
  return static_cast<uint32_t>(std::clamp<int64_t>(count, 0, kMost));
}

}  // namespace

uint32_t RegionNumber(std::string_view region) {
  uint32_t number = 0;
  if (!IsRegion(region)) return kNoRegion;
  std::from_chars(region.data(), region.data() + region.size(), number);
  return number;
}

std::string RegionOf(uint32_t number) {
  return number == kNoRegion ? std::string() : absl::StrFormat("%06u", number);
}

UsageKey UsageKey::Of(uint32_t entry, int64_t revision, type::v1::Channel channel,
                      uint32_t region) {
  return {.entry = entry,
          .revision = Clamped(revision),
          .place = static_cast<uint32_t>(channel) << 24U | region};
}

UsageCounts& UsageCounts::operator+=(const UsageCounts& other) {
  for (size_t i = 0; i < kUsageCounts; ++i)
    values[i] = Clamped(static_cast<int64_t>(values[i]) + other.values[i]);
  return *this;
}

UsageCounts CountsOf(const v1::UsageRow& row) {
  return {{Clamped(row.asked_count()), Clamped(row.offered_count()), Clamped(row.useful_count()),
           Clamped(row.useless_count()), Clamped(row.chosen_count()),
           Clamped(row.abandoned_count()), Clamped(row.handed_over_count())}};
}

void AddTo(const UsageCounts& counts, v1::UsageRow& row) {
  row.set_asked_count(row.asked_count() + counts.values[0]);
  row.set_offered_count(row.offered_count() + counts.values[1]);
  row.set_useful_count(row.useful_count() + counts.values[2]);
  row.set_useless_count(row.useless_count() + counts.values[3]);
  row.set_chosen_count(row.chosen_count() + counts.values[4]);
  row.set_abandoned_count(row.abandoned_count() + counts.values[5]);
  row.set_handed_over_count(row.handed_over_count() + counts.values[6]);
}

void SortAndMerge(std::vector<PackedRow>& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const PackedRow& a, const PackedRow& b) { return a.key < b.key; });
  size_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (kept > 0 && rows[kept - 1].key == rows[i].key) {
      rows[kept - 1].counts += rows[i].counts;
    } else {
      rows[kept++] = rows[i];
    }
  }
  rows.resize(kept);
}

uint32_t EntryNumbers::Make(std::string_view name) {
  if (name.empty()) return 0;
  const auto [at, added] =
      numbers_.try_emplace(std::string(name), static_cast<uint32_t>(names_.size()));
  if (added) names_.emplace_back(name);
  return at->second;
}

uint32_t EntryNumbers::Find(std::string_view name) const {
  const auto found = numbers_.find(std::string(name));
  return found == numbers_.end() ? 0 : found->second;
}

RowSum::Key RowSum::KeyOf(const v1::UsageRow& row) {
  return {row.entry(), row.revision(), static_cast<int>(row.channel()), row.region()};
}

void RowSum::Add(const v1::UsageRow& row) {
  v1::UsageRow& sum = rows_[KeyOf(row)];
  sum.set_entry(row.entry());
  sum.set_revision(row.revision());
  sum.set_channel(row.channel());
  sum.set_region(row.region());
  AddTo(CountsOf(row), sum);
}

bool RowSum::AddWithin(const google::protobuf::RepeatedPtrField<v1::UsageRow>& rows,
                       size_t rows_max) {
  std::set<Key> added;
  for (const v1::UsageRow& row : rows) {
    Key key = KeyOf(row);
    if (!rows_.contains(key)) added.insert(std::move(key));
  }
  if (rows_.size() + added.size() > rows_max) return false;
  for (const v1::UsageRow& row : rows) Add(row);
  return true;
}

std::vector<v1::UsageRow> RowSum::Take() {
  std::vector<v1::UsageRow> result;
  result.reserve(rows_.size());
  for (auto& [key, row] : rows_) result.push_back(std::move(row));
  rows_.clear();
  return result;
}

}  // namespace hotline::insight
