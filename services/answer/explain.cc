#include "services/answer/explain.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "services/answer/reading_parts.h"
#include "services/answer/wording.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

// Parts that the sentence names.
constexpr size_t kNamedParts = 3;

std::string Percent(double share) {
  return std::to_string(static_cast<int>(std::lround(100 * share))) + "%";
}

std::string_view SourceWord(index::ExpansionSource source) {
  switch (source) {
    case index::ExpansionSource::kHomophone:
      return "同音字";
    case index::ExpansionSource::kPinyin:
      return "拼音";
    case index::ExpansionSource::kNumber:
      return "数字的另一写法";
    default:
      return "同义词";
  }
}

// “失业保险金”（62%，在问题中）
std::string Named(const index::MatchedPart& part) {
  std::string words = "“" + text::ToUtf8(part.text) + "”（" + Percent(part.weight);
  words += part.in_question ? "，在问法中" : "，只在答复或关键词中";
  if (part.source.has_value() && !part.typed.empty()) {
    words += "，输入的是“" + text::ToUtf8(part.typed) + "”，按" +
             std::string(SourceWord(*part.source)) + "查到";
  }
  return words + "）";
}

std::string SummaryOf(const index::ScoreParts& parts, const Found& found, const Asked& asked) {
  std::string summary;
  if (parts.exact) {
    summary = "查询与该条目的问法相同";
  } else {
    summary = "命中查询信息的 " + Percent(parts.found);
    size_t named = 0;
    for (const index::MatchedPart& part : parts.parts) {
      if (part.text.empty()) continue;
      summary += (named == 0 ? "：" : "、") + Named(part);
      if (++named == kNamedParts) break;
    }
  }
  if (asked.region != kAnyRegion) {
    summary += found.distance == 0
                   ? "；区划与所问的一致"
                   : "；属上级区划" + RegionName(found.entry->facts.region) + "，次序略降";
  }
  if (parts.prior < 1) summary += "；属法律条文，查询没有点名法律，次序后移";
  return summary + "。";
}

void AddFactor(v1::Explanation& explanation, const char* name, double value) {
  auto& factor = *explanation.add_factors();
  factor.set_name(name);
  factor.set_value(value);
}

}  // namespace

v1::Explanation ExplanationOf(const index::ScoreParts& parts, const Found& found,
                              const Asked& asked) {
  v1::Explanation explanation;
  for (const index::MatchedPart& part : parts.parts) {
    if (explanation.terms_size() == kExplainedPartsMax) break;
    auto& term = *explanation.add_terms();
    term.set_text(text::ToUtf8(part.text));
    term.set_typed(text::ToUtf8(part.typed));
    if (part.source.has_value()) term.set_kind(KindOf(*part.source));
    term.set_weight(std::min(1.0, part.weight));
    term.set_in_question(part.in_question);
  }
  AddFactor(explanation, "lexical", parts.text);
  AddFactor(explanation, "statute_prior", parts.prior);
  AddFactor(explanation, "region", parts.boost);
  AddFactor(explanation, "rerank", parts.score > 0 ? found.hit.score / parts.score : 1);
  AddFactor(explanation, "coverage", parts.covered);
  AddFactor(explanation, "coverage_anywhere", parts.found);
  AddFactor(explanation, "exact", parts.exact ? 1 : 0);
  explanation.set_summary(SummaryOf(parts, found, asked));
  return explanation;
}

}  // namespace hotline::answer
