// The published revisions of an entry: derived from its versions, never stored twice.
//
// Revision N is the version row in which online.revision became N, i.e. the one whose
// online.kb_revision is its own position. What became of it is said by the version that came next
// with another online part.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Walks the versions of an entry from `kb_revision` (0 = the newest) back and calls `visit` for
// each published revision, newest first, until it returns false.
absl::Status VisitRevisions(storage::Store& store, const std::string& entry_name,
                            int64_t kb_revision, storage::Deadline deadline,
                            const std::function<bool(v1::EntryRevision)>& visit);

// The revision of this name. NOT_FOUND; INVALID_NAME naming `field`.
absl::StatusOr<v1::EntryRevision> FindRevision(storage::Store& store, const std::string& name,
                                               std::string_view field, storage::Deadline deadline);

}  // namespace hotline::knowledge
