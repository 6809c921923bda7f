#include "services/knowledge/review_rules.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/limits.h"

namespace hotline::knowledge {
namespace {

using v1::Entry;
using v1::Review;

constexpr std::string_view kFindingPath = "findings/";
constexpr LogTime kMicrosPerHour = 3'600'000'000;

bool Is(const Acting& by, std::string_view person) {
  return !person.empty() && (by.person == person || by.lender == person);
}

absl::Status SamePerson(const Entry& entry, std::string_view step, std::string_view message) {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::SAME_PERSON, message,
                   {{"name", entry.name()}, {"step", std::string(step)}});
}

absl::Status TooMany(std::string_view what, int limit) {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED, what,
                   {{"limit", std::to_string(limit)}, {"actual", std::to_string(limit + 1)}});
}

void AddAuthor(const std::string& person, Entry* entry) {
  if (person.empty()) return;
  const auto& authors = entry->authors();
  if (std::find(authors.begin(), authors.end(), person) == authors.end()) {
    entry->add_authors(person);
  }
}

// The review of a new passage of the working text. What a holding answer still owes is kept.
Review NewPassage(const Entry& entry, const Acting& by, std::string_view note, int stage_count) {
  Review review;
  review.set_status(Review::PENDING);
  review.set_stage_count(stage_count);
  review.set_stage(stage_count > 0 ? 1 : 0);
  review.set_submitter(by.person);
  review.set_note(std::string(note));
  review.set_content_hash(ContentHash(entry.content()));
  review.set_round(entry.review().round() + 1);
  if (entry.review().has_due_time()) *review.mutable_due_time() = entry.review().due_time();
  return review;
}

absl::Status CheckMayBegin(const Entry& entry) {
  if (entry.state() == Entry::MERGED) {
    return StateConflict(entry, "该条目已并入 " + entry.merged_into() + "，请修改那一条。");
  }
  if (IsInReview(entry)) {
    return StateConflict(entry, "该条目正在审核；如需修改，请先撤回送审。");
  }
  if (IsApproved(entry)) return StateConflict(entry, "这段文字已经审核通过，可以直接发布。");
  return absl::OkStatus();
}

// Exactly this text is online, and nothing asks to look at it again.
bool NothingNew(const Entry& entry) {
  const bool looked_at_again =
      entry.state() == Entry::SUSPECT || entry.review().status() == Review::HOLDING;
  return entry.has_online() && !entry.online().has_content() && !looked_at_again &&
         !entry.review().has_due_time();
}

