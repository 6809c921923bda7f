// What was counted, in memory: a view of the collection `usages`.
//
// Every batch is kept with its rows as they stand, packed and sorted by entry, so that a batch that
// a summary replaced is taken out exactly. Bounded: at most `rows_max` rows of 40 bytes. When there
// are more, the oldest hours lose their regions first (entry, revision and channel stay exact), and
// the oldest are forgotten last; the base itself keeps everything.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/insight/usage_rows.h"
#include "services/insight/wiring.h"
#include "services/records/projection.h"

namespace hotline::insight {

// Hours since 1970-01-01T00:00:00Z, and days since 1970-01-01 in local time (UTC+8).
using HourNumber = int64_t;
using DayNumber = int64_t;
HourNumber HourOf(LogTime time);
LogTime BeginOf(HourNumber hour);
DayNumber LocalDayOf(LogTime time);
LogTime BeginOfLocalDay(DayNumber day);
// What is usual: so many in so much time. No time: nothing is known.
struct Usual {
  double count = 0;
  double seconds = 0;
};

// A batch as the summariser sees it.
struct UsageBatchFacts {
  std::string name;
  HourNumber hour = 0;
  size_t rows = 0;  // as they are in the base
  bool summary = false;
  LogTime create_time = 0;
};

// Thread-safe.
class UsageBook final : public records::Projection, public UsageTotals {
 public:
  static constexpr size_t kRowsMaxDefault = 4'000'000;
  static constexpr int kHotHoursMax = 720;

  explicit UsageBook(size_t rows_max = kRowsMaxDefault) : rows_max_(rows_max) {}

  // By entry, of the last `days` local days, today's included. Rows of questions without an answer
  // are under "".
  absl::flat_hash_map<std::string, v1::UsageRow> Totals(int days) const override;

  struct Day {
    std::string day;
    std::vector<v1::UsageRow> rows;  // by revision and channel, regions together
  };
  // Of one entry, oldest first; days without counts are left out.
  std::vector<Day> DaysOf(std::string_view entry, int days) const;

  struct Hot {
    std::string entry;
    int64_t ask_count = 0;
  };
  // Entries by how often Ask answered with them on a channel in the last `hours`: of `region`, the
  // regions above it and those who named none; empty = of all. Most asked first; at most `limit`.
  std::vector<Hot> Hottest(type::v1::Channel channel, std::string_view region, int hours,
                           size_t limit) const;

  // How often was asked in the same hour of the week, and the hours beside it, in the last four
  // weeks. `entry` empty = every question; channel unspecified = all; region: what lies in it;
  // empty = all. Weeks before the first count say nothing.
  Usual SameHours(std::string_view entry, type::v1::Channel channel, std::string_view region,
                  LogTime now) const;

  // When a request with this hash was counted; nullopt when none is known.
  std::optional<LogTime> CountedAt(uint64_t request_hash) const;

  std::vector<UsageBatchFacts> Batches() const;
  LogTime now() const;
  int64_t kb_revision() const;

  struct Size {
    size_t batches = 0;
    size_t rows = 0;
    size_t coarse_rows = 0;     // without their regions
    size_t forgotten_rows = 0;  // of hours that found no room
  };
  Size size() const;

  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& position, LogTime now) override;

 private:
  struct Batch {
    HourNumber hour = 0;
    DayNumber day = 0;
    bool summary = false;
    bool coarse = false;
    LogTime create_time = 0;
    size_t stored_rows = 0;       // in the base, where nothing is coarsened
    std::vector<PackedRow> rows;  // sorted by key
    std::vector<uint64_t> hashes;
  };
  using Batches_ = std::map<std::string, Batch, std::less<>>;

  void EraseLocked(std::string_view name);
  void Shrink();
  void Coarsen(Batch& batch);
  template <typename Visit>
  void VisitHours(HourNumber first, HourNumber last, const Visit& visit) const;
  template <typename Visit>
  static void VisitEntry(const Batch& batch, uint32_t entry, const Visit& visit);

  const size_t rows_max_;
  mutable std::shared_mutex mutex_;
  EntryNumbers entries_;  // guarded by mutex_, as all below
  Batches_ batches_;
  std::map<HourNumber, std::vector<Batch*>> by_hour_;
  absl::flat_hash_map<uint64_t, LogTime> counted_;
  size_t rows_ = 0;
  size_t coarse_rows_ = 0;
  size_t forgotten_rows_ = 0;
  LogTime now_ = 0;
  int64_t kb_revision_ = 0;
};

}  // namespace hotline::insight
