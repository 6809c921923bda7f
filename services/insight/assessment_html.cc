// AssessmentHtml.
#include <algorithm>

#include "services/insight/assessment_charts.h"
#include "services/insight/assessment_forms.h"
#include "services/insight/assessment_words.h"
#include "services/insight/quality_score.h"
#include "services/text/markdown.h"

namespace hotline::insight {
namespace {

using text::EscapeHtml;

constexpr size_t kBarsMax = 20;

// All of the style; contrasts are 4.5:1 or more on white and on the grey of the table heads.
constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>知识库质量评估报告</title>
<style>
@page { size: A4; margin: 20mm 18mm 18mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 186mm; padding: 8mm 6mm; color: #1a1a1a; background: #fff;
  font: 10.5pt/1.65 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "Songti SC", serif; }
h1, h2, th, .figure, svg text { font-family: "Noto Sans CJK SC", "Source Han Sans SC", SimHei,
  "PingFang SC", sans-serif; }
.cover { border-bottom: 2.5pt solid #9c1c1c; margin-bottom: 8mm; padding: 16mm 0 8mm; text-align: center; }
h1 { font-size: 25pt; letter-spacing: 3pt; margin: 0 0 4mm; color: #9c1c1c; }
.scope { font-size: 14pt; margin: 0 0 7mm; }
.cover dl { display: grid; grid-template-columns: auto auto; justify-content: center; gap: 1mm 6mm;
  margin: 0; text-align: left; }
.cover dt { color: #444; } .cover dd { margin: 0; }
h2 { font-size: 13.5pt; margin: 9mm 0 3mm; padding-left: 3mm; border-left: 4pt solid #1f4e79;
  break-after: avoid; }
p { margin: 0 0 2mm; text-align: justify; text-indent: 2em; }
p.note { text-indent: 0; color: #444; font-size: 9pt; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 3mm; margin: 0 0 5mm; }
.figure { border: .75pt solid #8a8a8a; padding: 2.5mm 3mm; break-inside: avoid; }
.figure b { display: block; font-size: 20pt; line-height: 1.2; color: #1f4e79; }
.figure span { font-size: 9pt; color: #333; }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt; line-height: 1.4; margin: 0 0 4mm; }
caption { text-align: left; font-size: 9pt; color: #444; padding-bottom: 1mm; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: .5pt solid #767676; padding: 1.2mm 1.6mm; text-align: right;
  font-variant-numeric: tabular-nums; }
th { background: #e9eef4; font-weight: 600; text-align: center; }
td.name, td.text { text-align: left; overflow-wrap: anywhere; }
td.name { min-width: 34mm; }
tr.total td { font-weight: 700; background: #f4f4f4; }
.up { color: #2e6b1f; } .down { color: #9c1c1c; }
figure { margin: 0 0 5mm; break-inside: avoid; }
figcaption { font-size: 9pt; color: #333; text-align: center; }
svg.chart { width: 100%; height: auto; display: block; }
svg text { font-size: 11px; fill: #1a1a1a; }
svg .grid { stroke: #c9c9c9; stroke-width: .6; } svg .axis { stroke: #444; stroke-width: 1; }
ul { margin: 0 0 3mm; padding-left: 6mm; } li { margin: 0 0 1mm; }
footer { margin-top: 10mm; border-top: .75pt solid #767676; padding-top: 2mm; font-size: 8.5pt; color: #444; }
@media print { body { padding: 0; max-width: none; } }
</style></head><body>
)";

std::string Tag(std::string_view tag, std::string_view text) {
  return "<" + std::string(tag) + ">" + EscapeHtml(text) + "</" + std::string(tag) + ">\n";
}

std::string Cell(std::string_view text, std::string_view css = "") {
  std::string cell = css.empty() ? "<td>" : "<td class=\"" + std::string(css) + "\">";
  return cell + EscapeHtml(text) + "</td>";
}

std::string ChangeCell(const std::optional<double>& change) {
  const std::string text = ChangeText(change);
  // The sign is there too: colour alone says nothing.
  return Cell(text, text.starts_with('+') ? "up" : text.starts_with('-') ? "down" : "");
}

std::string Heading(const std::vector<std::string>& labels) {
  std::string row = "<thead><tr>";
  for (const std::string& label : labels) {
    row += "<th scope=\"col\">" + EscapeHtml(label) + "</th>";
  }
  return row + "</tr></thead><tbody>\n";
}

std::string Cover(const Assessment& assessment) {
  const v1::QualityReport& report = assessment.report;
  std::string html = "<header class=\"cover\">" + Tag("h1", kAssessmentTitle);
  html += "<p class=\"scope\" style=\"text-indent:0;text-align:center\">" +
          EscapeHtml(ScopeOf(assessment)) + "</p><dl>";
  const auto item = [&](std::string_view label, std::string_view value) {
    html += Tag("dt", label) + Tag("dd", value);
  };
  item("评估期", PeriodOf(assessment));
  item("测评日", report.day() + (report.nightly() ? "（夜间例行）" : "（临时测评）"));
  item("全库版本", std::to_string(report.kb_revision()));
  item("算法版本", "第 " + std::to_string(report.formula_version()) + " 版");
  return html + "</dl></header>\n";
}

std::string KeyFigures(const Assessment& assessment) {
  const v1::DepartmentQuality& total = assessment.total;
  int64_t faults = 0;
  for (const size_t at : FaultColumns()) {
    faults += static_cast<int64_t>(AssessmentColumns()[at].value(total));
  }
  std::string html = "<div class=\"figures\">";
  const auto figure = [&](const std::string& value, std::string_view label) {
    html += "<div class=\"figure\"><b>" + EscapeHtml(value) + "</b><span>" + EscapeHtml(label) +
            "</span></div>";
  };
  figure(FigureText(total.score(), 1), "得分（满分 100）");
  figure(std::to_string(total.entry_count()), "在线条目");
  figure(std::to_string(faults), "五类问题条次");
  figure(FigureText(total.on_time_share() * 100, 1) + "%", "按时办结率");
  return html + "</div>\n";
}

std::string Ranking(const Assessment& assessment) {
  std::string html = "<table>" + Heading({"名次", "单位", "在线条目", "得分", "较上次",
                                          "较 30 天前", "较 90 天前"});
  const auto row = [&](const std::string& rank, const std::string& name,
                       const v1::DepartmentQuality& figures, const auto& changes) {
    html += Cell(rank) + Cell(name, "name") + Cell(std::to_string(figures.entry_count())) +
            Cell(FigureText(figures.score(), 1)) + ChangeCell(changes.since_before) +
            ChangeCell(changes.since_month) + ChangeCell(changes.since_quarter) + "</tr>\n";
  };
  for (const AssessedDepartment& department : assessment.departments) {
    html += "<tr>";
    row(RankText(department.rank), department.figures.display_name(), department.figures,
        department);
  }
  html += "<tr class=\"total\">";
  row("", "合计", assessment.total, assessment);
  return html + "</tbody></table>\n";
}

// A table of some columns, for every department and in total.
std::string Table(const Assessment& assessment, const std::vector<size_t>& columns) {
  std::vector<std::string> labels = {"单位"};
  for (const size_t at : columns) labels.emplace_back(AssessmentColumns()[at].label);
  std::string html = "<table>" + Heading(labels);
  const auto cells = [&](const v1::DepartmentQuality& figures, bool summed) {
    for (const size_t at : columns) {
      const AssessmentColumn& column = AssessmentColumns()[at];
      std::string value = FigureText(column.value(figures), column.decimals);
      if (IsNoFigure(column, figures, summed)) value = "—";
      if (column.per_entry && column.value(figures) > 0) {
        value += "（" + ShareText(column.value(figures), figures.entry_count()) + "）";
      }
      html += Cell(value);
    }
    html += "</tr>\n";
  };
  for (const AssessedDepartment& department : assessment.departments) {
    html += "<tr>" + Cell(department.figures.display_name(), "name");
    cells(department.figures, false);
  }
  html += "<tr class=\"total\">" + Cell("合计", "name");
  cells(assessment.total, assessment.summed);
  return html + "</tbody></table>\n";
}

std::string Figure(const std::string& chart, std::string_view caption) {
  return "<figure>" + chart + Tag("figcaption", caption) + "</figure>\n";
}

std::vector<double> FaultsOf(const v1::DepartmentQuality& figures) {
  std::vector<double> values;
  for (const size_t at : FaultColumns()) values.push_back(AssessmentColumns()[at].value(figures));
  return values;
}

std::string FaultBars(const Assessment& assessment) {
  std::vector<std::string> series;
  for (const size_t at : FaultColumns()) series.emplace_back(AssessmentColumns()[at].label);
  std::vector<BarRow> rows;
  for (const AssessedDepartment& department : assessment.departments) {
    rows.push_back({department.figures.display_name(), FaultsOf(department.figures)});
  }
  const auto sum = [](const BarRow& row) {
    double all = 0;
    for (const double value : row.values) all += value;
    return all;
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const BarRow& a, const BarRow& b) { return sum(a) > sum(b); });
  std::erase_if(rows, [&](const BarRow& row) { return sum(row) == 0; });
  if (rows.empty()) return Tag("p", "各单位均未发现五类问题。");
  const size_t all = rows.size();
  if (all > kBarsMax) rows.resize(kBarsMax);
  std::string alternative = "各单位五类问题条次，由多到少：";
  for (size_t i = 0; i < std::min<size_t>(rows.size(), 5); ++i) {
    alternative += (i > 0 ? "，" : "") + rows[i].label + " " + FigureText(sum(rows[i]), 0);
  }
  std::string caption = "图 1　五类问题条次（条）";
  if (all > kBarsMax) caption += "，列出最多的 " + std::to_string(kBarsMax) + " 个单位";
  return Figure(StackedBars(series, rows, 0, alternative + "。数值见上表。"), caption);
}

std::string Trend(const Assessment& assessment) {
  if (assessment.trend.size() < 2) {
    return Tag("p", "评估期内只有一次测评，暂无趋势；夜间例行测评累积后自动列出。");
  }
  std::vector<LinePoint> scores;
  std::vector<LinePoint> faults;
  double most = 0;
  for (const TrendPoint& point : assessment.trend) {
    const std::string day = point.day.substr(5);
    scores.push_back({day, point.total.score()});
    double sum = 0;
    for (const double value : FaultsOf(point.total)) sum += value;
    const double share = point.total.entry_count() == 0
                             ? 0
                             : sum * 100 / static_cast<double>(point.total.entry_count());
    faults.push_back({day, share});
    most = std::max(most, share);
  }
  const TrendPoint& first = assessment.trend.front();
  const TrendPoint& last = assessment.trend.back();
  const std::string between = first.day + " 至 " + last.day;
  double low = 100;
  for (const LinePoint& point : scores) low = std::min(low, point.value);
  low = low >= 80 ? 80 : low >= 60 ? 60 : 0;
  return Figure(LineChart(scores, low, 100,
                          "得分趋势，" + between + "：由 " + FigureText(first.total.score(), 1) +
                              " 到 " + FigureText(last.total.score(), 1) + "。"),
                "图 2　得分（纵轴自 " + FigureText(low, 0) + " 分起）") +
         Figure(LineChart(faults, 0, most,
                          "每百条在线条目的五类问题条次，" + between + "：由 " +
                              FigureText(faults.front().value, 1) + " 到 " +
                              FigureText(faults.back().value, 1) + "。"),
                "图 3　每百条在线条目的五类问题条次");
}

std::string LostPoints(const Assessment& assessment) {
  std::string html = "<table>" + Heading({"项目", "分值", "占比", "扣满占比", "扣分"});
  for (const ScoreItem& item : ScoreItems()) {
    html += "<tr>" + Cell(item.label, "text") + Cell(FigureText(item.weight, 0)) +
            Cell(FigureText(item.share(assessment.total) * 100, 1) + "%") +
            Cell(FigureText(item.cap * 100, 0) + "%") +
            Cell(FigureText(PointsLost(item, assessment.total), 1)) + "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string Meanings() {
  std::string html = "<table>" + Heading({"指标", "含义和来源"});
  for (const AssessmentColumn& column : AssessmentColumns()) {
    html += "<tr>" + Cell(column.label, "name") + Cell(column.meaning, "text") + "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

}  // namespace

std::string AssessmentHtml(const Assessment& assessment) {
  std::string html = std::string(kHead) + Cover(assessment) + "<main>\n";
  html += Tag("h2", "一、总体结论") + KeyFigures(assessment);
  for (const std::string& sentence : SummaryOf(assessment)) html += Tag("p", sentence);
  html += Tag("h2", "二、各单位得分与排名") + Ranking(assessment);
  html += Tag("h2", "三、五类问题") + Table(assessment, FaultColumns()) + FaultBars(assessment);
  html += Tag("h2", "四、内容完备与有效") + Table(assessment, {7, 8, 9, 10});
  html += Tag("h2", "五、限时办理") + Table(assessment, {13, 14, 15, 16, 17, 18, 19});
  html += Tag("h2", "六、金标问句与使用") + Table(assessment, {20, 21, 22, 11, 12});
  html += Tag("h2", "七、趋势") + Trend(assessment);
  html += Tag("h2", "八、得分怎样计算") + LostPoints(assessment);
  html += Tag("p", ScoreExplanation().front());
  if (assessment.summed) {
    html += "<p class=\"note\">" +
            EscapeHtml("多个单位合计时，按时办结率是按条目数加权的平均，不给出中位数。") + "</p>\n";
  }
  html += Tag("h2", "九、指标说明") + Meanings();
  html += Tag("h2", "十、未能测评的内容");
  if (assessment.report.gaps_in_measurement().empty()) {
    html += Tag("p", "本次测评没有缺项。");
  } else {
    html += "<ul>";
    for (const std::string& gap : assessment.report.gaps_in_measurement()) html += Tag("li", gap);
    html += "</ul>\n<p class=\"note\">" + EscapeHtml("未能测评的项目不扣分，比较得分时请注意。") +
            "</p>\n";
  }
  return html + "</main><footer>" +
         EscapeHtml("本报告由知识库按留存的测评数据生成，报告编号 " + assessment.report.name() +
                    "。") +
         "</footer></body></html>\n";
}

}  // namespace hotline::insight
