// What a row does to the entry that the base has: nothing, a new text, a new revision. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "services/knowledge/import_row.h"

namespace hotline::knowledge {

struct RowPlan {
  v1::ImportEntriesResponse::Outcome outcome = v1::ImportEntriesResponse::OUTCOME_UNSPECIFIED;
  v1::Entry entry;  // what shall be stored; meaningless when UNCHANGED
};

// `existing` is null when the base has no such entry. `publish` is mode PUBLISH_ROWS.
//   * A row whose text is online already (PUBLISH_ROWS) or is the working text already (DRAFT_ONLY)
//   and whose
//     translations are there is UNCHANGED; a draft that an editor has begun on top of it is left
//     alone.
//   * Translations of the row replace those in their language and are bound to the revision that
//   holds the row's text;
//     in a draft, to the one that publishing it will make.
//   * A row of DRAFT_ONLY makes `actor` an author of the text; a published one counts as reviewed
//   where it came from, and its review says so.
//   * FAILED_PRECONDITION (STATE_CONFLICT): PUBLISH_ROWS never puts a recalled or retired entry
//   back online, and no row changes a text that is in review.
absl::StatusOr<RowPlan> PlanRow(const v1::Entry* existing, ImportRow row, bool publish,
                                std::string_view actor);

}  // namespace hotline::knowledge
