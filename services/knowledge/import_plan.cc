#include "services/knowledge/import_plan.h"

#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/review_rules.h"

namespace hotline::knowledge {
namespace {

using Response = v1::ImportEntriesResponse;

bool HasVariant(const v1::Entry& entry, const v1::EntryVariant& wanted) {
  for (const v1::EntryVariant& variant : entry.variants()) {
    if (variant.language() != wanted.language()) continue;
    v1::EntryVariant plain = variant;
    plain.clear_update_time();
    return SameMessage(plain, wanted);
  }
  return false;
}

// Puts the row's translations into the entry, bound to `revision`. True when that changed
// something.
bool PutVariants(std::vector<v1::EntryVariant> variants, int64_t revision, v1::Entry* entry) {
  bool changed = false;
  for (v1::EntryVariant& variant : variants) {
    variant.set_source_revision(revision);
    if (HasVariant(*entry, variant)) continue;
    PutVariant(std::move(variant), entry);
    changed = true;
  }
  return changed;
}

// The revision that holds the working text, or the one that publishing it will make.
int64_t RevisionOfWorkingText(const v1::Entry& entry) {
  const bool online = entry.has_online() && !entry.online().has_content();
  return online ? entry.online().revision() : entry.latest_revision() + 1;
}

// Withdrawn and not back since, whatever has been written or reviewed on top.
absl::Status CheckNotWithdrawn(const v1::Entry& entry) {
  if (entry.state() == v1::Entry::MERGED) {
    return StateConflict(entry, "该条目已并入 " + entry.merged_into() + "，请导入到那一条。");
  }
  if (entry.has_online() || !entry.has_withdrawal()) return absl::OkStatus();
  return StateConflict(entry, entry.withdrawal().recall().empty()
                                  ? "该条目已下线，导入不会使它重新上线；请核对后单独发布。"
                                  : "该条目已被召回，导入不会使它重新上线；请核对后单独发布。");
}

// Says of a published row who answers for its text: it was approved where it comes from.
void NoteMigration(std::string_view actor, v1::Entry* entry) {
  v1::Review review;
  review.set_status(v1::Review::REVIEW_APPROVED);
  review.set_submitter(std::string(actor));
  review.set_note("迁移：已在原系统审核，随导入发布。");
  review.set_content_hash(entry->online().content_hash());
  review.set_round(entry->review().round() + 1);
  *entry->mutable_review() = std::move(review);
  entry->clear_authors();
}

absl::StatusOr<bool> PublishRow(ImportRow row, std::string_view actor, v1::Entry* entry) {
  RETURN_IF_ERROR(CheckNotWithdrawn(*entry));
  if (entry->has_online() && SameMessage(OnlineContent(*entry), row.content)) {
    return PutVariants(std::move(row.variants), entry->online().revision(), entry);
  }
  RETURN_IF_ERROR(Rewrite(std::move(row.content), {std::string(actor)}, entry));
  RETURN_IF_ERROR(PublishWorkingText(actor, "", entry));
  NoteMigration(actor, entry);
  PutVariants(std::move(row.variants), entry->online().revision(), entry);
  return true;
}

absl::StatusOr<bool> DraftRow(ImportRow row, std::string_view actor, v1::Entry* entry) {
  const bool changed = !SameMessage(entry->content(), row.content);
  RETURN_IF_ERROR(Rewrite(std::move(row.content), {std::string(actor)}, entry));
  const int64_t revision = RevisionOfWorkingText(*entry);
  const bool translated = PutVariants(std::move(row.variants), revision, entry);
  // Nothing becomes visible by saving, and an approval covers what was read.
  const bool online = entry->has_online() && revision == entry->online().revision();
  if (translated && (online || IsInReview(*entry) || IsApproved(*entry))) {
    return StateConflict(*entry,
                         "草稿导入不能改动在线或送审中的译文；请随新的正文一起导入，"
                         "或由发布人员提交译文。");
  }
  return translated || changed;
}

}  // namespace

absl::StatusOr<RowPlan> PlanRow(const v1::Entry* existing, ImportRow row, bool publish,
                                std::string_view actor) {
  RowPlan plan;
  if (existing == nullptr) {
    plan.outcome = Response::CREATED;
    plan.entry.set_name(row.entry_name);
    plan.entry.set_state(v1::Entry::DRAFT);
    *plan.entry.mutable_content() = std::move(row.content);
    if (publish) {
      RETURN_IF_ERROR(PublishWorkingText(actor, "", &plan.entry));
      NoteMigration(actor, &plan.entry);
    } else {
      plan.entry.add_authors(std::string(actor));
    }
    PutVariants(std::move(row.variants), RevisionOfWorkingText(plan.entry), &plan.entry);
  } else {
    RETURN_IF_ERROR(CheckNotMerged(*existing));
    plan.entry = *existing;
    bool changed = false;
    if (publish) {
      ASSIGN_OR_RETURN(changed, PublishRow(std::move(row), actor, &plan.entry));
    } else {
      ASSIGN_OR_RETURN(changed, DraftRow(std::move(row), actor, &plan.entry));
    }
    plan.outcome = changed ? Response::UPDATED : Response::UNCHANGED;
  }
  plan.entry.set_updater(std::string(actor));
  return plan;
}

}  // namespace hotline::knowledge
