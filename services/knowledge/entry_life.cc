#include "services/knowledge/entry_life.h"

#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/knowledge/review_rules.h"

namespace hotline::knowledge {
namespace {

int64_t TakeOffline(v1::Entry::State state, std::string_view actor, std::string_view reason,
                    v1::Entry* entry) {
  const int64_t revision = entry->has_online() ? entry->online().revision() : 0;
  entry->clear_online();
  entry->set_state(state);
  v1::Withdrawal& withdrawal = *entry->mutable_withdrawal();
  withdrawal.Clear();
  withdrawal.set_actor(std::string(actor));
  withdrawal.set_reason(std::string(reason));
  withdrawal.set_revision(revision);
  EndPassage(entry);
  entry->set_updater(std::string(actor));
  return revision;
}

// Puts a new revision of `text` online; whether it is also the working text is the caller's to say.
void PutOnline(std::string_view actor, std::string_view release, const v1::EntryContent& text,
               v1::Entry* entry) {
  const int64_t revision = entry->latest_revision() + 1;
  v1::OnlineRevision& online = *entry->mutable_online();
  online.Clear();
  online.set_revision(revision);
  online.set_publisher(std::string(actor));
  online.set_release(std::string(release));
  online.set_content_hash(ContentHash(text));
  entry->set_latest_revision(revision);
  entry->clear_withdrawal();
  entry->set_updater(std::string(actor));
}

}  // namespace

void SetWorkingText(v1::EntryContent content, v1::Entry* entry) {
  if (SameMessage(entry->content(), content)) return;
  if (entry->has_online()) {
    v1::OnlineRevision& online = *entry->mutable_online();
    if (!online.has_content()) {
      *online.mutable_content() = std::move(*entry->mutable_content());
    }
    if (SameMessage(online.content(), content)) online.clear_content();
  }
  for (v1::EntryVariant& variant : *entry->mutable_variants()) {
    if (variant.source_revision() > entry->latest_revision()) variant.set_source_revision(0);
  }
  *entry->mutable_content() = std::move(content);
}

absl::Status PublishWorkingText(std::string_view actor, std::string_view release,
                                v1::Entry* entry) {
  RETURN_IF_ERROR(CheckNotMerged(*entry));
  if (IsInReview(*entry)) {
    return StateConflict(*entry, "该条目正在审核，请等审核结束再发布，或先撤回送审。");
  }
  const bool unchanged = entry->has_online() && !entry->online().has_content();
  if (unchanged && entry->state() == v1::Entry::PUBLISHED) {
    return StateConflict(*entry, "这段文字已经在线，没有可发布的修改；请先修改正文再发布。");
  }
  PutOnline(actor, release, entry->content(), entry);
  SpendApproval(entry);
  entry->set_state(v1::Entry::PUBLISHED);
  return absl::OkStatus();
}

absl::Status RestoreText(std::string_view actor, std::string_view release, v1::EntryContent text,
                         v1::Entry* entry) {
  const bool has_online = entry->has_online();
  if (has_online && SameMessage(OnlineContent(*entry), text)) {
    return StateConflict(*entry, "要恢复的文字已经在线，无需恢复。");
  }
  // Nothing was begun on top of what is, or last was, online: the working text follows.
  const bool has_draft = has_online ? entry->online().has_content() : entry->authors_size() > 0;
  const bool follows = !has_draft && !IsInReview(*entry) && !IsApproved(*entry);
  PutOnline(actor, release, text, entry);
  if (follows) {
    *entry->mutable_content() = std::move(text);
  } else if (!SameMessage(entry->content(), text)) {
    *entry->mutable_online()->mutable_content() = std::move(text);
  }
  entry->set_state(v1::Entry::PUBLISHED);
  SettleState(entry);
  return absl::OkStatus();
}

absl::Status CheckNotMerged(const v1::Entry& entry) {
  if (entry.state() != v1::Entry::MERGED) return absl::OkStatus();
  return StateConflict(entry,
                       "该条目已并入 " + entry.merged_into() + "，不再单独修改；请改那一条。");
}

absl::Status Retire(std::string_view actor, std::string_view reason, v1::Entry* entry) {
  if (!entry->has_online()) return StateConflict(*entry, "该条目没有在线的版本，无需下线。");
  TakeOffline(v1::Entry::RETIRED, actor, reason, entry);
  return absl::OkStatus();
}

int64_t RecallNow(std::string_view actor, std::string_view reason, std::string_view recall,
                  v1::Entry* entry) {
  const int64_t revision = TakeOffline(v1::Entry::RECALLED, actor, reason, entry);
  entry->mutable_withdrawal()->set_recall(std::string(recall));
  return revision;
}

void PutVariant(v1::EntryVariant variant, v1::Entry* entry) {
  for (v1::EntryVariant& existing : *entry->mutable_variants()) {
    if (existing.language() == variant.language()) {
      existing = std::move(variant);
      return;
    }
  }
  *entry->add_variants() = std::move(variant);
}

absl::Status StateConflict(const v1::Entry& entry, std::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT, message,
                   {{"name", entry.name()}, {"state", v1::Entry::State_Name(entry.state())}});
}

bool SameMessage(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  return a.ByteSizeLong() == b.ByteSizeLong() &&
         SerializeDeterministic(a) == SerializeDeterministic(b);
}

}  // namespace hotline::knowledge
