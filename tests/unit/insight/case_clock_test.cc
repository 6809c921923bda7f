#include "services/insight/case_clock.h"

#include <gtest/gtest.h>

#include "google/protobuf/util/time_util.h"

namespace hotline::insight {
namespace {

using google::protobuf::util::TimeUtil;

// The National Day week of 2025: 1 to 8 October are free, Sunday 28 September and Saturday 11
// October are worked.
records::WorkingDays TheCalendar() {
  knowledge::v1::Calendar calendar;
  calendar.set_name("calendars/cn");
  for (int day = 1; day <= 8; ++day) calendar.add_holidays("2025-10-0" + std::to_string(day));
  calendar.add_work_days("2025-09-28");
  calendar.add_work_days("2025-10-11");
  calendar.set_utc_offset_minutes(480);
  return records::WorkingDays(calendar);
}

LogTime At(const std::string& text) {
  google::protobuf::Timestamp time;
  EXPECT_TRUE(TimeUtil::FromString(text, &time)) << text;
  return ToLogTime(time);
}
std::string Said(LogTime time) { return TimeUtil::ToString(ToTimestamp(time)); }

TEST(CaseClock, CountsWorkingDaysOverHolidaysAndMakeUpDays) {
  const records::WorkingDays days = TheCalendar();
  const CaseClock three{.days = 3, .escalation_days = 1};
  // Tuesday 30 September: the 9th, the 10th, Saturday the 11th.
  EXPECT_EQ(Said(DueTime(days, three, At("2025-09-30T09:00:00+08:00"))), "2025-10-11T15:59:59Z");
  // Friday 26 September: Sunday the 28th is worked, then the 29th and 30th.
  EXPECT_EQ(Said(DueTime(days, three, At("2025-09-26T23:00:00+08:00"))), "2025-09-30T15:59:59Z");
  // Late in the evening of the day before in UTC, already the next day in China.
  EXPECT_EQ(Said(DueTime(days, three, At("2025-10-12T16:30:00Z"))), "2025-10-16T15:59:59Z");
}

TEST(CaseClock, WhatIsLateIsToldOneLevelHigherWithEachStep) {
  const records::WorkingDays days = TheCalendar();
  const CaseClock clock{.days = 5, .escalation_days = 1};
  const LogTime due = At("2025-09-30T23:59:59+08:00");
  const auto at = [&](const char* now, int levels) {
    return EscalationAt(days, clock, due, At(now), levels);
  };
  EXPECT_EQ(at("2025-09-30T23:59:59+08:00", 2), 0) << "to the last second";
  EXPECT_EQ(at("2025-10-01T00:00:00+08:00", 2), 1);
  EXPECT_EQ(at("2025-10-09T23:00:00+08:00", 2), 1) << "holidays do not count";
  EXPECT_EQ(at("2025-10-10T00:00:00+08:00", 2), 2);
  EXPECT_EQ(at("2025-10-11T00:00:00+08:00", 2), kEscalationTop) << "a worked Saturday counts";
  EXPECT_EQ(at("2025-10-01T00:00:00+08:00", 0), kEscalationTop) << "nobody stands above";
  const CaseClock slow{.days = 5, .escalation_days = 2};
  EXPECT_EQ(EscalationAt(days, slow, due, At("2025-10-10T12:00:00+08:00"), 2), 1);
  EXPECT_EQ(EscalationAt(days, slow, due, At("2025-10-11T12:00:00+08:00"), 2), 2);
}

}  // namespace
}  // namespace hotline::insight
