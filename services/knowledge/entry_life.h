// The life of an entry: each arrow between its states is one pure function on the entry.
//
// Invariants kept by every function here and in review_rules.h:
//   (1) PUBLISHED and SUSPECT have an `online` part; DRAFT, RECALLED, RETIRED and MERGED have none.
//       IN_REVIEW and APPROVED speak of the working text alone: an earlier revision may be online
//       or not. Whoever asks what is served looks at `online`, never at the state.
//   (2) `online.content` is present exactly when it differs from `content`: OnlineContent() never
//       lies.
//   (3) `latest_revision` never goes back; `withdrawal` is absent while something is online.
//   (4) A withdrawal ends the passage through review: what was approved before it is not approved
//       any more. SUSPECT is left only by a publication or a withdrawal, not by a review.
//   (5) `authors` are those who changed the text since it was last released after a full review.
// Positions and times are the store's to fill in (storage/resolve.h).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline::knowledge {

// Replaces the working text; what is online stays as it is. Translations that waited for the text
// before to be published are unbound (source_revision 0): nobody has checked them against the new
// text.
void SetWorkingText(v1::EntryContent content, v1::Entry* entry);

// Makes the working text revision latest_revision + 1 and puts it online. `release` is empty for a
// single publish. An approval is spent by it, and the text has no authors any more. Whether it may
// be published is CheckReleasable's to say (review_rules.h). FAILED_PRECONDITION (STATE_CONFLICT)
// when exactly this text is online already, or the text is in review.
absl::Status PublishWorkingText(std::string_view actor, std::string_view release, v1::Entry* entry);

// Publishes the text of an earlier revision again, as revision latest_revision + 1. A working text
// that somebody has begun or that is in review stays as it is; otherwise it becomes the text that
// is online. FAILED_PRECONDITION (STATE_CONFLICT) when exactly this text is online already.
absl::Status RestoreText(std::string_view actor, std::string_view release, v1::EntryContent text,
                         v1::Entry* entry);

// FAILED_PRECONDITION (STATE_CONFLICT) when the entry was merged into another: its name only leads
// there, and nothing is written to it any more.
absl::Status CheckNotMerged(const v1::Entry& entry);

// Withdraws in good order. FAILED_PRECONDITION (STATE_CONFLICT) when nothing is online.
absl::Status Retire(std::string_view actor, std::string_view reason, v1::Entry* entry);

// Withdraws at once, whatever the state. Returns the revision that was online; 0 = none.
int64_t RecallNow(std::string_view actor, std::string_view reason, std::string_view recall,
                  v1::Entry* entry);

// Puts a translation in place of the one in its language.
void PutVariant(v1::EntryVariant variant, v1::Entry* entry);

// FAILED_PRECONDITION (STATE_CONFLICT) with the entry's name and state.
absl::Status StateConflict(const v1::Entry& entry, std::string_view message);

// True when the messages serialise to the same bytes.
bool SameMessage(const google::protobuf::Message& a, const google::protobuf::Message& b);

}  // namespace hotline::knowledge
