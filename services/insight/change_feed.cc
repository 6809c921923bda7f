#include "services/insight/change_feed.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "proto/cc/references.h"
#include "proto/cc/standing.h"

namespace hotline::insight {
namespace {

using knowledge::v1::Entry;
using knowledge::v1::EntryContent;

// Agents and programs are told in full; everybody else is a citizen.
bool IsForCitizens(int channel) { return channel != type::v1::AGENT && channel != type::v1::API; }

// Kept to agents, or to channels that no citizen reads.
bool IsInternal(const EntryContent& content) {
  if (content.audience() == type::v1::AGENT_ONLY) return true;
  const auto& channels = content.channels();
  return !channels.empty() && std::none_of(channels.begin(), channels.end(), IsForCitizens);
}

TextPlace PlaceIn(const EntryContent& content) {
  return {.category = content.category(),
          .region = content.region(),
          .department = content.department(),
          .internal = IsInternal(content)};
}

void Describe(const EntryContent& content, v1::EntryChange* change) {
  change->set_question(content.question());
  change->set_category(content.category());
  change->set_region(content.region());
  change->set_department(content.department());
}

v1::EntryChange Begin(const ChangeInput& input, const std::string& entry, v1::ChangeKind kind) {
  v1::EntryChange change;
  change.set_kb_revision(input.kb_revision);
  change.set_entry(entry);
  change.set_kind(kind);
  *change.mutable_change_time() = input.time;
  change.set_release(input.release);
  return change;
}

v1::ChangeKind WithdrawalKind(const Entry* after) {
  if (after == nullptr) return v1::RETIRED;
  if (!after->merged_into().empty()) return v1::MERGED;
  return after->withdrawal().recall().empty() ? v1::RETIRED : v1::RECALLED;
}

}  // namespace

bool AddEffect(const store::v1::Effect& effect, int64_t kb_revision, ChangeInput* input) {
  if (!effect.has_put()) {
    if (CollectionOf(effect.delete_name()) != kEntries) return false;
    input->deleted.push_back(effect.delete_name());
    return true;
  }
  const store::v1::Resource& put = effect.put();
  if (put.has_release() && put.release().kb_revision() == kb_revision) {
    input->release = put.release().name();
  }
  if (put.has_entry()) {
    if (!MayHaveChanged(put.entry(), kb_revision)) return false;
    input->entries.push_back(put.entry());
  } else if (put.has_fact()) {
    input->facts.push_back(put.fact());
  } else if (put.has_task() && put.task().kind() == knowledge::v1::Task::POLICY_LAPSED &&
             put.task().state() == knowledge::v1::Task::OPEN) {
    input->lapse_tasks.push_back(put.task());
  } else {
    return false;
  }
  return true;
}

ChangeInput InputOf(const store::v1::Change& change) {
  ChangeInput input;
  input.kb_revision = change.kb_revision();
  input.time = change.commit_time();
  for (const auto& effect : change.effects()) AddEffect(effect, change.kb_revision(), &input);
  return input;
}

bool MayHaveChanged(const Entry& after, int64_t kb_revision) {
  if (after.has_online()) return after.online().kb_revision() == kb_revision;
  return after.has_withdrawal() || !after.merged_into().empty();
}

std::optional<ChangeRecord> TextChange(const Entry* before, const Entry* after,
                                       const ChangeInput& input) {
  const bool was = before != nullptr && before->has_online();
  const bool is = after != nullptr && after->has_online();
  if (!was && !is) return std::nullopt;
  if (was && is && before->online().revision() == after->online().revision()) return std::nullopt;
  ChangeRecord record;
  const std::string& name = is ? after->name() : before->name();
  if (was) {
    const EntryContent& content = OnlineContent(*before);
    record.before = PlaceIn(content);
    record.question_before = content.question();
  }
  if (is) {
    const EntryContent& content = OnlineContent(*after);
    record.after = PlaceIn(content);
    record.change = Begin(input, name, was ? v1::REVISED : v1::PUBLISHED);
    record.change.set_revision(after->online().revision());
    record.change.set_content_hash(after->online().content_hash());
    record.change.set_release(after->online().release());
    Describe(content, &record.change);
  } else {
    record.change = Begin(input, name, WithdrawalKind(after));
    if (after != nullptr) record.change.set_reason(after->withdrawal().reason());
    Describe(OnlineContent(*before), &record.change);
  }
  if (was) record.change.set_previous_revision(before->online().revision());
  return record;
}

std::optional<ChangeRecord> GroundChange(const Entry& entry, v1::ChangeKind kind,
                                         const ChangeInput& input) {
  if (!entry.has_online()) return std::nullopt;
  const EntryContent& content = OnlineContent(entry);
  ChangeRecord record;
  record.before = record.after = PlaceIn(content);
  record.question_before = content.question();
  record.change = Begin(input, entry.name(), kind);
  record.change.set_revision(entry.online().revision());
  record.change.set_previous_revision(entry.online().revision());
  record.change.set_content_hash(entry.online().content_hash());
  Describe(content, &record.change);
  return record;
}

bool SaysOtherwise(const knowledge::v1::Fact& before, const knowledge::v1::Fact& after) {
  return SaidValue(before) != SaidValue(after);
}

std::vector<std::string> FactsSaid(const Entry& entry) {
  if (!entry.has_online()) return {};
  std::vector<std::string> facts = FactsOfText(OnlineContent(entry));
  for (const auto& variant : entry.variants()) {
    if (variant.source_revision() != entry.online().revision()) continue;
    const auto more = FactsOfAnswer(variant);
    facts.insert(facts.end(), more.begin(), more.end());
  }
  std::sort(facts.begin(), facts.end());
  facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
  return facts;
}

std::optional<v1::EntryChange> ForPublic(const ChangeRecord& record) {
  const bool was = record.before.has_value() && !record.before->internal;
  const bool is = record.after.has_value() && !record.after->internal;
  if (!was && !is) return std::nullopt;
  v1::EntryChange change = record.change;
  change.clear_reason();
  if (was && !is && record.after.has_value()) {
    change.set_kind(v1::RETIRED);
    change.set_revision(0);
    change.clear_content_hash();
    change.set_question(record.question_before);
    change.set_category(record.before->category);
    change.set_region(record.before->region);
    change.set_department(record.before->department);
  } else if (is && !was && record.before.has_value()) {
    change.set_kind(v1::PUBLISHED);
    change.set_previous_revision(0);
  }
  return change;
}

std::string_view WordOf(v1::ChangeKind kind) {
  switch (kind) {
    case v1::PUBLISHED:
      return "新发布";
    case v1::REVISED:
      return "修订";
    case v1::RETIRED:
      return "下线";
    case v1::RECALLED:
      return "召回";
    case v1::FACT_CHANGED:
      return "数据更新";
    case v1::SUSPECT:
      return "依据失效";
    case v1::MERGED:
      return "并入";
    default:
      return "变化";
  }
}

}  // namespace hotline::insight
