#include "services/knowledge/release_composer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/knowledge/acting.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/gate_check.h"
#include "services/knowledge/holding_task.h"
#include "services/knowledge/lapse.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/release_synonyms.h"
#include "services/knowledge/review_rules.h"
#include "services/knowledge/revision_history.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using Item = v1::Release::Item;

// The error of one item: the same code and reason, with the item named.
absl::Status InItem(int index, const Item& item, const absl::Status& status) {
  ErrorMetadata metadata = MetadataOf(status);
  metadata["item"] = std::to_string(index);
  metadata["name"] = item.target();
  const std::string message(status.message());
  return MakeError(
      status.code(), ReasonOf(status),
      "变更集第 " + std::to_string(index + 1) + " 项（" + item.target() + "）：" + message,
      metadata);
}

const std::string& EtagOf(const store::v1::Resource& resource) {
  if (resource.has_entry()) return resource.entry().etag();
  if (resource.has_synonym_set()) return resource.synonym_set().etag();
  return resource.has_policy() ? resource.policy().etag() : resource.fact().etag();
}

// A recall beats every release composed before it: only who has seen the recall may publish over
// it.
absl::Status CheckNotRecalled(const v1::Entry& entry, const Item& item) {
  if (entry.withdrawal().recall().empty() || !item.target_etag().empty()) return absl::OkStatus();
  return StateConflict(entry, "该条目已被召回；核对后要重新发布，请在变更集里写明它现在的 etag。");
}

// The text of the revision that comes back; a text that was recalled never does.
absl::StatusOr<v1::EntryContent> RestorableText(storage::Store& store, const v1::Entry& entry,
                                                int64_t revision, storage::Deadline deadline) {
  ASSIGN_OR_RETURN(
      v1::EntryRevision wanted,
      FindRevision(store, MakeRevisionName(entry.name(), revision), "items.revision", deadline));
  bool recalled = false;
  const auto visit = [&](const v1::EntryRevision& each) {
    recalled |= each.fate() == v1::EntryRevision::REVISION_RECALLED &&
                each.snapshot().content_hash() == wanted.snapshot().content_hash();
    return !recalled;
  };
  RETURN_IF_ERROR(VisitRevisions(store, entry.name(), 0, deadline, visit));
  if (recalled) {
    return StateConflict(entry, "第 " + std::to_string(revision) +
                                    " 版的文字曾因有误被召回，不能恢复；请改好后送审。");
  }
  return std::move(*wanted.mutable_snapshot()->mutable_content());
}

void Append(Draft more, ItemOutcome* outcome) {
  for (auto& put : more.puts) outcome->puts.push_back(std::move(put));
  for (auto& condition : more.preconditions) {
    outcome->preconditions.push_back(std::move(condition));
  }
}

access::Place PlaceOf(const Item& item) {
  if (item.has_fact()) {
    return {.department = item.fact().department(), .region = item.fact().region(), .category = ""};
  }
  return {.department = "", .region = item.policy().region(), .category = ""};
}

absl::Status RequireItem(const runtime::Call& call, access::Permission permission, const Item& item,
                         const ReleaseTargets& targets) {
  const auto found = targets.find(item.target());
  if (found != targets.end() && found->second.has_entry()) {
    return RequireFor(call, permission, found->second.entry());
  }
  // Words belong to no place: their readers read anywhere, their writers everywhere.
  if (CollectionOf(item.target()) == kSynonyms) {
    return permission == access::Permission::kReadEntries ? RequireSomewhere(call, permission)
                                                          : access::Require(call, permission);
  }
  // A fact or document is wanted both where it is and where the item puts it.
  if (found != targets.end()) {
    Item there;
    if (found->second.has_fact()) *there.mutable_fact() = found->second.fact();
    if (found->second.has_policy()) *there.mutable_policy() = found->second.policy();
    RETURN_IF_ERROR(access::Require(call, permission, PlaceOf(there)));
  }
  return access::Require(call, permission, PlaceOf(item));
}

}  // namespace

struct ReleaseComposer::Scope {
  const v1::Release& release;
  const ReleaseTargets& targets;
  const SynonymRefusals& synonyms;
};

bool MakesTarget(Item::Action action) {
  return action == Item::PUT_POLICY || action == Item::PUT_FACT || action == Item::PUT_SYNONYM_SET;
}

bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
      return true;
    case absl::StatusCode::kFailedPrecondition:
      return ReasonOf(status) != type::v1::OTHER_TIMELINE;
    case absl::StatusCode::kResourceExhausted:
      return ReasonOf(status) == type::v1::LIMIT_EXCEEDED;
    default:
      return false;
  }
}

