// AssessmentXlsx, on libxlsxwriter.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <utility>

#include <unistd.h>
#include <xlsxwriter.h>

#include "proto/cc/errors.h"
#include "services/insight/assessment_forms.h"
#include "services/insight/assessment_words.h"

namespace hotline::insight {
namespace {

constexpr size_t kReadBytes = 64U << 10U;
constexpr lxw_row_t kChartRows = 20;  // rows that a chart covers
constexpr size_t kBarsMax = 20;

absl::Status CannotWrite() {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL,
                   "服务器的临时目录写不下表格，请稍后再试；如仍失败，请联系管理员。");
}

// A file that has no name any more once the workbook is closed.
class Scratch {
 public:
  Scratch() {
    const char* directory = std::getenv("TMPDIR");
    path_ = std::string(directory != nullptr ? directory : "/tmp") + "/koujing-report-XXXXXX";
    file_ = mkstemp(path_.data());
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (file_ < 0) return;
    close(file_);
    unlink(path_.c_str());
  }
  bool sound() const { return file_ >= 0; }
  const std::string& path() const { return path_; }

  absl::StatusOr<std::string> Read() const {
    std::string bytes;
    std::array<char, kReadBytes> buffer;
    for (;;) {
      const ssize_t got =
          pread(file_, buffer.data(), buffer.size(), static_cast<off_t>(bytes.size()));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return CannotWrite();
      if (got == 0) return bytes;
      bytes.append(buffer.data(), static_cast<size_t>(got));
    }
  }

 private:
  std::string path_;
  int file_ = -1;
};

struct Styles {
  lxw_format* title = nullptr;
  lxw_format* heading = nullptr;
  lxw_format* wrapped = nullptr;
  lxw_format* whole = nullptr;
  lxw_format* tenth = nullptr;
};

// Strings are written as strings, so none is run as a formula.
class Sheet {
 public:
  Sheet(lxw_workbook* workbook, const char* name, const Styles& styles)
      : name_(name), sheet_(workbook_add_worksheet(workbook, name)), styles_(styles) {}

  void Text(lxw_row_t row, lxw_col_t column, std::string_view text, lxw_format* format = nullptr) {
    worksheet_write_string(sheet_, row, column, std::string(text).c_str(), format);
  }
  void Number(lxw_row_t row, lxw_col_t column, double value, int decimals) {
    worksheet_write_number(sheet_, row, column, value,
                           decimals == 0 ? styles_.whole : styles_.tenth);
  }
  void Headings(lxw_row_t row, const std::vector<std::string>& labels) {
    for (size_t i = 0; i < labels.size(); ++i) {
      Text(row, static_cast<lxw_col_t>(i), labels[i], styles_.heading);
    }
  }
  void Width(lxw_col_t first, lxw_col_t last, double width) {
    worksheet_set_column(sheet_, first, last, width, nullptr);
  }
  void Paper(bool landscape) {
    if (landscape) worksheet_set_landscape(sheet_);
    worksheet_set_paper(sheet_, 9);  // A4
    worksheet_fit_to_pages(sheet_, 1, 0);
  }
  lxw_worksheet* get() { return sheet_; }
  const char* name() const { return name_; }

