#include "services/answer/reading_parts.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "services/answer/text_conditions.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using Part = v1::QueryReading::Part;

void AddCondition(const QueryCondition& condition, Part::Kind kind, const std::string& meaning,
                  v1::QueryReading& reading) {
  Part& part = *reading.add_parts();
  part.set_kind(kind);
  part.set_begin(static_cast<int32_t>(condition.begin));
  part.set_end(static_cast<int32_t>(condition.end));
  part.set_value(text::ToUtf8(condition.phrase.folded()));
  part.set_meaning(meaning);
}

std::string_view LeadOf(index::ExpansionSource source) {
  switch (source) {
    case index::ExpansionSource::kHomophone:
      return "同时查找读音相同的：";
    case index::ExpansionSource::kPinyin:
      return "按拼音理解为：";
    case index::ExpansionSource::kNumber:
      return "同时查找其他写法：";
    default:
      return "同时查找：";
  }
}

}  // namespace

Part::Kind KindOf(index::ExpansionSource source) {
  switch (source) {
    case index::ExpansionSource::kHomophone:
      return Part::HOMOPHONE;
    case index::ExpansionSource::kPinyin:
      return Part::PINYIN;
    case index::ExpansionSource::kNumber:
      return Part::NUMBER;
    default:
      return Part::SYNONYM;
  }
}

void AddConditions(const SearchQuery& query, bool cut_short, v1::QueryReading& reading) {
  const std::string tail = cut_short ? "；符合的条目过多，只核对了最相关的 " +
                                           std::to_string(TextConditions::kRankedMax) +
                                           " 条，请再加一个词缩小范围"
                                     : "";
  for (const QueryCondition& phrase : query.phrases) {
    AddCondition(phrase, Part::PHRASE, "必须原样出现" + tail, reading);
  }
  for (const QueryCondition& excluded : query.excluded) {
    AddCondition(excluded, Part::EXCLUDED, "不得出现" + tail, reading);
  }
}

void AddExpansions(std::string_view query, std::span<const index::Expansion> expansions,
                   v1::QueryReading& reading) {
  if (expansions.empty()) return;
  std::u32string folded;
  std::vector<uint32_t> origins;
  text::FoldWithOrigins(query, index::kMaxQueryCharacters, folded, origins);
  using Place = std::tuple<uint32_t, uint32_t, index::ExpansionSource>;
  std::map<Place, std::vector<std::string>> by_place;
  for (const index::Expansion& expansion : expansions) {
    by_place[{expansion.begin, expansion.end, expansion.source}].push_back(
        text::ToUtf8(expansion.text));
  }
  for (const auto& [place, texts] : by_place) {
    const auto& [begin, end, source] = place;
    if (begin >= end || end > origins.size()) continue;
    Part& part = *reading.add_parts();
    part.set_kind(KindOf(source));
    part.set_begin(static_cast<int32_t>(origins[begin]));
    part.set_end(static_cast<int32_t>(origins[end - 1] + 1));
    std::string meaning(LeadOf(source));
    std::string value;
    for (size_t i = 0; i < texts.size(); ++i) {
      meaning += (i == 0 ? "" : "、") + texts[i];
      value += (i == 0 ? "" : "\n") + texts[i];
    }
    part.set_meaning(meaning);
    part.set_value(value);
  }
}

void SortParts(v1::QueryReading& reading) {
  std::stable_sort(reading.mutable_parts()->begin(), reading.mutable_parts()->end(),
                   [](const Part& a, const Part& b) {
                     return std::pair(a.begin(), a.kind()) < std::pair(b.begin(), b.kind());
                   });
}

}  // namespace hotline::answer
