#include "services/knowledge/checks/base_state.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"

namespace hotline::knowledge::checks {
namespace {

// The number as ExtractValues writes it; empty when it is none.
std::string NumberOf(const std::string& document_number) {
  for (const TypedValue& value : ExtractValues(document_number)) {
    if (value.kind == ValueKind::kDocumentNumber) return value.canonical;
  }
  return {};
}

Prepared PrepareEntry(const v1::Entry& entry) {
  PreparedEntry prepared{.name = entry.name(),
                         .standing = {.state = entry.state(),
                                      .online = entry.has_online(),
                                      .merged_into = entry.merged_into()}};
  if (const v1::EntryContent* content = ComparedText(entry)) {
    prepared.text = IndexedText::Of(entry.name(), *content, entry.has_online());
  }
  return prepared;
}

Prepared PreparePolicy(const v1::Policy& policy) {
  PolicyStanding standing{.status = policy.status(),
                          .title = policy.title(),
                          .document_number = NumberOf(policy.document_number()),
                          .replaced_by = policy.replaced_by()};
  if (policy.validity().has_expire_time()) {
    standing.expire = ToLogTime(policy.validity().expire_time());
  }
  return PreparedPolicy{policy.name(), std::move(standing)};
}

// What tables of strings are asked with.
absl::string_view Key(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool PolicyStanding::IsLapsed(LogTime now) const {
  const bool said = status == v1::Policy::EXPIRED || status == v1::Policy::REPEALED ||
                    status == v1::Policy::REPLACED;
  return said || (expire.has_value() && now >= *expire);
}

const v1::EntryContent* ComparedText(const v1::Entry& entry) {
  if (entry.has_online()) return &OnlineContent(entry);
  const bool coming = entry.state() == v1::Entry::IN_REVIEW || entry.state() == v1::Entry::APPROVED;
  return coming ? &entry.content() : nullptr;
}

Prepared Prepare(const store::v1::Resource& resource) {
  switch (resource.kind_case()) {
    case store::v1::Resource::kEntry:
      return PrepareEntry(resource.entry());
    case store::v1::Resource::kPolicy:
      return PreparePolicy(resource.policy());
    case store::v1::Resource::kFact:
      return PreparedFact{resource.fact().name()};
    case store::v1::Resource::kTermList:
      return PreparedTerms{std::make_shared<CompiledList>(resource.term_list())};
    case store::v1::Resource::kSynonymSet:
      return PreparedSynonyms{resource.synonym_set()};
    default:
      return std::monostate();
  }
}

Prepared Prepare(const store::v1::Effect& effect) {
  return effect.has_put() ? Prepare(effect.put()) : Prepared(Deleted{effect.delete_name()});
}

void BaseState::Apply(Prepared prepared) {
  if (auto* entry = std::get_if<PreparedEntry>(&prepared)) {
    if (entry->text.has_value()) {
      index_.Put(*std::move(entry->text));
    } else {
      index_.Remove(entry->name);
    }
    entries_[std::move(entry->name)] = std::move(entry->standing);
  } else if (auto* policy = std::get_if<PreparedPolicy>(&prepared)) {
    PutPolicy(std::move(*policy));
  } else if (auto* fact = std::get_if<PreparedFact>(&prepared)) {
    facts_.insert(std::move(fact->name));
  } else if (auto* terms = std::get_if<PreparedTerms>(&prepared)) {
    lists_[terms->list->list().name()] = std::move(terms->list);
  } else if (auto* synonyms = std::get_if<PreparedSynonyms>(&prepared)) {
    synonyms_.Put(synonyms->set);
  } else if (auto* deleted = std::get_if<Deleted>(&prepared)) {
    Erase(deleted->name);
  }
}

void BaseState::PutPolicy(PreparedPolicy policy) {
  Erase(policy.name);
  if (!policy.standing.document_number.empty()) {
    std::vector<std::string>& names = by_number_[policy.standing.document_number];
    names.insert(std::lower_bound(names.begin(), names.end(), policy.name), policy.name);
  }
  policies_[std::move(policy.name)] = std::move(policy.standing);
}

void BaseState::Erase(std::string_view name) {
  const std::string_view collection = CollectionOf(name);
  if (collection == kEntries) {
    index_.Remove(name);
    entries_.erase(Key(name));
  } else if (collection == kPolicies) {
    const auto found = policies_.find(Key(name));
    if (found == policies_.end()) return;
    const auto numbered = by_number_.find(found->second.document_number);
    if (numbered != by_number_.end()) std::erase(numbered->second, name);
    policies_.erase(found);
  } else if (collection == kFacts) {
    facts_.erase(Key(name));
  } else if (collection == kTerms) {
    lists_.erase(std::string(name));
  } else if (collection == kSynonyms) {
    synonyms_.Erase(name);
  }
}

const Standing* BaseState::FindEntry(std::string_view name) const {
  const auto found = entries_.find(Key(name));
  return found == entries_.end() ? nullptr : &found->second;
}

int BaseState::MergeDepth(std::string_view name, int depth_max) const {
  absl::flat_hash_set<std::string> level = {std::string(name)};
  for (int depth = 0; depth < depth_max; ++depth) {
    absl::flat_hash_set<std::string> next;
    for (const auto& [entry, standing] : entries_) {
      if (!standing.merged_into.empty() && level.contains(standing.merged_into)) {
        next.insert(entry);
      }
    }
    if (next.empty()) return depth;
    level = std::move(next);
  }
  return depth_max;
}

const PolicyStanding* BaseState::FindPolicy(std::string_view name) const {
  const auto found = policies_.find(Key(name));
  return found == policies_.end() ? nullptr : &found->second;
}

std::vector<std::string> BaseState::PoliciesOf(std::string_view document_number) const {
  const auto found = by_number_.find(Key(document_number));
  return found == by_number_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace hotline::knowledge::checks
