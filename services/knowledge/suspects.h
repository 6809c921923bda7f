// State SUSPECT is not stored: it follows from the policies that the online text cites, and from
// the log's time. Whoever shows entries derives it here.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Used by one call: Note each entry as it is stored, then Mark those that are shown. (A view that
// is trimmed has no online text to look at any more.)
class SuspectMarker {
 public:
  // `store` must outlive this.
  explicit SuspectMarker(storage::Store& store) : store_(store) {}

  void Note(const v1::Entry& entry);

  // Shows the noted PUBLISHED entries among `entries` as SUSPECT when a cited policy is lapsed, as
  // of `position`: with the log's time now when that is the newest position, else with the stamp of
  // its Change.
  absl::Status Mark(const storage::Position& position, const std::vector<v1::Entry*>& entries,
                    storage::Deadline deadline);

 private:
  absl::StatusOr<LogTime> TimeAt(int64_t kb_revision, storage::Deadline deadline) const;

  storage::Store& store_;
  std::map<std::string, std::vector<std::string>> cited_;  // policies by the entry's name
};

}  // namespace hotline::knowledge
