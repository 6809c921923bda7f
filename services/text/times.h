// Times that a text names, as intervals of days: 去年, 上个月, 2023年5月, 23年, 昨天, 近三年,
// 国庆节 … Pure: what is relative is reckoned from a day that is passed in. Feasts of the lunar
// calendar (春节, 中秋) and years of other eras are not taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::text {

// Days since 1970-01-01 in local time.
using Day = int32_t;

Day DayOf(int year, int month, int day);
// The local day of an instant: microseconds since the epoch in UTC, local time ahead of it by
// `utc_offset_minutes`; 480 = China.
Day DayOfInstant(int64_t microseconds, int utc_offset_minutes = 480);
// The instant at which a local day begins.
int64_t BeginOfDay(Day day, int utc_offset_minutes = 480);

// One time named.
struct TimeMention {
  uint32_t begin = 0;  // characters of the text
  uint32_t end = 0;
  Day from = 0;
  Day to = 0;  // exclusive
};

// The times that `text` names, in order. `text` has one character per character of the question
// (FoldCharacter of each).
std::vector<TimeMention> FindTimes(std::u32string_view text, Day today);

// "2025-01-01/2026-01-01": ISO 8601, the end exclusive.
std::string IsoInterval(const TimeMention& time);
// "2025年", "2025年5月", "2025年5月3日" or "2025年5月3日至2026年5月2日".
std::string TimeName(const TimeMention& time);

}  // namespace hotline::text
