// Nights by local time.
#include "services/insight/quality_days.h"

#include <gtest/gtest.h>

namespace hotline::insight {
namespace {

using records::WorkingDays;

// 2026-11-26T01:59:00 in China.
constexpr LogTime kMicros = 1'000'000;
const LogTime kJustBefore =
    (WorkingDays::ParseDay("2026-11-26") * 86'400 - 8 * 3'600 + 2 * 3'600 - 60) * kMicros;

TEST(QualityDays, TheNewestNightIsTheOneThatHasBegun) {
  const WorkingDays days;
  EXPECT_EQ(NewestNight(kJustBefore, 120, days).day, "2026-11-25");
  const Night night = NewestNight(kJustBefore + 60 * kMicros, 120, days);
  EXPECT_EQ(night.day, "2026-11-26");
  EXPECT_EQ(night.begin, kJustBefore + 60 * kMicros);
  EXPECT_EQ(NightlyName(night.day), "reports/q20261126");
}

TEST(QualityDays, NamesOfOneDaySortByTime) {
  const WorkingDays days;
  const std::string morning = OnDemandName(kJustBefore, days, "a");
  EXPECT_TRUE(morning.starts_with("reports/q20261126-015900-")) << morning;
  EXPECT_LT(NightlyName("2026-11-26"), morning);
  EXPECT_LT(morning, OnDemandName(kJustBefore + 3'600 * kMicros, days, "a"));
  EXPECT_LT(OnDemandName(kJustBefore, days, "z"), NightlyName("2026-11-27"));
}

TEST(QualityDays, TimesAreHoursAndMinutesOrOff) {
  EXPECT_EQ(ParseQualityTime("")->value_or(-1), 120);
  EXPECT_EQ(ParseQualityTime("23:59")->value_or(-1), 23 * 60 + 59);
  EXPECT_FALSE(ParseQualityTime("off")->has_value());
  for (const char* wrong : {"24:00", "2:00", "02:60", "ab:cd", "02.00", "02:000"}) {
    EXPECT_FALSE(ParseQualityTime(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace hotline::insight
