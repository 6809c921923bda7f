// The assessment: what it compares with, and that names can do no harm in any form.
#include "services/insight/assessment.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "gmock/gmock.h"

#include "services/insight/assessment_charts.h"
#include "services/insight/assessment_forms.h"
#include "services/insight/assessment_words.h"
#include "services/insight/quality_figures.h"
#include "services/insight/quality_score.h"
#include "services/records/resources.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {
namespace {

using testing::ACommit;
using testing::ADepartment;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kHostile[] = "=HYPERLINK(\"x\")<script>alert(1)</script>\"'&,\n";

storage::Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::minutes(1); }

v1::DepartmentQuality Row(const std::string& name, const std::string& shown, int64_t outdated) {
  v1::DepartmentQuality row;
  row.set_department(name);
  row.set_display_name(shown);
  row.set_entry_count(100);
  row.set_outdated_count(outdated);
  row.set_on_time_share(1);
  row.set_score(ScoreOf(row));
  return row;
}

v1::QualityReport Report(const std::string& day, std::vector<v1::DepartmentQuality> rows) {
  v1::QualityReport report;
  std::string id = "q" + day;
  id.erase(std::remove(id.begin(), id.end(), '-'), id.end());
  report.set_name("reports/" + id);
  report.set_day(day);
  report.set_kb_revision(7);
  report.set_formula_version(1);
  *report.mutable_total() = SumOf(rows);
  for (auto& row : rows) *report.add_departments() = std::move(row);
  return report;
}

class AssessmentTest : public ::testing::Test {
 protected:
  AssessmentTest() {
    Put(testing::ResourceOf(ADepartment("a", "甲局")));
    knowledge::v1::Department below = ADepartment("b", "乙中心");
    below.set_parent("departments/a");
    Put(testing::ResourceOf(below));
    Put(testing::ResourceOf(ADepartment("c", "丙局")));
  }
  void Put(const store::v1::Resource& resource) {
    const auto committed = store_.Commit(ACommit().Put(resource), Soon());
    EXPECT_THAT(committed, IsOk());
  }
  void PutReport(const std::string& day, int64_t a, int64_t b, int64_t c) {
    Put(records::Wrap(
        Report(day, {Row("departments/a", "甲局", a), Row("departments/b", "乙中心", b),
                     Row("departments/c", "丙局", c)})));
  }

  storage::MemoryStore store_;
};

TEST_F(AssessmentTest, DepartmentsAreRankedAndComparedWithEarlierReports) {
  PutReport("2026-07-01", 20, 0, 0);
  PutReport("2026-10-01", 10, 0, 0);
  PutReport("2026-11-25", 4, 0, 0);
  PutReport("2026-11-26", 2, 0, 10);

  const auto assessment = ReadAssessment(store_, "", "", 90, Soon());
  ASSERT_THAT(assessment, IsOk());
  ASSERT_EQ(assessment->departments.size(), 3U);
  EXPECT_EQ(assessment->departments[0].figures.display_name(), "乙中心");
  EXPECT_EQ(assessment->departments[0].rank, 1);
  const AssessedDepartment& a = assessment->departments[1];
  EXPECT_EQ(a.figures.display_name(), "甲局");
  EXPECT_DOUBLE_EQ(a.since_before.value(), 2);
  EXPECT_DOUBLE_EQ(a.since_month.value(), 8);
  EXPECT_DOUBLE_EQ(a.since_quarter.value(), 18);
  EXPECT_EQ(assessment->trend.size(), 3U);  // the first one is older than 90 days
  EXPECT_EQ(assessment->before_day, "2026-11-25");

  const auto rolled_up = ReadAssessment(store_, "", "departments/a", 90, Soon());
  ASSERT_THAT(rolled_up, IsOk());
  EXPECT_EQ(rolled_up->departments.size(), 2U);
  EXPECT_EQ(rolled_up->total.entry_count(), 200);
  EXPECT_EQ(ScopeOf(*rolled_up), "甲局及其下属单位");
}

