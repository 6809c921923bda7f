#include "services/text/times.h"

#include <string>

#include "gtest/gtest.h"

#include "tests/unit/answer/folded_text.h"

namespace hotline::answer {
namespace {

const text::Day kToday = text::DayOf(2026, 11, 26);  // a Thursday

std::string Found(std::string_view question) {
  const std::u32string folded = FoldEach(question);
  std::string found;
  for (const text::TimeMention& time : text::FindTimes(folded, kToday)) {
    if (!found.empty()) found += " ";
    found += Part(folded, time.begin, time.end) + "=" + text::IsoInterval(time);
  }
  return found;
}

TEST(TimesTest, Years) {
  EXPECT_EQ(Found("去年的标准"), "去年=2025-01-01/2026-01-01");
  EXPECT_EQ(Found("大前年"), "大前年=2023-01-01/2024-01-01");
  EXPECT_EQ(Found("上年度工资"), "上年度=2025-01-01/2026-01-01");
  EXPECT_EQ(Found("２０２３年缴费基数"), "2023年=2023-01-01/2024-01-01") << "full width";
  EXPECT_EQ(Found("二〇二三年度"), "二〇二三年度=2023-01-01/2024-01-01");
  EXPECT_EQ(Found("23年的补贴"), "23年=2023-01-01/2024-01-01");
  EXPECT_EQ(Found("去年下半年"), "去年下半年=2025-07-01/2026-01-01");
  EXPECT_EQ(Found("今年年底"), "今年年底=2026-12-01/2027-01-01");
}

TEST(TimesTest, MonthsWeeksAndDays) {
  EXPECT_EQ(Found("2023年5月"), "2023年5月=2023-05-01/2023-06-01");
  EXPECT_EQ(Found("2023年5月3日"), "2023年5月3日=2023-05-03/2023-05-04");
  EXPECT_EQ(Found("2023-05-03办的"), "2023-05-03=2023-05-03/2023-05-04");
  EXPECT_EQ(Found("去年五月份"), "去年五月份=2025-05-01/2025-06-01");
  EXPECT_EQ(Found("五月份"), "五月份=2026-05-01/2026-06-01");
  EXPECT_EQ(Found("十二月"), "十二月=2025-12-01/2026-01-01") << "this year's is still to come";
  EXPECT_EQ(Found("上个月15号"), "上个月15号=2026-10-15/2026-10-16");
  EXPECT_EQ(Found("上周"), "上周=2026-11-16/2026-11-23");
  EXPECT_EQ(Found("昨天"), "昨天=2026-11-25/2026-11-26");
  EXPECT_EQ(Found("2024年2月29日"), "2024年2月29日=2024-02-29/2024-03-01");
  EXPECT_EQ(Found("2023年2月29日"), "2023年2月=2023-02-01/2023-03-01") << "there was no such day";
}

TEST(TimesTest, SpansUpToToday) {
  EXPECT_EQ(Found("近三年"), "近三年=2023-11-26/2026-11-27");
  EXPECT_EQ(Found("最近两个月"), "最近两个月=2026-09-26/2026-11-27");
  EXPECT_EQ(Found("过去5年"), "过去5年=2021-11-26/2026-11-27");
}

TEST(TimesTest, FeastsWithAFixedDate) {
  EXPECT_EQ(Found("国庆节高速免费吗"), "国庆节=2026-10-01/2026-10-08");
  EXPECT_EQ(Found("元旦"), "元旦=2026-01-01/2026-01-02");
  EXPECT_EQ(Found("春节放假"), "") << "of the lunar calendar";
}

TEST(TimesTest, WhatIsNoTime) {
  for (const std::string text : {"工作23年", "满15年", "以前年轻", "提前天数", "三年级", "12345",
                                 "88号楼", "已有近十年", "2.5万元", "99年以后"}) {
    EXPECT_EQ(Found(text), "") << text;
  }
}

TEST(TimesTest, SaidForPeople) {
  const auto name = [](std::string_view question) {
    return text::TimeName(text::FindTimes(FoldEach(question), kToday).at(0));
  };
  EXPECT_EQ(name("去年"), "2025年");
  EXPECT_EQ(name("上个月"), "2026年10月");
  EXPECT_EQ(name("昨天"), "2026年11月25日");
  EXPECT_EQ(name("去年上半年"), "2025年1月1日至2025年6月30日");
}

TEST(TimesTest, DaysAreThoseOfChina) {
  // 2026-11-25T16:00:00Z is midnight in Beijing.
  const int64_t midnight = text::BeginOfDay(kToday);
  EXPECT_EQ(text::DayOfInstant(midnight), kToday);
  EXPECT_EQ(text::DayOfInstant(midnight - 1), kToday - 1);
  EXPECT_EQ(text::DayOfInstant(-1, 0), -1);
}

}  // namespace
}  // namespace hotline::answer
