#include "services/answer/choices.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "services/text/fold.h"
#include "services/text/places.h"
#include "services/text/times.h"

namespace hotline::answer {
namespace {

// Pairs of characters in common (Dice) from which two questions look alike to a hurried reader, and
// from which they are the same.
constexpr double kAlike = 0.5;
constexpr double kSame = 0.85;

struct Aspect {
  std::u32string_view word;
  std::string_view name;
};
constexpr Aspect kAspects[] = {
    {U"材料", "所需材料"}, {U"证件", "所需材料"}, {U"条件", "申请条件"}, {U"资格", "申请条件"},
    {U"多久", "办理时限"}, {U"时限", "办理时限"}, {U"几天", "办理时限"}, {U"时间", "办理时间"},
    {U"地点", "办理地点"}, {U"哪里", "办理地点"}, {U"去哪", "办理地点"}, {U"在哪", "办理地点"},
    {U"地址", "办理地点"}, {U"收费", "费用"},     {U"费用", "费用"},     {U"多少钱", "费用"},
    {U"流程", "办理流程"}, {U"步骤", "办理流程"}, {U"电话", "咨询电话"}, {U"依据", "政策依据"}};

std::u32string Folded(const std::string& text) {
  std::u32string folded;
  text::Fold(text, 400, folded);
  return folded;
}

std::multiset<std::u32string_view> PairsOf(std::u32string_view text) {
  std::multiset<std::u32string_view> pairs;
  for (size_t i = 0; i + 1 < text.size(); ++i) pairs.insert(text.substr(i, 2));
  return pairs;
}

double Overlap(std::u32string_view a, std::u32string_view b) {
  if (a == b) return 1;
  const auto of_a = PairsOf(a);
  const auto of_b = PairsOf(b);
  if (of_a.empty() || of_b.empty()) return 0;
  std::vector<std::u32string_view> common;
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                        std::back_inserter(common));
  return 2.0 * static_cast<double>(common.size()) / static_cast<double>(of_a.size() + of_b.size());
}

std::string AudienceText(text::AudienceSet set) {
  std::string text;
  for (size_t i = 0; i < text::kAudienceGroups; ++i) {
    const auto group = static_cast<text::AudienceGroup>(i);
    if ((set & BitOf(group)) == 0) continue;
    if (!text.empty()) text += "、";
    text += AudienceName(group);
  }
  return text;
}

std::string AspectText(const std::u32string& question) {
  for (const Aspect& aspect : kAspects) {
    if (question.find(aspect.word) != question.npos) return std::string(aspect.name);
  }
  return "";
}

std::string ValidityText(const ChoiceFacts& facts) {
  const auto day = [](LogTime time) {
    const text::Day at = text::DayOfInstant(time);
    return text::TimeName({0, 0, at, at + 1});
  };
  if (facts.effective != std::numeric_limits<LogTime>::min()) return day(facts.effective) + "起";
  if (facts.expire != std::numeric_limits<LogTime>::max()) return day(facts.expire - 1) + "止";
  return "";
}

std::string PlaceText(RegionCode region) {
  std::string name = text::PlaceShortName(region);
  if (name.empty() && region != kNationCode) name = "区划" + std::to_string(region);
  return name;
}

// The longest run of characters of `question` whose pairs none of the others has.
std::string OwnWords(const std::u32string& question, const std::vector<std::u32string>& others) {
  const auto is_own = [&](size_t i) {
    const std::u32string_view character = std::u32string_view(question).substr(i, 1);
    return text::ClassOf(character[0]) != text::CharClass::kSeparator &&
           std::none_of(others.begin(), others.end(), [&](const std::u32string& other) {
             return other.find(character) != other.npos;
           });
  };
  size_t best_begin = 0;
  size_t best_length = 0;
  for (size_t i = 0; i < question.size();) {
    size_t end = i;
    while (end < question.size() && is_own(end)) ++end;
    if (end - i > best_length) {
      best_begin = i;
      best_length = end - i;
    }
    i = std::max(end, i + 1);
  }
  return text::ToUtf8(question.substr(best_begin, best_length));
}

// What is compared, in the order in which it is told.
std::vector<std::string> Attributes(const ChoiceFacts& facts, const std::u32string& question) {
  return {PlaceText(facts.region), AudienceText(facts.audience), AspectText(question),
          facts.department, ValidityText(facts)};
}

void Append(const std::string& part, std::string& text) {
  if (part.empty()) return;
  const std::string joined = text.empty() ? part : text + "，" + part;
  if (text::ToCodePoints(joined).size() <= kDistinctionLengthMax) {
    text = joined;
  } else if (text.empty()) {
    text = text::ToUtf8(text::ToCodePoints(part).substr(0, kDistinctionLengthMax - 1)) + "…";
  }
}

}  // namespace

std::vector<size_t> Distinct(std::span<const ChoiceFacts> facts, size_t wanted) {
  std::vector<size_t> chosen;
  std::vector<std::u32string> questions;
  for (const ChoiceFacts& item : facts) questions.push_back(Folded(item.question));
  for (size_t i = 0; i < facts.size() && chosen.size() < wanted; ++i) {
    const auto repeats = [&](size_t earlier) {
      return Overlap(questions[i], questions[earlier]) >= kSame &&
             Attributes(facts[i], questions[i]) == Attributes(facts[earlier], questions[earlier]);
    };
    if (std::none_of(chosen.begin(), chosen.end(), repeats)) chosen.push_back(i);
  }
  return chosen;
}

std::vector<std::string> Distinctions(std::span<const ChoiceFacts> choices) {
  std::vector<std::u32string> questions;
  std::vector<std::vector<std::string>> attributes;
  bool one_region = true;
  for (const ChoiceFacts& item : choices) {
    questions.push_back(Folded(item.question));
    attributes.push_back(Attributes(item, questions.back()));
    one_region = one_region && item.region == choices[0].region;
  }
  std::vector<std::string> distinctions(choices.size());
  for (size_t i = 0; i < choices.size(); ++i) {
    std::vector<size_t> alike;  // not told apart so far
    for (size_t other = 0; other < choices.size(); ++other) {
      if (other != i && Overlap(questions[i], questions[other]) >= kAlike) alike.push_back(other);
    }
    std::string& text = distinctions[i];
    for (size_t kind = 0; kind < attributes[i].size() && !alike.empty(); ++kind) {
      const std::string& own = attributes[i][kind];
      const auto differs = [&](size_t other) { return attributes[other][kind] != own; };
      if (std::none_of(alike.begin(), alike.end(), differs)) continue;
      Append(own, text);
      if (!own.empty()) std::erase_if(alike, differs);
    }
    if (text.empty() && !one_region) Append(attributes[i][0], text);
    if (alike.empty()) continue;
    std::vector<std::u32string> others;
    for (const size_t other : alike) others.push_back(questions[other]);
    Append(OwnWords(questions[i], others), text);
  }
  return distinctions;
}

}  // namespace hotline::answer
