#include "services/knowledge/checks/references_check.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/knowledge/checks/typed_values.h"

namespace hotline::knowledge::checks {
namespace {

constexpr std::array<std::string_view, 3> kLinked = {kEntries, kFacts, kPolicies};

bool IsIdCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

// What may stand before a name; anything else makes it a part of an address or of a word.
bool MayPrecede(std::string_view text, size_t at) {
  if (at == 0) return true;
  const auto before = static_cast<unsigned char>(text[at - 1]);
  const bool word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                    (before >= '0' && before <= '9');
  return !word && before != '/' && before != '-' && before != '_' && before != '.' && before != '=';
}

void Tell(FindingParts parts, std::vector<v1::Finding>* findings) {
  findings->push_back(MakeFinding(std::move(parts)));
}

void CheckCited(const BaseState& state, const std::string& name, FindingParts place,
                std::vector<v1::Finding>* findings) {
  const PolicyStanding* policy = state.FindPolicy(name);
  if (policy == nullptr || !policy->IsLapsed(state.log_time)) return;
  place.fault = v1::Finding::LAPSED;
  place.severity = v1::Finding::NEEDS_REASON;
  place.about = name;
  place.related = {name};
  place.suggestion = policy->replaced_by;
  place.message = "引用的《" + policy->title + "》已不再有效" +
                  (policy->replaced_by.empty() ? "" : "，已被 " + policy->replaced_by + " 替代") +
                  "；请改引现行文件，或写明仍然引用的原因。";
  Tell(std::move(place), findings);
}

// The entry that `name` was merged into, following a chain.
std::string MergedEnd(const BaseState& state, std::string_view name) {
  constexpr int kChainMax = 5;
  const Standing* standing = state.FindEntry(name);
  std::string end;
  for (int i = 0; i < kChainMax && standing != nullptr && !standing->merged_into.empty(); ++i) {
    end = standing->merged_into;
    standing = state.FindEntry(end);
  }
  return end;
}

void CheckName(const BaseState& state, const std::string& name, FindingParts place,
               std::vector<v1::Finding>* findings) {
  const std::string_view collection = CollectionOf(name);
  place.fault = v1::Finding::DEAD_LINK;
  place.about = name;
  place.related = {name};
  const Standing* entry = collection == kEntries ? state.FindEntry(name) : nullptr;
  const bool exists = collection == kEntries ? entry != nullptr
                      : collection == kFacts ? state.HasFact(name)
                                             : state.FindPolicy(name) != nullptr;
  if (!exists) {
    place.severity = v1::Finding::BLOCKING;
    place.message = name + " 不存在，请改正或删除。";
    return Tell(std::move(place), findings);
  }
  if (entry == nullptr || entry->online) return;
  place.suggestion = MergedEnd(state, name);
  place.message = place.suggestion.empty()
                      ? name + " 现在没有在线的答复，看的人打不开；请核对。"
                      : name + " 已并入 " + place.suggestion + "，请改写链接。";
  Tell(std::move(place), findings);
}

}  // namespace

std::vector<NameInText> NamesIn(std::string_view text) {
  std::vector<NameInText> names;
  for (const std::string_view collection : kLinked) {
    for (size_t at = text.find(collection); at != std::string_view::npos;
         at = text.find(collection, at + 1)) {
      const size_t slash = at + collection.size();
      if (slash >= text.size() || text[slash] != '/' || !MayPrecede(text, at)) continue;
      size_t end = slash + 1;
      while (end < text.size() && IsIdCharacter(text[end])) ++end;
      std::string name(text.substr(at, end - at));
      if (!IsResourceName(name)) continue;
      const size_t begin = CodePoints(text.substr(0, at));
      names.push_back({name, begin, begin + name.size()});
    }
  }
  std::sort(names.begin(), names.end(),
            [](const NameInText& a, const NameInText& b) { return a.begin < b.begin; });
  return names;
}

void CheckCitations(const BaseState& state, const v1::EntryContent& content,
                    std::vector<v1::Finding>* findings) {
  for (int i = 0; i < content.policies_size(); ++i) {
    CheckCited(state, content.policies(i), {.path = "policies[" + std::to_string(i) + "]"},
               findings);
  }
  for (int i = 0; i < content.blocks_size(); ++i) {
    for (const TypedValue& value : ExtractValues(content.blocks(i).text())) {
      if (value.kind != ValueKind::kDocumentNumber) continue;
      for (const std::string& name : state.PoliciesOf(value.canonical)) {
        CheckCited(state, name, {.path = BlockPath(i), .begin = value.begin, .end = value.end},
                   findings);
      }
    }
  }
  const auto& validity = content.validity();
  if (validity.has_expire_time() && ToLogTime(validity.expire_time()) <= state.log_time) {
    Tell({.fault = v1::Finding::LAPSED,
          .severity = v1::Finding::NEEDS_REASON,
          .path = "validity.expire_time",
          .about = "validity",
          .message = "失效时间已过，发布后没有人看得到；请更正有效期，或写明原因。"},
         findings);
  }
}

void CheckLinks(const BaseState& state, const v1::EntryContent& content,
                std::vector<v1::Finding>* findings) {
  for (int i = 0; i < content.policies_size(); ++i) {
    if (state.FindPolicy(content.policies(i)) != nullptr) continue;
    CheckName(state, content.policies(i), {.path = "policies[" + std::to_string(i) + "]"},
              findings);
  }
  for (const TextField& field : FieldsOf(content)) {
    for (const NameInText& name : NamesIn(*field.text)) {
      CheckName(state, name.name, {.path = field.path, .begin = name.begin, .end = name.end},
                findings);
    }
  }
}

}  // namespace hotline::knowledge::checks
