// Every limit of the write path, by name. Lengths are in Unicode code points unless the name says
// bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "services/records/limits.h"

namespace hotline::knowledge {

// Entries (entry.proto).
inline constexpr size_t kQuestionMax = 200;
inline constexpr size_t kSimilarQuestionsMax = 200;
inline constexpr size_t kBlocksMax = 40;
inline constexpr size_t kBlockTitleMax = 50;
inline constexpr size_t kBlockTextMax = 10'000;
inline constexpr size_t kAnswerMax = 20'000;
inline constexpr size_t kShortAnswerMax = 500;
inline constexpr size_t kAgentNotesMax = 4'000;
inline constexpr size_t kKeywordsMax = 20;
inline constexpr size_t kKeywordMax = 20;
inline constexpr size_t kCategoryMax = 100;
inline constexpr size_t kPoliciesMax = 20;
inline constexpr size_t kChannelsMax = 16;
inline constexpr size_t kSourceMax = 100;
inline constexpr size_t kSourceIdMax = 200;
inline constexpr size_t kLicenceMax = 100;
inline constexpr size_t kSourceDateMax = 40;
inline constexpr size_t kVariantQuestionMax = 400;
inline constexpr size_t kReasonMax = 500;

// Departments and policies (resources.proto).
inline constexpr size_t kDisplayNameMax = 100;
inline constexpr size_t kPhoneMax = 100;
inline constexpr size_t kTitleMax = 200;
inline constexpr size_t kDocumentNumberMax = 100;
inline constexpr size_t kIssuerMax = 200;
using records::kUrlMax;
inline constexpr size_t kInterpretationUrlsMax = 20;

// Facts, tasks and the calendar (fact_service.proto).
inline constexpr size_t kFactValueMax = 500;
inline constexpr size_t kFactTextMax = 200;  // addresses and opening hours
inline constexpr size_t kUnitMax = 20;
inline constexpr double kPercentageMax = 1'000;
inline constexpr int kDurationDaysMax = 10'000;
inline constexpr size_t kFactsPerTextMax = 50;  // distinct ones in one text
inline constexpr int kReferrersShown = 100;     // UpdateFactResponse.referrers
inline constexpr size_t kCalendarDaysMax = 1'000;
using records::kWorkingDaysMax;                  // AddWorkingDaysRequest.days
inline constexpr int kTasksScannedMax = 20'000;  // by one call of ListTasks; then the page ends
inline constexpr int kTaskSubjectsMax = 1'000;
inline constexpr int kTasksPerLapseMax = 500;  // further citing entries are found by ListReferrers
inline constexpr int kLapseWorkingDays = 3;    // owners have so long to mend what a lapse hit
inline constexpr int kReviewWorkingDays = 10;  // likewise when the review date has come

// Synonym sets (synonym_service.proto).
inline constexpr size_t kSynonymSetsMax = 50'000;
inline constexpr int kSynonymWordsMax = 20;
inline constexpr size_t kSynonymWordMax = 30;  // as written, and once more when folded
inline constexpr size_t kSynonymNoteMax = 200;
// Sets of one word by which it finds more; a search uses no more ways than that anyhow.
inline constexpr size_t kSetsPerWordMax = 20;

// Releases (resources.proto).
inline constexpr size_t kReleaseItemsMax = 1'000;
inline constexpr int kDepartmentDepthMax = 20;

// Reviews (entry.proto, review_service.proto).
inline constexpr int kReviewStagesMax = 3;
inline constexpr size_t kReviewNoteMax = 500;
inline constexpr size_t kReviewCommentMax = 1'000;
inline constexpr size_t kReviewCommentPathMax = 100;
inline constexpr int kReviewCommentsMax = 100;
inline constexpr int kFindingReasonsMax = 50;
// People who changed a working text since it was last online.
inline constexpr int kAuthorsMax = 100;
// A holding answer ends at most this long after it was published.
inline constexpr int64_t kHoldingHoursMax = 72;

// Releases: how far ahead one may be scheduled; targets read from the store at a time; golden
// questions that a rehearsal ranks.
inline constexpr int64_t kScheduleDaysMax = 400;
inline constexpr size_t kTargetsPerRead = 100;
inline constexpr int kRehearsedGoldensMax = 10'000;
inline constexpr size_t kOutcomeNoteMax = 500;

// Conflicts with concurrent writers that a handler retries by itself before it gives the error to
// the caller. A recall gets far more: it must win against editors who save all the time.
inline constexpr int kConflictAttemptsMax = 8;
inline constexpr int kRecallAttemptsMax = 200;

using records::kReplyBytesMax;

// Import (ImportEntriesRequest).
inline constexpr int kImportRowsMax = 1'000;
inline constexpr size_t kImportChunkBytesMax = 2U << 20U;
inline constexpr size_t kImportRowBytesMax = 256U << 10U;
// A part of a chunk is committed before its Change grows past this: well below
// storage::kChangeBytesMax, because the store adds the fields that depend on the position.
inline constexpr size_t kImportChangeBytesMax = 6U << 20U;
// Names of departments and policies that a session remembers as existing; beyond it the store is
// asked again.
inline constexpr size_t kImportKnownNamesMax = 50'000;

// Export: rows read from the store at a time.
inline constexpr int kExportPageSize = 200;

// History rows read from the store at a time.
inline constexpr int kHistoryPageSize = 50;

}  // namespace hotline::knowledge
