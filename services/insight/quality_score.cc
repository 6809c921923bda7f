#include "services/insight/quality_score.h"

#include <algorithm>
#include <cmath>

namespace hotline::insight {
namespace {

using Figures = v1::DepartmentQuality;

double Share(int64_t count, int64_t of) {
  return of <= 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
}

template <int64_t (Figures::*Count)() const>
double ByEntries(const Figures& figures) {
  return Share((figures.*Count)(), figures.entry_count());
}

double GoldenMissed(const Figures& figures) {
  return Share(figures.golden_count() - figures.golden_hit_count(), figures.golden_count());
}

double Late(const Figures& figures) { return 1 - figures.on_time_share(); }

}  // namespace

const std::array<ScoreItem, 11>& ScoreItems() {
  static constexpr std::array<ScoreItem, 11> kItems = {{
      {"知识已失效", 20, 0.20, ByEntries<&Figures::outdated_count>},
      {"按时办结", 16, 0.50, Late},
      {"口径矛盾", 10, 0.05, ByEntries<&Figures::contradiction_count>},
      {"内容重复", 8, 0.20, ByEntries<&Figures::duplicate_count>},
      {"非知识库内容", 8, 0.05, ByEntries<&Figures::not_knowledge_count>},
      {"要素缺失", 8, 0.30, ByEntries<&Figures::incomplete_count>},
      {"金标问句未命中", 8, 0.20, GoldenMissed},
      {"分类明显不合理", 6, 0.10, ByEntries<&Figures::misfiled_count>},
      {"表述不规范", 6, 0.20, ByEntries<&Figures::wording_count>},
      {"查到但没用", 6, 0.10, ByEntries<&Figures::useless_count>},
      {"从未被查到", 4, 0.50, ByEntries<&Figures::never_found_count>},
  }};
  return kItems;
}

double PointsLost(const ScoreItem& item, const Figures& figures) {
  return item.weight * std::clamp(item.share(figures) / item.cap, 0.0, 1.0);
}

double ScoreOf(const Figures& figures) {
  double score = 100;
  for (const ScoreItem& item : ScoreItems()) score -= PointsLost(item, figures);
  return std::round(std::max(score, 0.0) * 10) / 10;
}

}  // namespace hotline::insight
