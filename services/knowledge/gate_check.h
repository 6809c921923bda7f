// The gates at the doors of the write path: submissions, holding answers and releases.
#pragma once

#include <vector>

#include "absl/status/status.h"

#include "hotline/knowledge/v1/check_service.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "services/knowledge/options.h"
#include "storage/store.h"

namespace hotline::knowledge {

// What stands in the way of a text.
enum class GateRule {
  kBlockingOnly,      // where no reviewer would read a reason: no chain, an emergency
  kReasonsNeededToo,  // NEEDS_REASON stands in the way as well, unless its id is explained
};

// The findings on a text; empty without a gate.
absl::StatusOr<std::vector<v1::Finding>> FindingsOn(const Options& options,
                                                    const v1::EntryContent& content,
                                                    std::string_view name,
                                                    storage::Deadline deadline);

// FAILED_PRECONDITION (GATE_BLOCKED) with `findings` (ids, separated by commas) and `name` when one
// of them stands in the way and is not explained. Pure.
absl::Status CheckFindings(const std::vector<v1::Finding>& findings, GateRule rule,
                           const std::vector<std::string>& explained, std::string_view name);

// Both for the working text of an entry, with the reasons given in its passage. OK without a gate,
// and when gates only tell.
absl::Status PassGate(const Options& options, const v1::Entry& entry, GateRule rule,
                      storage::Deadline deadline);

}  // namespace hotline::knowledge
