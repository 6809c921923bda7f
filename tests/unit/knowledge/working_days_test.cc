#include <fstream>
#include <random>
#include <sstream>

#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"

#include "services/knowledge/calendar.h"
#include "services/knowledge/records.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using google::protobuf::util::TimeUtil;
using Day = WorkingDays::Day;

// The sample calendar: what the State Council announced for 2025 and 2026.
v1::Calendar SampleCalendar() {
  const char* source = std::getenv("KOUJING_SOURCE_DIR");
  std::ifstream file(std::string(source == nullptr ? "." : source) + "/sample/calendar.json");
  std::ostringstream text;
  text << file.rdbuf();
  v1::Calendar calendar;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text.str(), &calendar).ok());
  EXPECT_THAT(CheckCalendar(&calendar, FieldPath("calendar")), IsOk());
  return calendar;
}

LogTime At(const std::string& text) {
  google::protobuf::Timestamp time;
  EXPECT_TRUE(TimeUtil::FromString(text, &time)) << text;
  return ToLogTime(time);
}

std::string Due(const WorkingDays& days, const std::string& from, int count) {
  return TimeUtil::ToString(ToTimestamp(days.Add(At(from), count).time));
}

TEST(WorkingDaysTest, WeekEndsAreFree) {
  const WorkingDays plain;
  // Friday 2026-03-06 in China; the days end at 15:59:59 UTC.
  EXPECT_EQ(Due(plain, "2026-03-06T10:00:00+08:00", 1), "2026-03-09T15:59:59Z");
  EXPECT_EQ(Due(plain, "2026-03-06T10:00:00+08:00", 0), "2026-03-06T15:59:59Z");
  EXPECT_EQ(Due(plain, "2026-03-06T10:00:00+08:00", 5), "2026-03-13T15:59:59Z");
  EXPECT_FALSE(plain.Add(At("2026-03-06T10:00:00+08:00"), 1).covered);
}

TEST(WorkingDaysTest, HolidaysAreFreeAndMadeUpForOnWeekEnds) {
  const WorkingDays days(SampleCalendar());
  // 1 to 8 October 2025 are free, Saturday the 11th is worked.
  EXPECT_EQ(Due(days, "2025-09-30T09:00:00+08:00", 1), "2025-10-09T15:59:59Z");
  EXPECT_EQ(Due(days, "2025-09-30T09:00:00+08:00", 3), "2025-10-11T15:59:59Z");
  EXPECT_EQ(Due(days, "2025-09-30T09:00:00+08:00", 4), "2025-10-13T15:59:59Z");
  // Sunday 28 September 2025 is worked.
  EXPECT_EQ(Due(days, "2025-09-26T09:00:00+08:00", 1), "2025-09-28T15:59:59Z");
  EXPECT_TRUE(days.Add(At("2025-09-26T09:00:00+08:00"), 30).covered);
}

TEST(WorkingDaysTest, AYearEndIsNoBorder) {
  const WorkingDays days(SampleCalendar());
  // 1 to 3 January 2026 are free, Sunday the 4th is worked.
  EXPECT_EQ(Due(days, "2025-12-30T09:00:00+08:00", 1), "2025-12-31T15:59:59Z");
  EXPECT_EQ(Due(days, "2025-12-30T09:00:00+08:00", 2), "2026-01-04T15:59:59Z");
  EXPECT_EQ(Due(days, "2025-12-30T09:00:00+08:00", 3), "2026-01-05T15:59:59Z");
  // Nothing is known of 2027.
  const auto beyond = days.Add(At("2026-12-30T09:00:00+08:00"), 5);
  EXPECT_FALSE(beyond.covered);
  EXPECT_EQ(TimeUtil::ToString(ToTimestamp(beyond.time)), "2027-01-06T15:59:59Z");
}

