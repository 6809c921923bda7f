// Figures add up, and more faults never raise a score.
#include "services/insight/quality_figures.h"

#include <random>

#include <gtest/gtest.h>

#include "services/insight/quality_score.h"

namespace hotline::insight {
namespace {

using v1::DepartmentQuality;
using Kind = v1::ListQualityFindingsRequest;

constexpr LogTime kNow = 1'780'000'000'000'000;
constexpr LogTime kHour = int64_t{3600} * 1'000'000;

v1::Gap AGap(v1::Gap::State state, LogTime created, LogTime due, LogTime closed) {
  v1::Gap gap;
  gap.set_state(state);
  gap.set_department("departments/a");
  *gap.mutable_create_time() = ToTimestamp(created);
  *gap.mutable_due_time() = ToTimestamp(due);
  if (closed > 0) *gap.mutable_close_time() = ToTimestamp(closed);
  return gap;
}

v1::QualityReport ReportOf(const QualityFigures& figures, const DepartmentNames& names = {}) {
  v1::QualityReport report;
  size_t left_out = 0;
  figures.Finish(names, &report, &left_out);
  return report;
}

TEST(Score, WeightsAddUpToAHundred) {
  double sum = 0;
  for (const ScoreItem& item : ScoreItems()) sum += item.weight;
  EXPECT_DOUBLE_EQ(sum, 100);
}

TEST(Score, NothingWrongIsAHundredAndEverythingWrongIsNothing) {
  DepartmentQuality best;
  best.set_entry_count(10);
  best.set_on_time_share(1);
  EXPECT_DOUBLE_EQ(ScoreOf(best), 100);
  DepartmentQuality worst = best;
  worst.set_on_time_share(0);
  worst.set_golden_count(5);
  for (const auto set :
       {&DepartmentQuality::set_outdated_count, &DepartmentQuality::set_contradiction_count,
        &DepartmentQuality::set_duplicate_count, &DepartmentQuality::set_not_knowledge_count,
        &DepartmentQuality::set_incomplete_count, &DepartmentQuality::set_misfiled_count,
        &DepartmentQuality::set_wording_count, &DepartmentQuality::set_useless_count,
        &DepartmentQuality::set_never_found_count}) {
    (worst.*set)(10);
  }
  EXPECT_DOUBLE_EQ(ScoreOf(worst), 0);
}

TEST(Score, MoreFaultsNeverRaiseIt) {
  std::mt19937 random(12345);
  const auto draw = [&](int64_t max) {
    return std::uniform_int_distribution<int64_t>(0, max)(random);
  };
  for (int round = 0; round < 20'000; ++round) {
    DepartmentQuality figures;
    const int64_t entries = 1 + draw(500);
    figures.set_entry_count(entries);
    figures.set_outdated_count(draw(entries));
    figures.set_contradiction_count(draw(entries));
    figures.set_duplicate_count(draw(entries));
    figures.set_not_knowledge_count(draw(entries));
    figures.set_incomplete_count(draw(entries));
    figures.set_misfiled_count(draw(entries));
    figures.set_wording_count(draw(entries));
    figures.set_useless_count(draw(entries));
    figures.set_never_found_count(draw(entries));
    figures.set_golden_count(draw(50));
    figures.set_golden_hit_count(draw(figures.golden_count()));
    figures.set_on_time_share(static_cast<double>(draw(100)) / 100);
    DepartmentQuality worse = figures;
    switch (draw(10)) {
      case 0:
        worse.set_outdated_count(figures.outdated_count() + 1);
        break;
      case 1:
        worse.set_contradiction_count(figures.contradiction_count() + 1);
        break;
      case 2:
        worse.set_duplicate_count(figures.duplicate_count() + 1);
        break;
      case 3:
        worse.set_not_knowledge_count(figures.not_knowledge_count() + 1);
        break;
      case 4:
        worse.set_incomplete_count(figures.incomplete_count() + 1);
        break;
      case 5:
        worse.set_misfiled_count(figures.misfiled_count() + 1);
        break;
      case 6:
        worse.set_wording_count(figures.wording_count() + 1);
        break;
      case 7:
        worse.set_useless_count(figures.useless_count() + 1);
        break;
      case 8:
        worse.set_never_found_count(figures.never_found_count() + 1);
        break;
      case 9:
        worse.set_golden_count(figures.golden_count() + 1);
        break;
      default:
        worse.set_on_time_share(figures.on_time_share() * 0.9);
        break;
    }
    ASSERT_LE(ScoreOf(worse), ScoreOf(figures)) << figures.DebugString();
  }
}

TEST(Figures, AnEntryCountsOnceForEachSortOfFault) {
  QualityFigures figures(kNow);
  figures.AddEntry({.department = "departments/a",
                    .faults = {{Kind::DUPLICATE, ""}, {Kind::DUPLICATE, ""}, {Kind::WORDING, ""}},
                    .age = {.expired = true, .review_due = true},
                    .asked_count = 7});
  const auto report = ReportOf(figures);
  ASSERT_EQ(report.departments_size(), 1);
  EXPECT_EQ(report.departments(0).duplicate_count(), 1);
  EXPECT_EQ(report.departments(0).wording_count(), 1);
  EXPECT_EQ(report.departments(0).expired_count(), 1);
  EXPECT_EQ(report.total().review_due_count(), 1);
  EXPECT_EQ(report.total().asked_count(), 7);
}

TEST(Figures, ClocksCountWhatWasClosedLatelyAndWhatIsLateNow) {
  QualityFigures figures(kNow);
  figures.AddGap(AGap(v1::Gap::ANSWERED, kNow - 10 * kHour, kNow, kNow - 4 * kHour));
  figures.AddGap(AGap(v1::Gap::ANSWERED, kNow - 30 * kHour, kNow - 20 * kHour, kNow - 10 * kHour));
  figures.AddGap(AGap(v1::Gap::ASSIGNED, kNow - 30 * kHour, kNow - kHour, 0));
  figures.AddGap(AGap(v1::Gap::ASSIGNED, kNow - 30 * kHour, kNow + kHour, 0));
  // Long ago: no figure of today.
  const LogTime past = kNow - 100 * kMicrosPerDay;
  figures.AddGap(AGap(v1::Gap::ANSWERED, past - kHour, past, past));
  const auto row = ReportOf(figures).departments(0);
  EXPECT_EQ(row.open_gap_count(), 2);
  EXPECT_EQ(row.overdue_gap_count(), 1);
  EXPECT_DOUBLE_EQ(row.median_gap_hours(), 13);
  EXPECT_DOUBLE_EQ(row.on_time_share(), 1.0 / 3);
}

TEST(Figures, WhatIsClosedWithoutAClockIsInTimeAndNothingIsAHundredPercent) {
  QualityFigures figures(kNow);
  figures.AddEntry({.department = "departments/a"});
  EXPECT_DOUBLE_EQ(ReportOf(figures).total().on_time_share(), 1);
  knowledge::v1::Task task;
  task.set_state(knowledge::v1::Task::DONE);
  task.set_department("departments/a");
  *task.mutable_update_time() = ToTimestamp(kNow - kHour);
  figures.AddTask(task);
  EXPECT_DOUBLE_EQ(ReportOf(figures).total().on_time_share(), 1);
}

TEST(Departments, CoverThoseBelowThemAndLoopsEnd) {
  DepartmentNames names;
  const auto add = [&](const std::string& id, const std::string& parent) {
    knowledge::v1::Department department;
    department.set_name("departments/" + id);
    department.set_display_name("局" + id);
    if (!parent.empty()) department.set_parent("departments/" + parent);
    names.Add(department);
  };
  add("city", "");
  add("a", "city");
  add("a1", "a");
  add("x", "y");
  add("y", "x");
  EXPECT_TRUE(names.Covers("departments/city", "departments/a1"));
  EXPECT_FALSE(names.Covers("departments/a1", "departments/city"));
  EXPECT_TRUE(names.Covers("", ""));
  EXPECT_FALSE(names.Covers("departments/city", "departments/x"));
  EXPECT_EQ(names.Below("departments/a").size(), 2U);
  EXPECT_EQ(names.DisplayName("departments/gone"), "departments/gone");
}

TEST(Departments, SumsAddCountsAndScoreTheSum) {
  DepartmentQuality a;
  a.set_entry_count(9);
  a.set_outdated_count(9);
  a.set_on_time_share(0.5);
  DepartmentQuality b;
  b.set_entry_count(9);
  b.set_on_time_share(1);
  const DepartmentQuality sum = SumOf({a, b});
  EXPECT_EQ(sum.entry_count(), 18);
  EXPECT_EQ(sum.outdated_count(), 9);
  EXPECT_DOUBLE_EQ(sum.on_time_share(), 0.75);
  EXPECT_DOUBLE_EQ(sum.score(), ScoreOf(sum));
  EXPECT_EQ(SumOf({}).entry_count(), 0);
}

}  // namespace
}  // namespace hotline::insight
