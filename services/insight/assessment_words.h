// The words of an assessment: its columns, its sentences, what each figure means. One place for all
// forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/insight/assessment.h"

namespace hotline::insight {

// A column of the table of departments.
struct AssessmentColumn {
  std::string_view label;
  std::string_view meaning;  // definition and source, one sentence or two
  double (*value)(const v1::DepartmentQuality&);
  int decimals = 0;
  bool per_entry = false;  // a count of entries: its share is told too
  bool median = false;     // 0 is "of nothing"
};

// Behind rank and name; in the order in which they are shown.
const std::vector<AssessmentColumn>& AssessmentColumns();
// The five fault classes of inspections, in their official order: positions in AssessmentColumns.
const std::vector<size_t>& FaultColumns();

inline constexpr std::string_view kAssessmentTitle = "知识库质量评估报告";

// "全库" or the department with those below it.
std::string ScopeOf(const Assessment& assessment);
// "2026-11-26", with the days of the trend before it.
std::string PeriodOf(const Assessment& assessment);
// The summary: a few whole sentences.
std::vector<std::string> SummaryOf(const Assessment& assessment);
// How the score is made, a sentence for each item.
std::vector<std::string> ScoreExplanation();

// "—" for those that have none.
std::string RankText(int rank);
// True when there is nothing to show: the median of nothing, or of rows that were summed.
bool IsNoFigure(const AssessmentColumn& column, const v1::DepartmentQuality& figures, bool summed);
// "87.5", "3"; "-" where a figure is none.
std::string FigureText(double value, int decimals);
// "+1.5", "-0.3", "0.0"; "—" when there is none to compare with.
std::string ChangeText(const std::optional<double>& change);
// "12.5%".
std::string ShareText(double count, int64_t of);

// For the file: letters of the title and the day.
std::string AssessmentFileName(const Assessment& assessment, std::string_view extension);

}  // namespace hotline::insight
