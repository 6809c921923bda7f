#include "services/knowledge/release_life.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/knowledge/limits.h"

namespace hotline::knowledge {
namespace {

using Item = v1::Release::Item;

constexpr LogTime kMicrosPerDay = 24LL * 3'600 * 1'000'000;

const store::v1::Resource* Find(const ReleaseTargets& targets, const std::string& name) {
  const auto found = targets.find(name);
  return found == targets.end() ? nullptr : &found->second;
}

absl::Status ChangedSince(const v1::Release& released, const std::string& target) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   target +
                       " 在该变更集之后又有变化，自动回退会把后来的改动一并撤掉；请人工核对后"
                       "另组变更集。",
                   {{"name", target},
                    {"state", v1::Release::State_Name(released.state())},
                    {"release", released.name()}});
}

// What becomes of an entry: back to what was online before. False when nothing has to be done.
absl::StatusOr<bool> UndoEntry(const v1::Release& released, const v1::Entry& before,
                               const v1::Entry& now, Item* item) {
  item->set_target_etag(now.etag());
  if (now.has_online() && now.online().kb_revision() != released.kb_revision()) {
    return ChangedSince(released, now.name());
  }
  if (before.has_online()) {
    item->set_action(Item::RESTORE);
    item->set_revision(before.online().revision());
    return true;
  }
  if (!now.has_online()) return false;
  item->set_action(Item::RETIRE);
  item->set_reason("回退变更集 " + released.name());
  return true;
}

template <typename T>
void ClearOutputOnly(T* value) {
  value->clear_etag();
  value->clear_create_time();
  value->clear_update_time();
}

const std::string& EtagOfValue(const store::v1::Resource& value) {
  if (value.has_synonym_set()) return value.synonym_set().etag();
  return value.has_policy() ? value.policy().etag() : value.fact().etag();
}

// The old value of a document, fact or synonym set comes back. One that was new stays, and then
// there is nothing to do; but a new set goes.
absl::StatusOr<bool> UndoValue(const v1::Release& released, const store::v1::Resource* before,
                               const std::string& etag_now, Item* item) {
  if (etag_now != MakeEtag(released.kb_revision())) return ChangedSince(released, item->target());
  item->set_target_etag(etag_now);
  if (before == nullptr) {
    item->set_action(Item::DELETE_SYNONYM_SET);
    return CollectionOf(item->target()) == kSynonyms;
  }
  if (before->has_synonym_set()) {
    item->set_action(Item::PUT_SYNONYM_SET);
    *item->mutable_synonym_set() = before->synonym_set();
    ClearOutputOnly(item->mutable_synonym_set());
  } else if (before->has_policy()) {
    item->set_action(Item::PUT_POLICY);
    *item->mutable_policy() = before->policy();
    ClearOutputOnly(item->mutable_policy());
  } else {
    item->set_action(Item::PUT_FACT);
    *item->mutable_fact() = before->fact();
    ClearOutputOnly(item->mutable_fact());
  }
  return true;
}

// A set that was removed comes back, unless somebody made another one in its place.
absl::StatusOr<bool> UndoRemoval(const v1::Release& released, const store::v1::Resource* before,
                                 const store::v1::Resource* now, Item* item) {
  if (now != nullptr) return ChangedSince(released, item->target());
  if (before == nullptr) return false;
  item->set_action(Item::PUT_SYNONYM_SET);
  *item->mutable_synonym_set() = before->synonym_set();
  ClearOutputOnly(item->mutable_synonym_set());
  return true;
}

absl::StatusOr<bool> Undo(const v1::Release& released, const Item& done,
                          const store::v1::Resource* before, const store::v1::Resource* now,
                          Item* item) {
  if (done.action() == Item::DELETE_SYNONYM_SET) return UndoRemoval(released, before, now, item);
  if (now == nullptr) return false;  // removed since: there is nothing to take back
  if (now->has_entry()) {
    return UndoEntry(released, before == nullptr ? v1::Entry() : before->entry(), now->entry(),
                     item);
  }
  return UndoValue(released, before, EtagOfValue(*now), item);
}

}  // namespace

absl::Status ReleaseConflict(const v1::Release& release, std::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT, message,
                   {{"name", release.name()}, {"state", v1::Release::State_Name(release.state())}});
}

absl::Status CheckNotOver(const v1::Release& release) {
  if (release.state() == v1::Release::COMPOSED || release.state() == v1::Release::SCHEDULED) {
    return absl::OkStatus();
  }
  return ReleaseConflict(release, "该变更集已经发布或已取消，不能再改动；请新建一个变更集。");
}

void TakeBackSchedule(v1::Release* release) {
  release->set_state(v1::Release::COMPOSED);
  release->clear_schedule_time();
  release->clear_scheduler();
}

absl::Status Schedule(std::string_view scheduler, LogTime when, LogTime now, v1::Release* release) {
  RETURN_IF_ERROR(CheckNotOver(*release));
  if (when <= now) {
    return FieldInvalid("schedule_time", "", "排期必须晚于现在；要立即生效请直接发布。");
  }
  if (when > now + kScheduleDaysMax * kMicrosPerDay) {
    return FieldInvalid("schedule_time", "", "最多提前 400 天排期。");
  }
  release->set_state(v1::Release::SCHEDULED);
  *release->mutable_schedule_time() = ToTimestamp(when);
  release->set_scheduler(std::string(scheduler));
  return absl::OkStatus();
}

void Cancel(std::string_view note, v1::Release* release) {
  release->set_state(v1::Release::CANCELLED);
  release->set_outcome_note(std::string(Prefix(note, kOutcomeNoteMax)));
}

absl::StatusOr<v1::Release> InverseOf(const v1::Release& released, const ReleaseTargets& before,
                                      const ReleaseTargets& now) {
  if (released.state() != v1::Release::RELEASED) {
    return ReleaseConflict(released, "只有已经发布的变更集可以回退。");
  }
  v1::Release inverse;
  inverse.set_title(std::string(Prefix("回退：" + released.title(), kTitleMax)));
  inverse.set_rolls_back(released.name());
  for (const Item& item : released.items()) {
    Item undone;
    undone.set_target(item.target());
    ASSIGN_OR_RETURN(const bool needed, Undo(released, item, Find(before, item.target()),
                                             Find(now, item.target()), &undone));
    if (needed) *inverse.add_items() = std::move(undone);
  }
  if (inverse.items().empty()) {
    return ReleaseConflict(released, "该变更集带来的内容都已不在线，没有可回退的。");
  }
  return inverse;
}

}  // namespace hotline::knowledge