absl::Status CheckHoldingExpiry(const Entry& entry, LogTime now) {
  const auto& validity = entry.content().validity();
  const auto wrong = [](std::string_view what_to_do) {
    return FieldInvalid("content.validity.expire_time", "", what_to_do);
  };
  if (!validity.has_expire_time()) return wrong("暂定口径必须写明失效时间，最长 72 小时。");
  const LogTime expire = ToLogTime(validity.expire_time());
  if (expire <= now) return wrong("失效时间已经过去，请改到 72 小时之内的将来。");
  if (expire > now + kHoldingHoursMax * kMicrosPerHour) {
    return wrong("暂定口径最长 72 小时，请把失效时间提前。");
  }
  if (entry.review().has_due_time() && expire > ToLogTime(entry.review().due_time())) {
    return wrong(
        "上一份暂定口径还没有完成审核，不能用新的暂定口径延长；请在原期限内，或走完审核。");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsInReview(const Entry& entry) { return entry.review().status() == Review::PENDING; }

bool IsHoldingProposal(const Entry& entry) {
  return IsInReview(entry) && entry.review().stage_count() == 0;
}

bool IsApproved(const Entry& entry) {
  const Review& review = entry.review();
  return review.status() == Review::REVIEW_APPROVED && review.stage() > 0 &&
         review.content_hash() == ContentHash(entry.content());
}

absl::Status CheckReleasable(const Entry& entry, int stages) {
  if (entry.state() == Entry::MERGED) {
    return StateConflict(entry, "该条目已并入 " + entry.merged_into() + "，不能再发布。");
  }
  if (stages == 0) return absl::OkStatus();
  if (IsInReview(entry)) return StateConflict(entry, "该条目还在审核，审核通过后才能发布。");
  if (!IsApproved(entry)) {
    return StateConflict(entry, "这段文字没有经过审核，请先送审，审核通过后才能发布。");
  }
  if (entry.review().stage_count() < stages) {
    return StateConflict(entry, "这段文字只经过 " + std::to_string(entry.review().stage_count()) +
                                    " 级审核，现在要求 " + std::to_string(stages) +
                                    " 级，请撤回后重新送审。");
  }
  return absl::OkStatus();
}

absl::Status CheckMayReview(const Acting& by, const Entry& entry) {
  for (const std::string& author : entry.authors()) {
    if (Is(by, author)) {
      return SamePerson(entry, "author", "修改过这段文字的人（" + author + "）不能审核它。");
    }
  }
  if (Is(by, entry.review().submitter())) {
    return SamePerson(entry, "submitter",
                      "送审的人（" + entry.review().submitter() + "）不能审核它。");
  }
  for (const v1::ReviewStep& step : entry.review().steps()) {
    for (const std::string& taken : {step.reviewer(), step.delegator()}) {
      if (!Is(by, taken)) continue;
      return SamePerson(
          entry, std::to_string(step.stage()),
          taken + " 已经做过第 " + std::to_string(step.stage()) + " 级审核，同一人不能审两级。");
    }
  }
  return absl::OkStatus();
}

absl::Status Rewrite(v1::EntryContent content, const std::vector<std::string>& people,
                     Entry* entry) {
  if (SameMessage(entry->content(), content)) return absl::OkStatus();
  if (IsInReview(*entry)) {
    return StateConflict(*entry, "该条目正在审核，不能修改；请先撤回送审。");
  }
  if (IsApproved(*entry)) entry->mutable_review()->set_status(Review::TAKEN_BACK);
  SetWorkingText(std::move(content), entry);
  for (const std::string& person : people) AddAuthor(person, entry);
  if (entry->authors_size() > kAuthorsMax) {
    return TooMany("修改过这段文字的人太多，请先审核并发布，再继续修改。", kAuthorsMax);
  }
  SettleState(entry);
  return absl::OkStatus();
}

absl::Status Submit(const Submission& submission, Entry* entry) {
  RETURN_IF_ERROR(CheckMayBegin(*entry));
  if (submission.stage_count == 0) {
    return StateConflict(*entry, "这个风险等级的文字不需要审核，可以直接发布。");
  }
  if (NothingNew(*entry)) {
    return StateConflict(*entry, "这段文字已经在线，没有需要审核的修改。");
  }
  Review review = NewPassage(*entry, submission.by, submission.note, submission.stage_count);
  for (const v1::FindingReason& reason : submission.reasons) {
    v1::ReviewComment& comment = *review.add_comments();
    comment.set_author(submission.by.person);
    comment.set_text(reason.reason());
    comment.set_path(std::string(kFindingPath) + reason.finding());
  }
  // Under a lent right both submit, and the lender reviews nothing of it either.
  AddAuthor(submission.by.lender, entry);
  *entry->mutable_review() = std::move(review);
  SettleState(entry);
  return absl::OkStatus();
}

absl::Status TakeBack(std::string_view person, Entry* entry) {
  if (!IsInReview(*entry) && !IsApproved(*entry)) {
    return StateConflict(*entry, "该条目不在审核中，无需撤回。");
  }
  const auto& authors = entry->authors();
  const bool is_author = std::find(authors.begin(), authors.end(), person) != authors.end();
  if (entry->review().submitter() != person && !is_author) {
    return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                     "只有送审的人和修改过这段文字的人可以撤回；审核人请用“退回”。",
                     {{"name", entry->name()}});
  }
  entry->mutable_review()->set_status(Review::TAKEN_BACK);
  SettleState(entry);
  return absl::OkStatus();
}

absl::Status Decide(const Decision& decision, Entry* entry) {
  if (IsHoldingProposal(*entry)) {
    return StateConflict(*entry, "这是待确认的暂定口径，请用“确认暂定口径”，不走分级审核。");
  }
  if (!IsInReview(*entry)) return StateConflict(*entry, "该条目不在审核中。");
  RETURN_IF_ERROR(CheckMayReview(decision.by, *entry));
  Review& review = *entry->mutable_review();
  v1::ReviewStep& step = *review.add_steps();
  step.set_stage(review.stage());
  step.set_decision(decision.decision);
  step.set_reviewer(decision.by.person);
  step.set_delegator(decision.by.lender);
  step.set_reason(decision.reason);
  if (decision.decision == v1::ReviewStep::RETURN) {
    review.set_status(Review::RETURNED);
  } else if (review.stage() < review.stage_count()) {
    review.set_stage(review.stage() + 1);
  } else {
    review.set_status(Review::REVIEW_APPROVED);
  }
  SettleState(entry);
  return absl::OkStatus();
}

absl::Status Comment(v1::ReviewComment comment, Entry* entry) {
  if (!IsInReview(*entry) && entry->review().status() != Review::RETURNED) {
    return StateConflict(*entry, "只有在审核中或被退回的文字可以批注。");
  }
  if (entry->review().comments_size() >= kReviewCommentsMax) {
    return TooMany("这次审核的批注已满，请退回后重新送审。", kReviewCommentsMax);
  }
  *entry->mutable_review()->add_comments() = std::move(comment);
  return absl::OkStatus();
}

absl::Status ProposeHolding(const Acting& by, std::string_view reason, LogTime now, Entry* entry) {
  RETURN_IF_ERROR(CheckMayBegin(*entry));
  if (entry->has_online() && !entry->online().has_content()) {
    return StateConflict(*entry, "这段文字已经在线，无需作为暂定口径发布。");
  }
  RETURN_IF_ERROR(CheckHoldingExpiry(*entry, now));
  *entry->mutable_review() = NewPassage(*entry, by, reason, 0);
  AddAuthor(by.person, entry);
  AddAuthor(by.lender, entry);
  SettleState(entry);
  return absl::OkStatus();
}

absl::Status ConfirmHolding(const Acting& by, LogTime now, Entry* entry) {
  if (!IsHoldingProposal(*entry)) {
    return StateConflict(*entry, "该条目没有待确认的暂定口径，请先由另一人提出。");
  }
  RETURN_IF_ERROR(CheckMayReview(by, *entry));
  RETURN_IF_ERROR(CheckHoldingExpiry(*entry, now));
  Review& review = *entry->mutable_review();
  v1::ReviewStep& step = *review.add_steps();
  step.set_decision(v1::ReviewStep::APPROVE);
  step.set_reviewer(by.person);
  step.set_delegator(by.lender);
  review.set_status(Review::HOLDING);
  if (!review.has_due_time()) {
    *review.mutable_due_time() = entry->content().validity().expire_time();
  }
  return PublishWorkingText(by.person, "", entry);
}

std::vector<std::string> ExplainedFindings(const Entry& entry) {
  std::vector<std::string> ids;
  for (const v1::ReviewComment& comment : entry.review().comments()) {
    if (comment.path().compare(0, kFindingPath.size(), kFindingPath) == 0) {
      ids.push_back(comment.path().substr(kFindingPath.size()));
    }
  }
  return ids;
}

void EndPassage(Entry* entry) {
  if (!entry->has_review()) return;
  if (IsInReview(*entry) || IsApproved(*entry)) {
    entry->mutable_review()->set_status(Review::TAKEN_BACK);
  }
  // What a holding answer owes stays owed: it cannot be renewed by taking it offline in between.
}

void SpendApproval(Entry* entry) {
  const bool approved = entry->review().status() == Review::REVIEW_APPROVED;
  // What a holding answer owes is paid by a full review alone, and until then who wrote it must not
  // be the one who reviews it.
  if (entry->review().has_due_time() && !approved) return;
  entry->clear_authors();
  if (!approved) return;
  entry->mutable_review()->set_stage(0);
  entry->mutable_review()->clear_due_time();
}

void SettleState(Entry* entry) {
  if (entry->has_online() && entry->state() == Entry::SUSPECT) return;
  if (!entry->merged_into().empty()) {
    entry->set_state(Entry::MERGED);
  } else if (IsInReview(*entry)) {
    entry->set_state(Entry::IN_REVIEW);
  } else if (IsApproved(*entry)) {
    entry->set_state(Entry::APPROVED);
  } else if (entry->has_online()) {
    entry->set_state(Entry::PUBLISHED);
  } else if (entry->has_withdrawal()) {
    const bool recalled = !entry->withdrawal().recall().empty();
    entry->set_state(recalled ? Entry::RECALLED : Entry::RETIRED);
  } else {
    entry->set_state(Entry::DRAFT);
  }
}

}  // namespace hotline::knowledge