 private:
  const char* name_;
  lxw_worksheet* sheet_;
  const Styles& styles_;
};

void WriteCover(const Assessment& assessment, const Styles& styles, lxw_workbook* workbook) {
  Sheet sheet(workbook, "概要", styles);
  sheet.Width(0, 0, 14);
  sheet.Width(1, 1, 90);
  sheet.Paper(false);
  lxw_row_t row = 0;
  sheet.Text(row, 0, kAssessmentTitle, styles.title);
  row += 2;
  const auto item = [&](std::string_view label, std::string_view value) {
    sheet.Text(row, 0, label, styles.heading);
    sheet.Text(row++, 1, value, styles.wrapped);
  };
  item("范围", ScopeOf(assessment));
  item("评估期", PeriodOf(assessment));
  item("测评日", assessment.report.day());
  item("全库版本", std::to_string(assessment.report.kb_revision()));
  item("算法版本", std::to_string(assessment.report.formula_version()));
  item("报告编号", assessment.report.name());
  for (const std::string& sentence : SummaryOf(assessment)) item("结论", sentence);
  for (const std::string& gap : assessment.report.gaps_in_measurement()) item("未能测评", gap);
}

void AddScoreChart(Sheet& sheet, size_t rows, lxw_workbook* workbook) {
  lxw_chart* chart = workbook_add_chart(workbook, LXW_CHART_BAR);
  lxw_chart_series* series = chart_add_series(chart, nullptr, nullptr);
  const auto last = static_cast<lxw_row_t>(std::min(rows, kBarsMax));
  chart_series_set_categories(series, sheet.name(), 1, 1, last, 1);
  chart_series_set_values(series, sheet.name(), 1, 5, last, 5);
  chart_series_set_name(series, "得分");
  chart_title_set_name(chart, "各单位得分");
  chart_axis_set_reverse(chart->y_axis);
  chart_axis_set_min(chart->x_axis, 0);
  chart_axis_set_max(chart->x_axis, 100);
  chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
  worksheet_insert_chart(sheet.get(), static_cast<lxw_row_t>(rows) + 3, 1, chart);
}

void AddFaultChart(Sheet& sheet, size_t rows, lxw_workbook* workbook) {
  lxw_chart* chart = workbook_add_chart(workbook, LXW_CHART_BAR_STACKED);
  const auto last = static_cast<lxw_row_t>(std::min(rows, kBarsMax));
  for (const size_t at : FaultColumns()) {
    lxw_chart_series* series = chart_add_series(chart, nullptr, nullptr);
    const auto column = static_cast<lxw_col_t>(at + 5);
    chart_series_set_categories(series, sheet.name(), 1, 1, last, 1);
    chart_series_set_values(series, sheet.name(), 1, column, last, column);
    chart_series_set_name_range(series, sheet.name(), 0, column);
  }
  chart_title_set_name(chart, "五类问题条次");
  chart_axis_set_reverse(chart->y_axis);
  chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
  worksheet_insert_chart(sheet.get(), static_cast<lxw_row_t>(rows) + 3, 7, chart);
}

void WriteDepartments(const Assessment& assessment, const Styles& styles, lxw_workbook* workbook) {
  Sheet sheet(workbook, "各单位", styles);
  std::vector<std::string> labels = {"名次", "单位", "较上次", "较30天前", "较90天前"};
  for (const AssessmentColumn& column : AssessmentColumns()) labels.emplace_back(column.label);
  sheet.Headings(0, labels);
  sheet.Width(0, 0, 6);
  sheet.Width(1, 1, 32);
  sheet.Width(2, static_cast<lxw_col_t>(labels.size()), 11);
  sheet.Paper(true);
  worksheet_freeze_panes(sheet.get(), 1, 2);
  worksheet_repeat_rows(sheet.get(), 0, 0);
  lxw_row_t row = 1;
  const auto write = [&](const v1::DepartmentQuality& figures, const auto& changes, bool summed) {
    lxw_col_t column = 2;
    for (const auto& change : {changes.since_before, changes.since_month, changes.since_quarter}) {
      if (change.has_value()) sheet.Number(row, column, *change, 1);
      ++column;
    }
    for (const AssessmentColumn& shown : AssessmentColumns()) {
      if (IsNoFigure(shown, figures, summed)) {
        sheet.Text(row, column++, "—");
      } else {
        sheet.Number(row, column++, shown.value(figures), shown.decimals);
      }
    }
    ++row;
  };
  for (const AssessedDepartment& department : assessment.departments) {
    if (department.rank == 0) {
      sheet.Text(row, 0, "—");
    } else {
      sheet.Number(row, 0, department.rank, 0);
    }
    sheet.Text(row, 1, department.figures.display_name());
    write(department.figures, department, false);
  }
  sheet.Text(row, 1, "合计", styles.heading);
  write(assessment.total, assessment, assessment.summed);
  if (assessment.departments.empty()) return;
  AddScoreChart(sheet, assessment.departments.size(), workbook);
  AddFaultChart(sheet, assessment.departments.size(), workbook);
}

void WriteTrend(const Assessment& assessment, const Styles& styles, lxw_workbook* workbook) {
  Sheet sheet(workbook, "趋势", styles);
  std::vector<std::string> labels = {"日期"};
  for (const AssessmentColumn& column : AssessmentColumns()) labels.emplace_back(column.label);
  sheet.Headings(0, labels);
  sheet.Width(0, static_cast<lxw_col_t>(labels.size()), 12);
  sheet.Paper(true);
  worksheet_freeze_panes(sheet.get(), 1, 1);
  lxw_row_t row = 1;
  for (const TrendPoint& point : assessment.trend) {
    sheet.Text(row, 0, point.day);
    lxw_col_t column = 1;
    for (const AssessmentColumn& shown : AssessmentColumns()) {
      if (!IsNoFigure(shown, point.total, false))
        sheet.Number(row, column, shown.value(point.total), shown.decimals);
      ++column;
    }
    ++row;
  }
  if (assessment.trend.empty()) return;
  lxw_chart* chart = workbook_add_chart(workbook, LXW_CHART_LINE);
  lxw_chart_series* series = chart_add_series(chart, nullptr, nullptr);
  chart_series_set_categories(series, sheet.name(), 1, 0, row - 1, 0);
  chart_series_set_values(series, sheet.name(), 1, 1, row - 1, 1);
  chart_series_set_name(series, "得分");
  chart_title_set_name(chart, "得分趋势");
  chart_axis_set_max(chart->y_axis, 100);
  chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
  worksheet_insert_chart(sheet.get(), row + 2, 1, chart);
  lxw_chart* areas = workbook_add_chart(workbook, LXW_CHART_COLUMN_STACKED);
  for (const size_t at : FaultColumns()) {
    lxw_chart_series* fault = chart_add_series(areas, nullptr, nullptr);
    const auto column = static_cast<lxw_col_t>(at + 1);
    chart_series_set_categories(fault, sheet.name(), 1, 0, row - 1, 0);
    chart_series_set_values(fault, sheet.name(), 1, column, row - 1, column);
    chart_series_set_name_range(fault, sheet.name(), 0, column);
  }
  chart_title_set_name(areas, "五类问题趋势");
  chart_legend_set_position(areas, LXW_CHART_LEGEND_BOTTOM);
  worksheet_insert_chart(sheet.get(), row + 2 + kChartRows, 1, areas);
}

void WriteMeanings(const Styles& styles, lxw_workbook* workbook) {
  Sheet sheet(workbook, "说明", styles);
  sheet.Width(0, 0, 22);
  sheet.Width(1, 1, 90);
  sheet.Paper(false);
  sheet.Headings(0, {"指标", "含义和来源"});
  lxw_row_t row = 1;
  for (const AssessmentColumn& column : AssessmentColumns()) {
    sheet.Text(row, 0, column.label);
    sheet.Text(row++, 1, column.meaning, styles.wrapped);
  }
  for (const std::string& sentence : ScoreExplanation()) {
    sheet.Text(row, 0, "得分怎样计算");
    sheet.Text(row++, 1, sentence, styles.wrapped);
  }
}

}  // namespace