absl::StatusOr<ReleaseTargets> ReadTargets(storage::Store& store, const v1::Release& release,
                                           int64_t kb_revision, storage::Deadline deadline) {
  ReleaseTargets targets;
  int64_t position = kb_revision;
  size_t step = kTargetsPerRead;
  const size_t count = static_cast<size_t>(release.items_size());
  for (size_t at = 0; at < count;) {
    std::vector<std::string> names;
    for (size_t i = at; i < std::min(count, at + step); ++i) {
      names.push_back(release.items(static_cast<int>(i)).target());
    }
    // Fewer at a time when a reply would be too large.
    absl::StatusOr<storage::ResourcePage> page = store.BatchGet(names, position, deadline);
    if (!page.ok() && ReasonOf(page.status()) == type::v1::LIMIT_EXCEEDED && step > 1) {
      step = std::max<size_t>(1, step / 10);
      continue;
    }
    RETURN_IF_ERROR(page.status());
    position = page->position.kb_revision;
    for (storage::Versioned& versioned : page->resources) {
      const std::string name = NameOf(versioned.resource);
      targets.emplace(name, std::move(versioned.resource));
    }
    at += names.size();
  }
  return targets;
}

absl::StatusOr<std::vector<ItemOutcome>> ReleaseComposer::ComposeItems(const v1::Release& release,
                                                                       bool all) const {
  ASSIGN_OR_RETURN(const ReleaseTargets targets,
                   ReadTargets(setting_.store, release, 0, setting_.call.deadline));
  ASSIGN_OR_RETURN(const SynonymRefusals synonyms,
                   CheckSynonymItems(setting_.options.synonyms, release, setting_.call.deadline));
  const Scope scope{release, targets, synonyms};
  std::vector<ItemOutcome> outcomes;
  outcomes.reserve(static_cast<size_t>(release.items_size()));
  for (const Item& item : release.items()) {
    ItemOutcome& outcome = outcomes.emplace_back();
    outcome.refusal = Compose(scope, item, &outcome);
    if (outcome.refusal.ok()) continue;
    if (!IsRefusal(outcome.refusal)) return outcome.refusal;
    if (!all) break;
  }
  return outcomes;
}

absl::Status ReleaseComposer::Pin(const Scope& scope, const Item& item,
                                  ItemOutcome* outcome) const {
  const auto found = scope.targets.find(item.target());
  if (setting_.permission.has_value()) {
    RETURN_IF_ERROR(RequireItem(setting_.call, *setting_.permission, item, scope.targets));
  }
  if (found != scope.targets.end()) {
    outcome->before = found->second;
    const std::string& etag = EtagOf(found->second);
    outcome->preconditions.push_back(MustHaveEtag(item.target(), etag));
    return CheckEtag(item.target(), item.target_etag(), etag);
  }
  if (!MakesTarget(item.action()) || !item.target_etag().empty()) return NotFound(item.target());
  outcome->preconditions.push_back(MustBeAbsent(item.target()));
  return absl::OkStatus();
}

absl::Status ReleaseComposer::Compose(const Scope& scope, const Item& item,
                                      ItemOutcome* outcome) const {
  RETURN_IF_ERROR(Pin(scope, item, outcome));
  v1::Entry entry;
  if (outcome->before.has_value() && outcome->before->has_entry()) entry = outcome->before->entry();
  switch (item.action()) {
    case Item::PUT_POLICY:
      return PutPolicy(scope, item, outcome);
    case Item::PUT_FACT:
      outcome->references = ReferencesOf(item.fact());
      outcome->puts.push_back(Wrap(item.fact()));
      return absl::OkStatus();
    case Item::PUT_SYNONYM_SET:
      RETURN_IF_ERROR(RefusalOf(scope.synonyms, item.target()));
      outcome->puts.push_back(Wrap(item.synonym_set()));
      return absl::OkStatus();
    case Item::DELETE_SYNONYM_SET:
      outcome->deletes.push_back(item.target());
      return absl::OkStatus();
    case Item::RETIRE:
      RETURN_IF_ERROR(Retire(setting_.call.caller.actor, item.reason(), &entry));
      return Add(std::move(entry), outcome);
    case Item::RESTORE:
      return Restore(scope, item, &entry, outcome);
    default:
      return Publish(scope, item, &entry, outcome);
  }
}

absl::Status ReleaseComposer::PutPolicy(const Scope& scope, const Item& item,
                                        ItemOutcome* outcome) const {
  outcome->references = ReferencesOf(item.policy());
  outcome->puts.push_back(Wrap(item.policy()));
  // The tasks of the owners are named after the composition, so a repeat makes the same ones.
  Draft lapse;
  const v1::Policy* before = outcome->before.has_value() ? &outcome->before->policy() : nullptr;
  RETURN_IF_ERROR(AddLapseEffects(setting_.store, before, item.policy(),
                                  scope.release.name() + scope.release.etag(),
                                  setting_.call.deadline, &lapse));
  Append(std::move(lapse), outcome);
  return absl::OkStatus();
}

