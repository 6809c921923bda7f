// The review chain (三审三校): each step of a text through its reviews is one pure function on the
// entry. No clock, no store, no rights: who may act at all is services/access's to say; here stands
// who may not, because of what they did before.
//
// What `review` says of a working text:
//   * PENDING, stage_count > 0: waits for the review of `stage`. The text cannot be changed.
//   * PENDING, stage_count 0:   a holding answer that waits for its second person.
//   * REVIEW_APPROVED, stage > 0: approved, for exactly `content_hash`, and not published yet.
//   * REVIEW_APPROVED, stage 0: the approval was spent by a publication.
//   * RETURNED, TAKEN_BACK:     over; the text must be submitted again. A change of an approved
//   text
//                               and a withdrawal take it back.
//   * HOLDING:                  a holding answer was published; the chain is still to come.
// `due_time` stays from the holding answer until the text of a full review is published.
//
// People are strings (actor names). A step that was taken under a lent right counts for both: the
// one who took it and the one who lent it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/review_service.pb.h"
#include "proto/cc/time.h"

namespace hotline::knowledge {

// Who takes a step.
struct Acting {
  std::string person;
  std::string lender;  // whose right it is, when it was lent; empty = the person's own
};

// True while the working text waits for somebody's decision: nobody may change it then.
bool IsInReview(const v1::Entry& entry);
// True for a holding answer that waits for its second person.
bool IsHoldingProposal(const v1::Entry& entry);
// True when the chain approved exactly the working text and no publication has spent that.
bool IsApproved(const v1::Entry& entry);

// OK when the working text may be released under a chain of `stages` reviews (0 = none).
// FAILED_PRECONDITION (STATE_CONFLICT).
absl::Status CheckReleasable(const v1::Entry& entry, int stages);

// OK when neither of the two wrote on the text, submitted it, or took another stage.
// PERMISSION_DENIED (SAME_PERSON) with `step`: "author", "submitter" or the number of the stage.
absl::Status CheckMayReview(const Acting& by, const v1::Entry& entry);

// Replaces the working text as SetWorkingText, and notes `people` as its authors. Takes an approval
// back. A text that does not change has no new author. STATE_CONFLICT while it is in review;
// LIMIT_EXCEEDED beyond kAuthorsMax.
absl::Status Rewrite(v1::EntryContent content, const std::vector<std::string>& people,
                     v1::Entry* entry);

struct Submission {
  Acting by;
  std::string note;
  int stage_count = 0;
  std::vector<v1::FindingReason> reasons;  // become comments with the path "findings/{id}"
};
// Begins a passage. STATE_CONFLICT: no chain is asked for, in review, approved already, nothing
// new, or merged.
absl::Status Submit(const Submission& submission, v1::Entry* entry);

// Ends it: PENDING or an unspent approval. PERMISSION_DENIED (NOT_ALLOWED) for others than the
// submitter and the authors.
absl::Status TakeBack(std::string_view person, v1::Entry* entry);

struct Decision {
  Acting by;
  v1::ReviewStep::Decision decision = v1::ReviewStep::DECISION_UNSPECIFIED;
  std::string reason;
};
// Takes the stage that is waited for. STATE_CONFLICT when none is, SAME_PERSON.
absl::Status Decide(const Decision& decision, v1::Entry* entry);

// Adds a comment while the text is in review or was returned. LIMIT_EXCEEDED.
absl::Status Comment(v1::ReviewComment comment, v1::Entry* entry);

// First of two: the text becomes a proposed holding answer. Who proposes counts as an author.
// FIELD_INVALID unless it expires within kHoldingHoursMax of `now`, and, while an earlier holding
// answer still waits for its review, by that one's due_time: holding answers do not renew
// themselves. STATE_CONFLICT.
absl::Status ProposeHolding(const Acting& by, std::string_view reason, LogTime now,
                            v1::Entry* entry);

// Second of two: publishes it. Its authors stay authors, for the review that follows.
// SAME_PERSON, FIELD_INVALID, STATE_CONFLICT.
absl::Status ConfirmHolding(const Acting& by, LogTime now, v1::Entry* entry);

// The findings that reasons were given for in this passage, by their ids.
std::vector<std::string> ExplainedFindings(const v1::Entry& entry);

// For entry_life.cc: the passage and its due_time end, because the entry was withdrawn.
void EndPassage(v1::Entry* entry);
// For entry_life.cc: the text was published. The approval is used up, with it what a holding answer
// still owed, and the text has no authors any more; while a review is still owed, all of it stays.
void SpendApproval(v1::Entry* entry);
// Sets the state that follows from online, withdrawal, merged_into and review; keeps SUSPECT.
void SettleState(v1::Entry* entry);

}  // namespace hotline::knowledge