absl::StatusOr<std::string> AssessmentXlsx(const Assessment& assessment) {
  const Scratch file;
  if (!file.sound()) return CannotWrite();
  lxw_workbook* workbook = workbook_new(file.path().c_str());
  if (workbook == nullptr) return CannotWrite();
  Styles styles;
  styles.title = workbook_add_format(workbook);
  format_set_bold(styles.title);
  format_set_font_size(styles.title, 18);
  styles.heading = workbook_add_format(workbook);
  format_set_bold(styles.heading);
  format_set_text_wrap(styles.heading);
  format_set_bg_color(styles.heading, 0xE9EEF4);
  format_set_border(styles.heading, LXW_BORDER_THIN);
  styles.wrapped = workbook_add_format(workbook);
  format_set_text_wrap(styles.wrapped);
  styles.whole = workbook_add_format(workbook);
  format_set_num_format(styles.whole, "#,##0");
  styles.tenth = workbook_add_format(workbook);
  format_set_num_format(styles.tenth, "0.0");
  WriteCover(assessment, styles, workbook);
  WriteDepartments(assessment, styles, workbook);
  WriteTrend(assessment, styles, workbook);
  WriteMeanings(styles, workbook);
  if (workbook_close(workbook) != LXW_NO_ERROR) return CannotWrite();
  return file.Read();
}

}  // namespace hotline::insight
