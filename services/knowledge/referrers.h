// Who uses a fact or cites a policy: always one range of the store's index, never a scan.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Calls `visit` for the entries that use or cite `name` (working text, online text or a
// translation), in order of their names, until it returns false. Read page by page from the newest
// state: an entry that begins to refer behind the page being read is met, one before it is not.
absl::Status VisitReferrers(storage::Store& store, const std::string& name,
                            storage::Deadline deadline,
                            const std::function<bool(v1::Entry)>& visit);

// How many there are, and the names of the first `shown` of them.
struct ReferrerCount {
  int64_t count = 0;
  std::vector<std::string> first;
};
absl::StatusOr<ReferrerCount> CountReferrers(storage::Store& store, const std::string& name,
                                             size_t shown, storage::Deadline deadline);

}  // namespace hotline::knowledge
