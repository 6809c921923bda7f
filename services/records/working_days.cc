#include "services/records/working_days.h"

#include <chrono>
#include <cstdlib>
#include <string>

#include "absl/strings/str_format.h"

namespace hotline::records {
namespace {

using std::chrono::sys_days;

constexpr LogTime kMicrosPerSecond = 1'000'000;
constexpr LogTime kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr LogTime kMicrosPerDay = 24 * 60 * kMicrosPerMinute;

// Of a date that IsIsoDate accepted.
std::chrono::year_month_day DateOf(const std::string& iso) {
  return {std::chrono::year(std::atoi(iso.substr(0, 4).c_str())),
          std::chrono::month(static_cast<unsigned>(std::atoi(iso.substr(5, 2).c_str()))),
          std::chrono::day(static_cast<unsigned>(std::atoi(iso.substr(8, 2).c_str())))};
}

sys_days AsDate(WorkingDays::Day day) { return sys_days(std::chrono::days(day)); }

bool IsWeekend(WorkingDays::Day day) {
  const std::chrono::weekday weekday(AsDate(day));
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

}  // namespace

WorkingDays::WorkingDays(const knowledge::v1::Calendar& calendar)
    : utc_offset_minutes_(calendar.utc_offset_minutes()) {
  const auto add = [this](const auto& dates, std::set<Day>& days) {
    for (const std::string& iso : dates) {
      days.insert(ParseDay(iso));
      years_.insert(static_cast<int>(DateOf(iso).year()));
    }
  };
  add(calendar.holidays(), holidays_);
  add(calendar.work_days(), work_days_);
}

WorkingDays::Day WorkingDays::ParseDay(const std::string& iso) {
  return sys_days(DateOf(iso)).time_since_epoch().count();
}

std::string WorkingDays::FormatDay(Day day) {
  const std::chrono::year_month_day date{AsDate(day)};
  return absl::StrFormat("%04d-%02d-%02d", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

WorkingDays::Day WorkingDays::DayOf(LogTime time) const {
  const std::chrono::microseconds local(time + utc_offset_minutes_ * kMicrosPerMinute);
  return std::chrono::floor<std::chrono::days>(local).count();
}

LogTime WorkingDays::EndOf(Day day) const {
  return (day + 1) * kMicrosPerDay - utc_offset_minutes_ * kMicrosPerMinute - kMicrosPerSecond;
}

bool WorkingDays::IsWorked(Day day) const {
  if (work_days_.contains(day)) return true;
  return !IsWeekend(day) && !holidays_.contains(day);
}

bool WorkingDays::Covers(Day day) const {
  return years_.contains(static_cast<int>(std::chrono::year_month_day(AsDate(day)).year()));
}

WorkingDays::Due WorkingDays::Add(LogTime from, int days) const {
  Day day = DayOf(from);
  bool covered = Covers(day);
  // Ends: a calendar names a bounded number of holidays, all other week-days are worked.
  for (int counted = 0; counted < days;) {
    ++day;
    covered = covered && Covers(day);
    if (IsWorked(day)) ++counted;
  }
  return {.time = EndOf(day), .covered = covered};
}

}  // namespace hotline::records
