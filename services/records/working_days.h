// Working days, by a calendar that is data: the arithmetic of every clock that owners run on. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "hotline/knowledge/v1/resources.pb.h"
#include "proto/cc/time.h"

namespace hotline::records {

// Local time where no calendar says otherwise: China's.
inline constexpr int kUtcOffsetMinutesDefault = 480;

class WorkingDays {
 public:
  // A number of days since 1970-01-01, in local time.
  using Day = int64_t;

  // Without a calendar: week-ends are free, every other day is worked, and no time is covered.
  WorkingDays() = default;
  // `calendar` is as CheckCalendar accepts it.
  explicit WorkingDays(const knowledge::v1::Calendar& calendar);

  // The day of a date that IsIsoDate accepts.
  static Day ParseDay(const std::string& iso);

  // "2026-11-26".
  static std::string FormatDay(Day day);

  // The local day of an instant, and the last second of a day.
  Day DayOf(LogTime time) const;
  LogTime EndOf(Day day) const;

  bool IsWorked(Day day) const;
  // True when the calendar knows the day: it lies in a year of which it names a day.
  bool Covers(Day day) const;

  struct Due {
    LogTime time = 0;      // the last second of the last day counted
    bool covered = false;  // the calendar covers every day from the first to the last
  };
  // Adds `days` (0 to kWorkingDaysMax) working days: the first one counted is the first one after
  // the day of `from`; 0 = the end of that day itself.
  Due Add(LogTime from, int days) const;

 private:
  int utc_offset_minutes_ = kUtcOffsetMinutesDefault;
  std::set<Day> holidays_;
  std::set<Day> work_days_;
  std::set<int> years_;  // of which the calendar names a day
};

}  // namespace hotline::records
