#include "services/insight/assessment_words.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

#include "services/insight/quality_score.h"

namespace hotline::insight {
namespace {

using Figures = v1::DepartmentQuality;

template <auto Get>
double Value(const Figures& figures) {
  return static_cast<double>((figures.*Get)());
}

double OnTimePercent(const Figures& figures) { return figures.on_time_share() * 100; }

// "上升 1.5 分", "持平".
std::string MovementText(double change) {
  if (std::abs(change) < 0.05) return "持平";
  return (change > 0 ? "上升 " : "下降 ") + FigureText(std::abs(change), 1) + " 分";
}

std::string Trimmed(double value) {
  std::string text = absl::StrFormat("%.2f", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

const std::vector<AssessmentColumn>& AssessmentColumns() {
  static const std::vector<AssessmentColumn> columns = {
      {"得分", "0 至 100，算法见“得分怎样计算”。", Value<&Figures::score>, 1, false},
      {"在线条目", "测评时对外提供答复的知识条目数。", Value<&Figures::entry_count>, 0, false},
      {"分类明显不合理", "没有归入末级分类，或内容相近的条目几乎都在另一分类的条目数。",
       Value<&Figures::misfiled_count>, 0, true},
      {"内容重复", "与同一地区的另一条目问题近乎相同的条目数。", Value<&Figures::duplicate_count>,
       0, true},
      {"表述不规范", "命中规范用语词表的条目数。", Value<&Figures::wording_count>, 0, true},
      {"知识已失效", "有效期已满、复核日期已到、依据的文件已失效或引用已不存在的条目数。",
       Value<&Figures::outdated_count>, 0, true},
      {"非知识库内容", "占位、测试、只有链接、会议报道或含公民个人信息的条目数。",
       Value<&Figures::not_knowledge_count>, 0, true},
      {"其中有效期已满", "有效期已满而仍在线的条目数。", Value<&Figures::expired_count>, 0, true},
      {"其中复核到期", "复核日期已到的条目数。", Value<&Figures::review_due_count>, 0, true},
      {"要素缺失", "缺少本类知识必备要素的条目数。", Value<&Figures::incomplete_count>, 0, true},
      {"口径矛盾", "同一事项与同地区另一条目给出不同数值的条目数。",
       Value<&Figures::contradiction_count>, 0, true},
      {"从未被查到", "在线满 90 天、90 天内从未被查到的条目数。",
       Value<&Figures::never_found_count>, 0, true},
      {"查到但没用", "90 天内至少 5 人评价、认为没用的多于有用的条目数。",
       Value<&Figures::useless_count>, 0, true},
      {"未关闭缺口", "尚未补上或说明的知识缺口数。", Value<&Figures::open_gap_count>, 0, false},
      {"逾期缺口", "其中已过期限的。", Value<&Figures::overdue_gap_count>, 0, false},
      {"缺口补齐中位小时", "90 天内补上的缺口从提出到补上的小时数的中位数；“—”或空白为没有。",
       Value<&Figures::median_gap_hours>, 1, false, true},
      {"未办结纠错", "尚未办结的纠错数。", Value<&Figures::open_correction_count>, 0, false},
      {"逾期纠错", "其中已过期限的。", Value<&Figures::overdue_correction_count>, 0, false},
      {"纠错办结中位小时", "90 天内办结的纠错从提出到答复的小时数的中位数；“—”或空白为没有。",
       Value<&Figures::median_correction_hours>, 1, false, true},
      {"按时办结率（%）",
       "待办、缺口和纠错中按时关闭的，占 90 天内关闭的与现已逾期的之和；没有的按 100 计。",
       OnTimePercent, 1, false},
      {"金标问句", "参加测试的金标问句数。", Value<&Figures::golden_count>, 0, false},
      {"金标命中", "其中在规定名次内命中应答条目的。", Value<&Figures::golden_hit_count>, 0, false},
      {"90 天答复次数", "90 天内以该单位条目作答的次数。", Value<&Figures::asked_count>, 0, false},
  };
  return columns;
}

const std::vector<size_t>& FaultColumns() {
  static const std::vector<size_t> columns = {2, 3, 4, 5, 6};
  return columns;
}

std::string ScopeOf(const Assessment& assessment) {
  return assessment.scope.empty() ? "全库" : assessment.scope + "及其下属单位";
}

std::string PeriodOf(const Assessment& assessment) {
  if (assessment.trend.size() < 2) return assessment.report.day();
  return assessment.trend.front().day + " 至 " + assessment.report.day();
}

std::vector<std::string> SummaryOf(const Assessment& assessment) {
  const Figures& total = assessment.total;
  std::vector<std::string> sentences;
  std::string first = ScopeOf(assessment) + "在线知识条目 " + std::to_string(total.entry_count()) +
                      " 条，得分 " + FigureText(total.score(), 1) + " 分";
  if (assessment.since_before.has_value()) {
    first += "，较上一次（" + assessment.before_day + "）" + MovementText(*assessment.since_before);
  }
  sentences.push_back(first + "。");
  std::string faults = "五类问题：";
  for (const size_t at : FaultColumns()) {
    const AssessmentColumn& column = AssessmentColumns()[at];
    if (at != FaultColumns().front()) faults += "，";
    faults += std::string(column.label) + " " + FigureText(column.value(total), 0) + " 条（" +
              ShareText(column.value(total), total.entry_count()) + "）";
  }
  sentences.push_back(faults + "。");
  sentences.push_back("未关闭的知识缺口 " + std::to_string(total.open_gap_count()) +
                      " 个，其中逾期 " + std::to_string(total.overdue_gap_count()) +
                      " 个；未办结的纠错 " + std::to_string(total.open_correction_count()) +
                      " 件，其中逾期 " + std::to_string(total.overdue_correction_count()) +
                      " 件；按时办结率 " + FigureText(OnTimePercent(total), 1) + "%。");
  if (total.golden_count() > 0) {
    sentences.push_back(
        "金标问句 " + std::to_string(total.golden_count()) + " 条，命中 " +
        std::to_string(total.golden_hit_count()) + " 条（" +
        ShareText(static_cast<double>(total.golden_hit_count()), total.golden_count()) + "）。");
  }
  const auto worst = std::max_element(ScoreItems().begin(), ScoreItems().end(),
                                      [&](const ScoreItem& a, const ScoreItem& b) {
                                        return PointsLost(a, total) < PointsLost(b, total);
                                      });
  if (PointsLost(*worst, total) >= 0.05) {
    sentences.push_back("失分最多的是“" + std::string(worst->label) + "”，扣 " +
                        FigureText(PointsLost(*worst, total), 1) + " 分，建议优先整改。");
  }
  return sentences;
}

std::vector<std::string> ScoreExplanation() {
  std::vector<std::string> sentences = {
      "满分 100 分，各项按占比扣分：扣分 = 分值 × 占比 ÷ 扣满占比，每项最多扣完分值。"};
  for (const ScoreItem& item : ScoreItems()) {
    sentences.push_back(std::string(item.label) + "：" + Trimmed(item.weight) + " 分，占比达到 " +
                        Trimmed(item.cap * 100) + "% 时扣完。");
  }
  return sentences;
}

std::string RankText(int rank) { return rank == 0 ? "—" : std::to_string(rank); }

bool IsNoFigure(const AssessmentColumn& column, const Figures& figures, bool summed) {
  return column.median && (summed || column.value(figures) == 0);
}

std::string FigureText(double value, int decimals) {
  return absl::StrFormat("%.*f", decimals, value);
}

std::string ChangeText(const std::optional<double>& change) {
  if (!change.has_value()) return "—";
  if (std::abs(*change) < 0.05) return "0.0";
  return absl::StrFormat("%+.1f", *change);
}

std::string ShareText(double count, int64_t of) {
  return of <= 0 ? "—" : absl::StrFormat("%.1f%%", count * 100 / static_cast<double>(of));
}

std::string AssessmentFileName(const Assessment& assessment, std::string_view extension) {
  return "quality-" + assessment.report.day() + "." + std::string(extension);
}

}  // namespace hotline::insight
