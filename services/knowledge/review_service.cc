#include "services/knowledge/review_service.h"

#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/acting.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/gate_check.h"
#include "services/knowledge/holding_task.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/review_rules.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using access::Permission;

absl::Status CheckStep(const std::string& name, const std::string& etag) {
  RETURN_IF_ERROR(CheckName(name, kEntries, FieldPath("name")));
  return etag.empty() ? FieldRequired("etag") : absl::OkStatus();
}

// The reasons in stored form, at most kFindingReasonsMax.
absl::StatusOr<std::vector<v1::FindingReason>> CheckReasons(const v1::SubmitEntryRequest& request) {
  const FieldPath list("finding_reasons");
  RETURN_IF_ERROR(CheckCount(request.finding_reasons_size(), kFindingReasonsMax, list));
  std::vector<v1::FindingReason> reasons(request.finding_reasons().begin(),
                                         request.finding_reasons().end());
  const FieldPath root;
  for (size_t i = 0; i < reasons.size(); ++i) {
    const FieldPath path(root, "finding_reasons", static_cast<int>(i));
    RETURN_IF_ERROR(CheckText(reasons[i].mutable_finding(), {1, kReviewCommentPathMax},
                              FieldPath(path, "finding")));
    RETURN_IF_ERROR(
        CheckText(reasons[i].mutable_reason(), {1, kReasonMax}, FieldPath(path, "reason")));
  }
  return reasons;
}

absl::Status CheckDecision(v1::ReviewStep::Decision decision) {
  if (decision == v1::ReviewStep::APPROVE || decision == v1::ReviewStep::RETURN) {
    return absl::OkStatus();
  }
  if (decision == v1::ReviewStep::DECISION_UNSPECIFIED) return FieldRequired("decision");
  return FieldInvalid("decision", std::to_string(static_cast<int>(decision)),
                      "只能是 APPROVE 或 RETURN。");
}

// The text will be read by others: what it refers to must be there.
void ReferencesMustExist(const v1::Entry& entry, Draft* draft) {
  for (const std::string& name : ReferencesOf(entry.content())) {
    draft->preconditions.push_back(MustExist(name));
  }
}

}  // namespace

ReviewService::ReviewService(storage::Store& store, Options options)
    : store_(store),
      options_(std::move(options)),
      reader_(store),
      writer_(store, options_.new_id ? options_.new_id : NewUuid) {}

absl::StatusOr<LogTime> ReviewService::Now(storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  return ToLogTime(status.log_time());
}

absl::StatusOr<v1::Entry> ReviewService::Take(const Call& call,
                                              const google::protobuf::Message& request,
                                              const Step& step) {
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(step.name, 0, call.deadline));
    auto entry = Unwrap<v1::Entry>(std::move(read.resource));
    RETURN_IF_ERROR(CheckEtag(entry.name(), step.etag, entry.etag()));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(entry.name(), entry.etag()));
    draft.puts.emplace_back();  // the entry itself comes first
    RETURN_IF_ERROR(step.take(&entry, &draft));
    entry.set_updater(call.caller.actor);
    draft.puts.front() = Wrap(std::move(entry));
    return draft;
  };
  const int attempts = step.etag.empty() ? kConflictAttemptsMax : 1;
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request,
                                 {.action = step.action, .conflict_attempts = attempts}, compose));
  return WithToken(Unwrap<v1::Entry>(std::move(written.resource)), written.position);
}

absl::StatusOr<Acting> ReviewService::MayDecide(const Call& call, Permission permission,
                                                const v1::Entry& entry,
                                                const std::string& lender) const {
  ASSIGN_OR_RETURN(const std::vector<Acting> ways, WaysToAct(call, permission, entry, lender));
  absl::Status refusal;
  for (const Acting& way : ways) {
    const absl::Status allowed = CheckMayReview(way, entry);
    if (allowed.ok()) return way;
    if (refusal.ok()) refusal = allowed;
  }
  return refusal;
}

absl::StatusOr<v1::Entry> ReviewService::SubmitEntry(const Call& call,
                                                     const v1::SubmitEntryRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckStep(request.name(), request.etag()));
  std::string note = request.note();
  RETURN_IF_ERROR(CheckText(&note, {0, kReviewNoteMax}, FieldPath("note")));
  ASSIGN_OR_RETURN(const std::vector<v1::FindingReason> reasons, CheckReasons(request));
  const auto take = [&](v1::Entry* entry, Draft* draft) -> absl::Status {
    ASSIGN_OR_RETURN(const auto ways, WaysToAct(call, Permission::kWriteEntries, *entry));
    const int stages = options_.stages.For(entry->content().risk());
    RETURN_IF_ERROR(Submit({ways.front(), note, stages, reasons}, entry));
    ReferencesMustExist(*entry, draft);
    return PassGate(options_, *entry, GateRule::kReasonsNeededToo, call.deadline);
  };
  return Take(call, request, {"SubmitEntry", request.name(), request.etag(), take});
}

absl::StatusOr<v1::Entry> ReviewService::TakeBackEntry(const Call& call,
                                                       const v1::TakeBackEntryRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  const auto take = [&](v1::Entry* entry, Draft*) -> absl::Status {
    RETURN_IF_ERROR(RequireFor(call, Permission::kWriteEntries, *entry));
    return TakeBack(call.caller.actor, entry);
  };
  return Take(call, request, {"TakeBackEntry", request.name(), "", take});
}