TEST_F(AssessmentTest, WhoHasNoEntriesOrNoNameComesLastWithoutARank) {
  v1::DepartmentQuality nobody = Row("", "未指定承办单位", 0);
  v1::DepartmentQuality idle = Row("departments/c", "丙局", 0);
  idle.set_entry_count(0);
  Put(records::Wrap(Report("2026-11-26", {nobody, idle, Row("departments/a", "甲局", 20)})));

  const auto assessment = ReadAssessment(store_, "", "", 90, Soon());
  ASSERT_THAT(assessment, IsOk());
  ASSERT_EQ(assessment->departments.size(), 3U);
  EXPECT_EQ(assessment->departments[0].figures.display_name(), "甲局");
  EXPECT_EQ(assessment->departments[0].rank, 1);
  EXPECT_EQ(assessment->departments[1].rank, 0);
  EXPECT_EQ(assessment->departments[2].rank, 0);
  EXPECT_THAT(AssessmentHtml(*assessment), HasSubstr("<td>—</td><td class=\"name\">丙局</td>"));
  EXPECT_THAT(AssessmentCsv(*assessment), HasSubstr("\n,丙局,"));
}

TEST_F(AssessmentTest, WithoutAReportOrADepartmentItSaysSo) {
  EXPECT_THAT(ReadAssessment(store_, "", "", 90, Soon()), HasReason(type::v1::RESOURCE_NOT_FOUND));
  PutReport("2026-11-26", 0, 0, 0);
  EXPECT_THAT(ReadAssessment(store_, "", "departments/none", 90, Soon()),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(ReadAssessment(store_, "reports/q1", "", 90, Soon()),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
}

Assessment Hostile() {
  Assessment assessment;
  assessment.report = Report("2026-11-26", {});
  assessment.report.add_gaps_in_measurement(kHostile);
  assessment.scope = kHostile;
  assessment.departments.push_back({.rank = 1, .figures = Row("departments/a", kHostile, 3)});
  assessment.total = Row("", "", 3);
  assessment.trend = {{"2026-11-25", assessment.total}, {"2026-11-26", assessment.total}};
  return assessment;
}

TEST(AssessmentForms, NamesAreTextInAPageAndNothingComesFromElsewhere) {
  const std::string html = AssessmentHtml(Hostile());
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  for (const char* reach : {"src=", "href=", "url(", "@import", "javascript:", "onload"}) {
    EXPECT_THAT(html, Not(HasSubstr(reach)));
  }
  EXPECT_THAT(html, HasSubstr("role=\"img\" aria-label="));
  EXPECT_THAT(html, HasSubstr("@page { size: A4"));
}

TEST(AssessmentForms, NoCellOfTheCsvIsAFormulaAndTheRowsAreWhole) {
  Assessment assessment = Hostile();
  assessment.since_before = -0.3;
  assessment.since_month = 1.5;
  const std::string csv = AssessmentCsv(assessment);
  EXPECT_THAT(csv, HasSubstr(",合计,-0.3,1.5,—,"));
  EXPECT_THAT(csv, StartsWith("\xEF\xBB\xBF"));
  EXPECT_THAT(csv, HasSubstr("\"'=HYPERLINK(\"\"x\"\")<script>"));
  EXPECT_THAT(csv, Not(HasSubstr(",=")));
  EXPECT_THAT(csv, Not(HasSubstr("\n=")));
}

TEST(AssessmentForms, AWorkbookIsAZipWithItsSheetsAndCharts) {
  const auto xlsx = AssessmentXlsx(Hostile());
  ASSERT_THAT(xlsx, IsOk());
  EXPECT_THAT(*xlsx, StartsWith("PK"));
  EXPECT_THAT(*xlsx, HasSubstr("xl/worksheets/sheet4.xml"));
  EXPECT_THAT(*xlsx, HasSubstr("xl/charts/chart4.xml"));
}

TEST(Charts, TextsAreEscapedAndEmptyOnesDraw) {
  EXPECT_THAT(StackedBars({"<b>"}, {{"<i>", {1}}}, 0, "\"<u>"), Not(HasSubstr("<i>")));
  EXPECT_THAT(LineChart({}, 0, 0, ""), HasSubstr("</svg>"));
  EXPECT_THAT(LineChart({{"一", 5}}, 0, 10, "a"), HasSubstr("<circle"));
}

}  // namespace
}  // namespace hotline::insight
