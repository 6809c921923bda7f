#include "proto/cc/references.h"

#include <algorithm>
#include <utility>

#include "proto/cc/names.h"
#include "proto/cc/text.h"

namespace hotline {
namespace {

using google::protobuf::RepeatedPtrField;
using knowledge::v1::AnswerBlock;
using knowledge::v1::EntryContent;

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr size_t kShownMax = 40;

// One inclusion: [begin, end) of the text, and the name between the braces.
struct Inclusion {
  size_t begin = 0;
  size_t end = 0;
  std::string_view name;
  bool sound = false;
};

// The first inclusion at or after `from`.
std::optional<Inclusion> Next(std::string_view text, size_t from) {
  const size_t begin = text.find(kOpen, from);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t inside = begin + kOpen.size();
  const size_t close = text.find(kClose, inside);
  if (close == std::string_view::npos) return Inclusion{.begin = begin, .end = inside};
  const std::string_view name = text.substr(inside, close - inside);
  const bool sound = CollectionOf(name) == kFacts && IsId(IdOf(name));
  return Inclusion{
      .begin = begin, .end = sound ? close + kClose.size() : inside, .name = name, .sound = sound};
}

void AddFacts(std::string_view text, std::vector<std::string>& names) {
  for (auto at = Next(text, 0); at.has_value(); at = Next(text, at->end)) {
    if (at->sound) names.emplace_back(at->name);
  }
}

void AddFacts(const RepeatedPtrField<AnswerBlock>& blocks, const std::string& short_answer,
              std::vector<std::string>& names) {
  for (const AnswerBlock& block : blocks) AddFacts(block.text(), names);
  AddFacts(short_answer, names);
}

void AddReferences(const EntryContent& content, std::vector<std::string>& names) {
  AddFacts(content.blocks(), content.short_answer(), names);
  AddFacts(content.agent_notes(), names);
  names.insert(names.end(), content.policies().begin(), content.policies().end());
}

std::vector<std::string> SortedOnce(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::vector<std::string> IncludedFacts(std::string_view text) {
  std::vector<std::string> all;
  AddFacts(text, all);
  std::vector<std::string> names;
  for (std::string& name : all) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return names;
}

std::optional<std::string> MalformedInclusion(std::string_view text) {
  for (auto at = Next(text, 0); at.has_value(); at = Next(text, at->end)) {
    if (!at->sound) return std::string(Prefix(text.substr(at->begin), kShownMax));
  }
  return std::nullopt;
}

std::string ReplaceInclusions(std::string_view text, const SayFact& say) {
  std::string said;
  size_t copied = 0;
  for (auto at = Next(text, 0); at.has_value(); at = Next(text, at->end)) {
    if (!at->sound) continue;
    said += text.substr(copied, at->begin - copied);
    said += say(at->name, at->begin == 0 ? '\0' : text[at->begin - 1]);
    copied = at->end;
  }
  said += text.substr(copied);
  return said;
}

std::vector<std::string> FactsOfAnswer(const EntryContent& content) {
  std::vector<std::string> names;
  AddFacts(content.blocks(), content.short_answer(), names);
  return SortedOnce(std::move(names));
}

std::vector<std::string> FactsOfAnswer(const knowledge::v1::EntryVariant& variant) {
  std::vector<std::string> names;
  AddFacts(variant.blocks(), variant.short_answer(), names);
  return SortedOnce(std::move(names));
}

std::vector<std::string> FactsOfText(const EntryContent& content) {
  std::vector<std::string> names;
  AddFacts(content.blocks(), content.short_answer(), names);
  AddFacts(content.agent_notes(), names);
  return SortedOnce(std::move(names));
}

std::vector<std::string> ReferencesOf(const knowledge::v1::Entry& entry) {
  std::vector<std::string> names;
  AddReferences(entry.content(), names);
  if (entry.online().has_content()) AddReferences(entry.online().content(), names);
  for (const auto& variant : entry.variants()) {
    AddFacts(variant.blocks(), variant.short_answer(), names);
  }
  return SortedOnce(std::move(names));
}

}  // namespace hotline