absl::Status ReleaseComposer::Publish(const Scope& scope, const Item& item, v1::Entry* entry,
                                      ItemOutcome* outcome) const {
  const Options& options = setting_.options;
  ASSIGN_OR_RETURN(outcome->findings,
                   FindingsOn(options, entry->content(), entry->name(), setting_.call.deadline));
  RETURN_IF_ERROR(CheckNotRecalled(*entry, item));
  const int stages = options.stages.For(entry->content().risk());
  RETURN_IF_ERROR(CheckReleasable(*entry, stages));
  if (options.gates_enforced) {
    const GateRule rule = stages > 0 ? GateRule::kReasonsNeededToo : GateRule::kBlockingOnly;
    RETURN_IF_ERROR(
        CheckFindings(outcome->findings, rule, ExplainedFindings(*entry), entry->name()));
  }
  RETURN_IF_ERROR(PublishWorkingText(setting_.call.caller.actor, scope.release.name(), entry));
  outcome->references = ReferencesOf(entry->content());
  return Add(std::move(*entry), outcome);
}

absl::Status ReleaseComposer::Restore(const Scope& scope, const Item& item, v1::Entry* entry,
                                      ItemOutcome* outcome) const {
  const storage::Deadline deadline = setting_.call.deadline;
  if (entry->state() == v1::Entry::MERGED) {
    return StateConflict(*entry, "该条目已并入 " + entry->merged_into() + "，不能再发布。");
  }
  RETURN_IF_ERROR(CheckNotRecalled(*entry, item));
  ASSIGN_OR_RETURN(v1::EntryContent text,
                   RestorableText(setting_.store, *entry, item.revision(), deadline));
  // The text was reviewed when it went online; words that were forbidden since still stop it.
  ASSIGN_OR_RETURN(outcome->findings, FindingsOn(setting_.options, text, entry->name(), deadline));
  if (setting_.options.gates_enforced) {
    RETURN_IF_ERROR(CheckFindings(outcome->findings, GateRule::kBlockingOnly, {}, entry->name()));
  }
  outcome->references = ReferencesOf(text);
  RETURN_IF_ERROR(
      RestoreText(setting_.call.caller.actor, scope.release.name(), std::move(text), entry));
  return Add(std::move(*entry), outcome);
}

absl::Status ReleaseComposer::Add(v1::Entry entry, ItemOutcome* outcome) const {
  Draft closing;
  RETURN_IF_ERROR(CloseHoldingTask(setting_.store, outcome->before->entry(), entry,
                                   {setting_.call.caller.actor, setting_.call.deadline}, &closing));
  outcome->puts.push_back(Wrap(std::move(entry)));
  Append(std::move(closing), outcome);
  return absl::OkStatus();
}

std::vector<std::string> OutsideReferences(const v1::Release& release,
                                           const std::vector<ItemOutcome>& outcomes) {
  std::set<std::string> brought;
  for (const Item& item : release.items()) {
    if (MakesTarget(item.action())) brought.insert(item.target());
  }
  std::set<std::string> names;
  for (const ItemOutcome& outcome : outcomes) {
    for (const std::string& name : outcome.references) {
      if (brought.count(name) == 0) names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

absl::StatusOr<Draft> DraftOfRelease(v1::Release release, std::vector<ItemOutcome> outcomes) {
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const int index = static_cast<int>(i);
    if (outcomes[i].refusal.ok()) continue;
    return InItem(index, release.items(index), outcomes[i].refusal);
  }
  Draft draft;
  draft.preconditions.push_back(MustHaveEtag(release.name(), release.etag()));
  for (const std::string& name : OutsideReferences(release, outcomes)) {
    draft.preconditions.push_back(MustExist(name));
  }
  draft.puts.push_back(Wrap(std::move(release)));
  for (ItemOutcome& outcome : outcomes) {
    for (auto& put : outcome.puts) draft.puts.push_back(std::move(put));
    for (std::string& name : outcome.deletes) draft.deletes.push_back(std::move(name));
    for (auto& condition : outcome.preconditions) {
      draft.preconditions.push_back(std::move(condition));
    }
  }
  return draft;
}

absl::Status RequireForTargets(storage::Store& store, const runtime::Call& call,
                               access::Permission permission, const v1::Release& release) {
  ASSIGN_OR_RETURN(const ReleaseTargets targets, ReadTargets(store, release, 0, call.deadline));
  for (const Item& item : release.items()) {
    RETURN_IF_ERROR(RequireItem(call, permission, item, targets));
  }
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