absl::StatusOr<v1::Entry> ReviewService::ReviewEntry(const Call& call,
                                                     const v1::ReviewEntryRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckStep(request.name(), request.etag()));
  RETURN_IF_ERROR(CheckDecision(request.decision()));
  const bool returned = request.decision() == v1::ReviewStep::RETURN;
  std::string reason = request.reason();
  RETURN_IF_ERROR(CheckText(&reason, {returned ? 1U : 0U, kReasonMax}, FieldPath("reason")));
  if (!request.delegator().empty() && request.delegator() == call.caller.actor) {
    return FieldInvalid("delegator", request.delegator(), "不能委托给自己；审自己名下的请留空。");
  }
  if (!request.delegator().empty() && call.caller.principal != nullptr) {
    RETURN_IF_ERROR(CheckName(request.delegator(), kPeople, FieldPath("delegator")));
  }
  const auto take = [&](v1::Entry* entry, Draft*) -> absl::Status {
    RETURN_IF_ERROR(RequireFor(call, Permission::kReviewEntries, *entry));
    // A text that nobody waits for is said so before anybody's past is looked at.
    if (!IsInReview(*entry)) return StateConflict(*entry, "该条目不在审核中。");
    ASSIGN_OR_RETURN(const Acting by,
                     MayDecide(call, Permission::kReviewEntries, *entry, request.delegator()));
    return Decide({by, request.decision(), reason}, entry);
  };
  return Take(call, request, {"ReviewEntry", request.name(), request.etag(), take});
}

absl::StatusOr<v1::Entry> ReviewService::CommentEntry(const Call& call,
                                                      const v1::CommentEntryRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  v1::ReviewComment comment;
  comment.set_author(call.caller.actor);
  comment.set_text(request.text());
  comment.set_path(request.path());
  RETURN_IF_ERROR(CheckText(comment.mutable_text(), {1, kReviewCommentMax}, FieldPath("text")));
  RETURN_IF_ERROR(CheckText(comment.mutable_path(), {0, kReviewCommentPathMax}, FieldPath("path")));
  // Comments with such a path are the submitter's reasons, which the gates take for an answer.
  if (comment.path().rfind("findings/", 0) == 0) {
    return FieldInvalid("path", comment.path(), "请写字段的路径，例如 blocks[2].text。");
  }
  const auto take = [&](v1::Entry* entry, Draft*) -> absl::Status {
    // Reviewers comment too; whoever may do neither is told what writing would need.
    if (!RequireFor(call, Permission::kReviewEntries, *entry).ok()) {
      RETURN_IF_ERROR(RequireFor(call, Permission::kWriteEntries, *entry));
    }
    return Comment(comment, entry);
  };
  return Take(call, request, {"CommentEntry", request.name(), "", take});
}

absl::StatusOr<v1::Entry> ReviewService::ProposeHoldingAnswer(
    const Call& call, const v1::ProposeHoldingAnswerRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckStep(request.name(), request.etag()));
  ASSIGN_OR_RETURN(const std::string reason, CheckReason(request.reason(), "reason"));
  ASSIGN_OR_RETURN(const LogTime now, Now(call.deadline));
  const auto take = [&](v1::Entry* entry, Draft* draft) -> absl::Status {
    ASSIGN_OR_RETURN(const auto ways, WaysToAct(call, Permission::kWriteEntries, *entry));
    RETURN_IF_ERROR(ProposeHolding(ways.front(), reason, now, entry));
    ReferencesMustExist(*entry, draft);
    return PassGate(options_, *entry, GateRule::kBlockingOnly, call.deadline);
  };
  return Take(call, request, {"ProposeHoldingAnswer", request.name(), request.etag(), take});
}

absl::StatusOr<v1::Entry> ReviewService::ConfirmHoldingAnswer(
    const Call& call, const v1::ConfirmHoldingAnswerRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckStep(request.name(), request.etag()));
  ASSIGN_OR_RETURN(const LogTime now, Now(call.deadline));
  const auto take = [&](v1::Entry* entry, Draft* draft) -> absl::Status {
    RETURN_IF_ERROR(RequireFor(call, Permission::kPublish, *entry));
    if (!IsHoldingProposal(*entry)) {
      return StateConflict(*entry, "该条目没有待确认的暂定口径，请先由另一人提出。");
    }
    ASSIGN_OR_RETURN(const Acting by, MayDecide(call, Permission::kPublish, *entry, ""));
    RETURN_IF_ERROR(PassGate(options_, *entry, GateRule::kBlockingOnly, call.deadline));
    RETURN_IF_ERROR(ConfirmHolding(by, now, entry));
    ReferencesMustExist(*entry, draft);
    return AddHoldingTask(call, *entry, draft);
  };
  return Take(call, request, {"ConfirmHoldingAnswer", request.name(), request.etag(), take});
}

absl::Status ReviewService::AddHoldingTask(const Call& call, const v1::Entry& entry,
                                           Draft* draft) const {
  ASSIGN_OR_RETURN(const std::optional<v1::Task> before,
                   ReadHoldingTask(store_, entry.name(), call.deadline));
  v1::Task task = HoldingTask(entry);
  draft->preconditions.push_back(before.has_value() ? MustHaveEtag(task.name(), before->etag())
                                                    : MustBeAbsent(task.name()));
  draft->puts.push_back(Wrap(std::move(task)));
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
