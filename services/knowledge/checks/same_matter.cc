#include "services/knowledge/checks/same_matter.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "proto/cc/regions.h"

namespace hotline::knowledge::checks {
namespace {

// Another text, and how near it is.
struct Near {
  const IndexedText* text = nullptr;
  double canonical = 0;   // likeness of the two questions; 0 where they ask for different things
  double shared = 0;      // of a similar question of one to the question of the other
  size_t own_phrase = 0;  // that `shared` speaks of
  size_t phrase = 0;      // of the other

  double best() const { return std::max(canonical, shared); }
};

// A case tells what was said to one person; an article repeats others by nature.
bool AreComparable(v1::EntryKind a, v1::EntryKind b) {
  const bool case_a = a == v1::CASE;
  const bool case_b = b == v1::CASE;
  return case_a == case_b && (a == v1::STATUTE) == (b == v1::STATUTE);
}

// Steps between two regions of which one contains the other; nullopt: neither does.
std::optional<int> LevelsApart(const std::string& a, const std::string& b) {
  if (const auto up = RegionDistance(a, b)) return up;
  return RegionDistance(b, a);
}

bool MeetsInPlaceAndTime(const IndexedText& own, const IndexedText& other) {
  return LevelsApart(own.region, other.region).has_value() && own.valid_from < other.valid_to &&
         other.valid_from < own.valid_to;
}

bool AsksTheSame(const QuestionMatter& a, const QuestionMatter& b) {
  return SameMarks(a, b) && SameAspects(a, b);
}

std::vector<Near> NeighboursOf(const Comparison& comparison, const IndexedText& own) {
  std::map<std::string_view, Near> nearest;
  const QuestionMatter question = MatterOf(own.question);
  const double least = std::min({kDuplicateLikeness, kMatterLikeness, kSharedWording});
  for (size_t phrase = 0; phrase < own.phrase_count(); ++phrase) {
    const QuestionMatter matter = phrase == 0 ? question : MatterOf(own.phrase(phrase));
    for (const Neighbour& found : comparison.index.Near(matter, own.IsStatute(), least)) {
      const IndexedText& other = *found.text;
      if (other.name == comparison.name || !AreComparable(own.kind, other.kind) ||
          !MeetsInPlaceAndTime(own, other)) {
        continue;
      }
      const auto [at, added] = nearest.emplace(other.name, Near{.text = &other});
      Near& near = at->second;
      if (added) {
        const QuestionMatter canonical = MatterOf(other.question);
        if (AsksTheSame(question, canonical)) {
          near.canonical = comparison.index.Likeness(question, canonical);
          const bool guides = own.kind == v1::GUIDE && other.kind == v1::GUIDE;
          if (guides && near.canonical < kSameGuide) near.canonical = 0;
        }
      }
      const bool crossed = (phrase == 0) != (found.phrase == 0);
      if (crossed && found.likeness > near.shared &&
          SameAspects(matter, MatterOf(other.phrase(found.phrase)))) {
        near.shared = found.likeness;
        near.own_phrase = phrase;
        near.phrase = found.phrase;
      }
    }
  }
  std::vector<Near> all;
  for (auto& [name, near] : nearest) {
    if (near.best() >= least) all.push_back(near);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Near& a, const Near& b) { return a.best() > b.best(); });
  if (all.size() > kNeighboursMax) all.resize(kNeighboursMax);
  return all;
}

std::string PhrasePath(size_t phrase) {
  return phrase == 0 ? "question" : "similar_questions[" + std::to_string(phrase - 1) + "]";
}

// Two decimals: what is shown must not depend on the last bit.
double Rounded(double likeness) { return std::round(likeness * 100) / 100; }

// How the other's region relates, for sentences; empty when it is the same.
std::string RegionRemark(const IndexedText& own, const IndexedText& other) {
  if (own.region == other.region) return {};
  const bool above = RegionDistance(own.region, other.region).has_value();
  return above ? "对方是上级地区（" + other.region + "）的口径，本地另有规定时可以不同。"
               : "对方是下级地区（" + other.region + "）的口径，那里另有规定时可以不同。";
}

void TellDuplicate(const IndexedText& own, const Near& near, std::vector<v1::Finding>* findings) {
  const IndexedText& other = *near.text;
  const bool same = near.canonical >= kDuplicateLikeness;
  if (!same && near.shared < kSharedWording) return;
  if (own.kind == v1::CASE && SketchLikeness(own.sketch, other.sketch) < kCaseAnswerLikeness) {
    return;
  }
  const bool blocks =
      own.region == other.region && near.canonical >= kDuplicateBlocks && own.kind != v1::CASE;
  const std::string advice =
      same
          ? "几乎是同一个问题。" + RegionRemark(own, other) + "请合并为一条，或写明都要保留的原因。"
          : "是同一个问法，这样问的人会看到两条。" + RegionRemark(own, other) +
                "请合并，或删去其中一条的这个问法。";
  const size_t phrase = same ? 0 : near.phrase;
  findings->push_back(
      MakeFinding({.fault = v1::Finding::DUPLICATE,
                   .severity = blocks ? v1::Finding::NEEDS_REASON : v1::Finding::WARNING,
                   .path = PhrasePath(same ? 0 : near.own_phrase),
                   .about = other.name,
                   .message = "与 " + other.name + " 的" + Quoted(other.phrase(phrase)) + advice,
                   .related = {other.name},
                   .likeness = Rounded(same ? near.canonical : near.shared)}));
}

// Values of a text that play one role, when all of them are equal; a table of several amounts for
// one role says nothing that can be compared.
const StatedValue* OnlyValueLike(const std::vector<StatedValue>& values, const TypedValue& role) {
  const StatedValue* only = nullptr;
  for (const StatedValue& stated : values) {
    if (!SameRole(stated.value, role)) continue;
    if (only != nullptr && only->value.canonical != stated.value.canonical) return nullptr;
    if (only == nullptr) only = &stated;
  }
  return only;
}

// What differs between departments by right, and is no contradiction between their texts.
bool IsOfDepartment(ValueKind kind) { return kind == ValueKind::kPhone; }

void TellContradictions(const IndexedText& own, const Near& near,
                        std::vector<v1::Finding>* findings) {
  const IndexedText& other = *near.text;
  if (near.canonical < kMatterLikeness) return;
  const bool same_region = own.region == other.region;
  std::set<std::pair<ValueKind, std::string>> told;
  for (const StatedValue& stated : own.values) {
    const TypedValue& value = stated.value;
    if (IsOfDepartment(value.kind) && own.department != other.department) continue;
    if (OnlyValueLike(own.values, value) == nullptr) continue;
    const StatedValue* against = OnlyValueLike(other.values, value);
    if (against == nullptr || against->value.canonical == value.canonical) continue;
    if (!told.emplace(value.kind, value.canonical).second) continue;
    findings->push_back(
        MakeFinding({.fault = v1::Finding::CONTRADICTION,
                     .severity = same_region ? v1::Finding::NEEDS_REASON : v1::Finding::WARNING,
                     .path = BlockPath(stated.block),
                     .about = std::string(KindName(value.kind)) + "/" + value.canonical + "/" +
                              against->value.canonical,
                     .message = "同一事项的" + std::string(KindName(value.kind)) +
                                "不一致：本文是“" + value.text + "”，" + other.name + " 的" +
                                Quoted(other.question) + "是“" + against->value.text + "”。" +
                                RegionRemark(own, other) + "请核对后改为一致，或写明原因。",
                     .related = {other.name},
                     .suggestion = against->value.text,
                     .begin = value.begin,
                     .end = value.end,
                     .likeness = Rounded(near.canonical)}));
  }
}

}  // namespace

void CheckSameMatter(const Comparison& comparison, std::vector<v1::Finding>* findings) {
  const IndexedText own = IndexedText::Of(comparison.name, comparison.content, false);
  for (const Near& near : NeighboursOf(comparison, own)) {
    TellDuplicate(own, near, findings);
    TellContradictions(own, near, findings);
  }
}

}  // namespace hotline::knowledge::checks
