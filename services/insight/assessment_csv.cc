// AssessmentCsv.
#include "services/insight/assessment_forms.h"
#include "services/insight/assessment_words.h"
#include "services/text/table_cells.h"

namespace hotline::insight {
namespace {

// A figure of ours: its minus is no formula.
bool IsFigure(const std::string& cell) {
  return cell.find_first_not_of("0123456789.", cell.starts_with('-') ? 1 : 0) == std::string::npos;
}

class Csv {
 public:
  void Row(const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text_ += ',';
      text::AppendCsvCell(IsFigure(cells[i]) ? cells[i] : text::GuardCell(cells[i]), ',', &text_);
    }
    text_ += "\r\n";
  }
  // Without the plus, which would make a text of it.
  static std::string Change(const std::optional<double>& change) {
    const std::string text = ChangeText(change);
    return text.starts_with('+') ? text.substr(1) : text;
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_ = std::string(text::kByteOrderMark);
};

void AddDepartments(const Assessment& assessment, Csv* csv) {
  std::vector<std::string> heading = {"名次", "单位", "较上次", "较30天前", "较90天前"};
  for (const AssessmentColumn& column : AssessmentColumns()) heading.emplace_back(column.label);
  csv->Row(heading);
  const auto add = [&](const std::string& rank, const std::string& name,
                       const v1::DepartmentQuality& figures, const auto& changes, bool summed) {
    std::vector<std::string> cells = {rank, name, Csv::Change(changes.since_before),
                                      Csv::Change(changes.since_month),
                                      Csv::Change(changes.since_quarter)};
    for (const AssessmentColumn& column : AssessmentColumns()) {
      cells.push_back(IsNoFigure(column, figures, summed)
                          ? ""
                          : FigureText(column.value(figures), column.decimals));
    }
    csv->Row(cells);
  };
  for (const AssessedDepartment& row : assessment.departments) {
    add(row.rank == 0 ? "" : std::to_string(row.rank), row.figures.display_name(), row.figures, row,
        false);
  }
  add("", "合计", assessment.total, assessment, assessment.summed);
}

}  // namespace

std::string AssessmentCsv(const Assessment& assessment) {
  Csv csv;
  csv.Row({std::string(kAssessmentTitle)});
  csv.Row({"范围", ScopeOf(assessment)});
  csv.Row({"评估期", PeriodOf(assessment)});
  csv.Row({"测评日", assessment.report.day()});
  csv.Row({"全库版本", std::to_string(assessment.report.kb_revision())});
  csv.Row({"算法版本", std::to_string(assessment.report.formula_version())});
  for (const std::string& sentence : SummaryOf(assessment)) csv.Row({"结论", sentence});
  for (const std::string& gap : assessment.report.gaps_in_measurement()) {
    csv.Row({"未能测评", gap});
  }
  csv.Row({});
  AddDepartments(assessment, &csv);
  csv.Row({});
  csv.Row({"日期", "得分", "在线条目", "分类明显不合理", "内容重复", "表述不规范", "知识已失效",
           "非知识库内容"});
  for (const TrendPoint& point : assessment.trend) {
    std::vector<std::string> cells = {point.day, FigureText(point.total.score(), 1),
                                      std::to_string(point.total.entry_count())};
    for (const size_t at : FaultColumns()) {
      cells.push_back(FigureText(AssessmentColumns()[at].value(point.total), 0));
    }
    csv.Row(cells);
  }
  csv.Row({});
  csv.Row({"指标", "含义"});
  for (const AssessmentColumn& column : AssessmentColumns()) {
    csv.Row({std::string(column.label), std::string(column.meaning)});
  }
  for (const std::string& sentence : ScoreExplanation()) csv.Row({"得分怎样计算", sentence});
  return csv.Take();
}

}  // namespace hotline::insight