TEST(WorkingDaysTest, TheDayIsThatOfLocalTime) {
  const WorkingDays days(SampleCalendar());
  // 23:30 UTC on Sunday is Monday morning in China.
  EXPECT_EQ(Due(days, "2026-03-08T23:30:00Z", 1), "2026-03-10T15:59:59Z");
  EXPECT_EQ(Due(days, "2026-03-08T15:30:00Z", 1), "2026-03-09T15:59:59Z");
}

// What holds of every calendar: compared with counting days one by one.
TEST(WorkingDaysTest, PropertiesHoldOfRandomCalendars) {
  const auto seed = static_cast<unsigned>(std::random_device{}());
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 200; ++round) {
    v1::Calendar calendar;
    const Day start = pick(18'000, 22'000);  // 2019 to 2030
    for (Day day = start; day < start + 400; ++day) {
      const auto date =
          TimeUtil::ToString(TimeUtil::SecondsToTimestamp(day * 86'400)).substr(0, 10);
      const bool weekend = !WorkingDays().IsWorked(day);
      if (weekend && pick(0, 9) == 0) calendar.add_work_days(date);
      if (!weekend && pick(0, 9) == 0) calendar.add_holidays(date);
    }
    calendar.set_utc_offset_minutes(static_cast<int>(pick(-840, 840)));
    ASSERT_THAT(CheckCalendar(&calendar, FieldPath("calendar")), IsOk());
    const WorkingDays days(calendar);
    // Instants jump about, also backwards: each is judged by itself.
    const LogTime from = (start * 86'400 + pick(0, 300 * 86'400)) * 1'000'000;
    const int count = static_cast<int>(pick(0, 60));

    const WorkingDays::Due due = days.Add(from, count);

    const Day first = days.DayOf(from);
    const Day last = days.DayOf(due.time);
    EXPECT_EQ(days.EndOf(last), due.time) << "the last second of a day";
    EXPECT_EQ(days.DayOf(due.time + 1'000'000), last + 1);
    int worked = 0;
    for (Day day = first + 1; day <= last; ++day) worked += days.IsWorked(day) ? 1 : 0;
    EXPECT_EQ(worked, count);
    EXPECT_TRUE(count == 0 || days.IsWorked(last));
    EXPECT_GE(due.time, from - 1'000'000);
    EXPECT_LE(due.time, days.Add(from, count + 1).time) << "more days, later";
    const int more = static_cast<int>(pick(0, 20));
    EXPECT_EQ(days.Add(due.time, more).time, days.Add(from, count + more).time) << "adds up";
    // Whenever on a day the clock starts, it ends alike.
    EXPECT_EQ(days.Add(days.EndOf(first), count).time, due.time);
  }
}

TEST(CalendarTest, RefusesWhatCannotBeMeant) {
  const auto check = [](std::initializer_list<const char*> holidays,
                        std::initializer_list<const char*> work_days) {
    v1::Calendar calendar;
    for (const char* day : holidays) calendar.add_holidays(day);
    for (const char* day : work_days) calendar.add_work_days(day);
    return CheckCalendar(&calendar, FieldPath("calendar"));
  };
  EXPECT_THAT(check({"2026-01-01"}, {"2026-01-04"}), IsOk());
  EXPECT_THAT(check({"2026-02-30"}, {}), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(check({"2026-1-1"}, {}), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(check({"2026-01-01", "2026-01-01"}, {}), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(check({}, {"2026-01-05"}), HasReason(type::v1::FIELD_INVALID)) << "a Monday";
  EXPECT_THAT(check({"2026-01-04"}, {"2026-01-04"}), HasReason(type::v1::FIELD_INVALID));
  v1::Calendar far;
  far.set_utc_offset_minutes(2'000);
  EXPECT_THAT(CheckCalendar(&far, FieldPath("calendar")), HasReason(type::v1::FIELD_INVALID));
  v1::Calendar plain;
  EXPECT_THAT(CheckCalendar(&plain, FieldPath("calendar")), IsOk());
  EXPECT_EQ(plain.utc_offset_minutes(), 480);
}

}  // namespace
}  // namespace hotline::knowledge
