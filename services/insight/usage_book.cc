#include "services/insight/usage_book.h"

#include <algorithm>
#include <limits>
#include <mutex>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

#include "proto/cc/names.h"
#include "services/records/working_days.h"

namespace hotline::insight {
namespace {

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kHourMicros = 3'600 * kMicros;
constexpr int64_t kDayMicros = 24 * kHourMicros;
constexpr int64_t kOffsetMicros = records::kUtcOffsetMinutesDefault * 60 * kMicros;
constexpr int kHoursInWeek = 168;
constexpr int kWeeks = 4;

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// The nation, 440000, 440300, 440305: what a region lies in.
bool LiesIn(uint32_t region, uint32_t outer) {
  if (region == outer || outer == 0) return true;
  if (region == kNoRegion) return false;
  if (outer % 10'000 == 0) return region / 10'000 == outer / 10'000;
  return outer % 100 == 0 && region / 100 == outer / 100;
}

}  // namespace

HourNumber HourOf(LogTime time) { return FloorDivide(time, kHourMicros); }
LogTime BeginOf(HourNumber hour) { return hour * kHourMicros; }
DayNumber LocalDayOf(LogTime time) { return FloorDivide(time + kOffsetMicros, kDayMicros); }
LogTime BeginOfLocalDay(DayNumber day) { return day * kDayMicros - kOffsetMicros; }

std::vector<std::string_view> UsageBook::Collections() const { return {kUsages}; }

void UsageBook::Reset() {
  const std::unique_lock lock(mutex_);
  batches_.clear();
  by_hour_.clear();
  counted_.clear();
  rows_ = coarse_rows_ = forgotten_rows_ = 0;
}

void UsageBook::Put(const store::v1::Resource& resource, int64_t, const store::v1::Change*) {
  const v1::UsageBatch& given = resource.usage_batch();
  const std::unique_lock lock(mutex_);
  EraseLocked(given.name());
  Batch& batch = batches_[given.name()];
  batch.create_time = ToLogTime(given.create_time());
  const LogTime begin = given.has_begin_time() ? ToLogTime(given.begin_time()) : batch.create_time;
  batch.hour = HourOf(begin);
  batch.day = LocalDayOf(begin);
  batch.summary = given.summary();
  batch.stored_rows = static_cast<size_t>(given.rows_size());
  batch.rows.reserve(batch.stored_rows);
  for (const v1::UsageRow& row : given.rows()) {
    batch.rows.push_back({UsageKey::Of(entries_.Make(row.entry()), row.revision(), row.channel(),
                                       RegionNumber(row.region())),
                          CountsOf(row)});
  }
  SortAndMerge(batch.rows);
  batch.hashes.assign(given.request_hashes().begin(), given.request_hashes().end());
  for (const uint64_t hash : batch.hashes) counted_.try_emplace(hash, batch.create_time);
  rows_ += batch.rows.size();
  by_hour_[batch.hour].push_back(&batch);
  Shrink();
}

void UsageBook::Erase(std::string_view name, int64_t) {
  const std::unique_lock lock(mutex_);
  EraseLocked(name);
}

void UsageBook::EraseLocked(std::string_view name) {
  const auto found = batches_.find(name);
  if (found == batches_.end()) return;
  Batch& batch = found->second;
  for (const uint64_t hash : batch.hashes) counted_.erase(hash);
  rows_ -= batch.rows.size();
  if (batch.coarse) coarse_rows_ -= batch.rows.size();
  const auto hour = by_hour_.find(batch.hour);
  std::erase(hour->second, &batch);
  if (hour->second.empty()) by_hour_.erase(hour);
  batches_.erase(found);
}

void UsageBook::Coarsen(Batch& batch) {
  rows_ -= batch.rows.size();
  for (PackedRow& row : batch.rows) row.key.place |= kNoRegion;
  SortAndMerge(batch.rows);
  batch.rows.shrink_to_fit();
  batch.coarse = true;
  rows_ += batch.rows.size();
  coarse_rows_ += batch.rows.size();
}

void UsageBook::Shrink() {
  if (rows_ <= rows_max_) return;
  for (const auto& [hour, batches] : by_hour_) {
    for (Batch* batch : batches) {
      if (!batch->coarse) Coarsen(*batch);
      if (rows_ <= rows_max_) return;
    }
  }
  for (const auto& [hour, batches] : by_hour_) {
    for (Batch* batch : batches) {
      rows_ -= batch->rows.size();
      coarse_rows_ -= batch->rows.size();
      forgotten_rows_ += batch->rows.size();
      std::vector<PackedRow>().swap(batch->rows);
      if (rows_ <= rows_max_) return;
    }
  }
}

void UsageBook::Reached(const storage::Position& position, LogTime now) {
  const std::unique_lock lock(mutex_);
  kb_revision_ = position.kb_revision;
  now_ = std::max(now_, now);
}

template <typename Visit>
void UsageBook::VisitHours(HourNumber first, HourNumber last, const Visit& visit) const {
  for (auto at = by_hour_.lower_bound(first); at != by_hour_.end() && at->first <= last; ++at) {
    for (const Batch* batch : at->second) visit(*batch);
  }
}

template <typename Visit>
void UsageBook::VisitEntry(const Batch& batch, uint32_t entry, const Visit& visit) {
  const auto first = std::lower_bound(
      batch.rows.begin(), batch.rows.end(), entry,
      [](const PackedRow& row, uint32_t wanted) { return row.key.entry < wanted; });
  for (auto row = first; row != batch.rows.end() && row->key.entry == entry; ++row) visit(*row);
}

absl::flat_hash_map<std::string, v1::UsageRow> UsageBook::Totals(int days) const {
  const std::shared_lock lock(mutex_);
  std::vector<UsageCounts> sums(entries_.size());
  std::vector<bool> seen(entries_.size(), false);
  const HourNumber first = HourOf(BeginOfLocalDay(LocalDayOf(now_) - days + 1));
  VisitHours(first, std::numeric_limits<HourNumber>::max(), [&](const Batch& batch) {
    for (const PackedRow& row : batch.rows) {
      sums[row.key.entry] += row.counts;
      seen[row.key.entry] = true;
    }
  });
  absl::flat_hash_map<std::string, v1::UsageRow> totals;
  for (uint32_t i = 0; i < sums.size(); ++i) {
    if (!seen[i]) continue;
    v1::UsageRow& row = totals[entries_.NameOf(i)];
    row.set_entry(entries_.NameOf(i));
    AddTo(sums[i], row);
  }
  return totals;
}

std::vector<UsageBook::Day> UsageBook::DaysOf(std::string_view entry, int days) const {
  const std::shared_lock lock(mutex_);
  const uint32_t number = entries_.Find(entry);
  if (number == 0) return {};
  std::map<DayNumber, std::vector<PackedRow>> by_day;
  const HourNumber first = HourOf(BeginOfLocalDay(LocalDayOf(now_) - days + 1));
  VisitHours(first, std::numeric_limits<HourNumber>::max(), [&](const Batch& batch) {
    VisitEntry(batch, number, [&](PackedRow row) {
      row.key.place |= kNoRegion;
      by_day[batch.day].push_back(row);
    });
  });
  std::vector<Day> result;
  for (auto& [day, rows] : by_day) {
    SortAndMerge(rows);
    Day& made = result.emplace_back();
    made.day = records::WorkingDays::FormatDay(day);
    for (const PackedRow& row : rows) {
      v1::UsageRow& said = made.rows.emplace_back();
      said.set_entry(std::string(entry));
      said.set_revision(row.key.revision);
      said.set_channel(row.key.channel());
      AddTo(row.counts, said);
    }
  }
  return result;
}

std::vector<UsageBook::Hot> UsageBook::Hottest(type::v1::Channel channel, std::string_view region,
                                               int hours, size_t limit) const {
  const std::shared_lock lock(mutex_);
  const uint32_t asked_in = region.empty() ? kNoRegion : RegionNumber(region);
  absl::flat_hash_map<uint32_t, int64_t> asked;
  VisitHours(HourOf(now_) - hours + 1, HourOf(now_), [&](const Batch& batch) {
    for (const PackedRow& row : batch.rows) {
      if (row.key.entry == 0 || row.key.channel() != channel || row.counts.asked() == 0) continue;
      const bool counts = asked_in == kNoRegion || row.key.region() == kNoRegion ||
                          LiesIn(asked_in, row.key.region());
      if (counts) asked[row.key.entry] += row.counts.asked();
    }
  });
  std::vector<Hot> hot;
  hot.reserve(asked.size());
  for (const auto& [entry, count] : asked) hot.push_back({entries_.NameOf(entry), count});
  const size_t kept = std::min(limit, hot.size());
  std::partial_sort(hot.begin(), hot.begin() + static_cast<std::ptrdiff_t>(kept), hot.end(),
                    [](const Hot& a, const Hot& b) {
                      return a.ask_count != b.ask_count ? a.ask_count > b.ask_count
                                                        : a.entry < b.entry;
                    });
  hot.resize(kept);
  return hot;
}

Usual UsageBook::SameHours(std::string_view entry, type::v1::Channel channel,
                           std::string_view region, LogTime now) const {
  const std::shared_lock lock(mutex_);
  if (by_hour_.empty()) return {};
  const uint32_t number = entries_.Find(entry);
  const uint32_t inside = region.empty() ? kNoRegion : RegionNumber(region);
  const HourNumber first = by_hour_.begin()->first;
  Usual usual;
  const auto add = [&](const PackedRow& row) {
    if (channel != type::v1::CHANNEL_UNSPECIFIED && row.key.channel() != channel) return;
    if (inside != kNoRegion && !LiesIn(row.key.region(), inside)) return;
    usual.count += row.counts.asked();
  };
  for (int week = 1; week <= kWeeks; ++week) {
    const HourNumber middle = HourOf(now) - HourNumber{kHoursInWeek} * week;
    for (HourNumber hour = middle - 1; hour <= middle + 1; ++hour) {
      if (hour <= first) continue;  // the first hour may not be whole
      usual.seconds += 3'600;
      VisitHours(hour, hour, [&](const Batch& batch) {
        if (entry.empty()) {
          for (const PackedRow& row : batch.rows) add(row);
        } else if (number != 0) {
          VisitEntry(batch, number, add);
        }
      });
    }
  }
  return usual;
}

std::optional<LogTime> UsageBook::CountedAt(uint64_t request_hash) const {
  const std::shared_lock lock(mutex_);
  const auto found = counted_.find(request_hash);
  return found == counted_.end() ? std::nullopt : std::optional<LogTime>(found->second);
}

std::vector<UsageBatchFacts> UsageBook::Batches() const {
  const std::shared_lock lock(mutex_);
  std::vector<UsageBatchFacts> facts;
  facts.reserve(batches_.size());
  for (const auto& [name, batch] : batches_)
    facts.push_back({name, batch.hour, batch.stored_rows, batch.summary, batch.create_time});
  return facts;
}

LogTime UsageBook::now() const {
  const std::shared_lock lock(mutex_);
  return now_;
}

int64_t UsageBook::kb_revision() const {
  const std::shared_lock lock(mutex_);
  return kb_revision_;
}

UsageBook::Size UsageBook::size() const {
  const std::shared_lock lock(mutex_);
  return {batches_.size(), rows_, coarse_rows_, forgotten_rows_};
}

}  // namespace hotline::insight
