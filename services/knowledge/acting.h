// Under whose right a call acts. What is done under a lent right counts as done by both people, so
// the review chain has to know both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "services/access/permission.h"
#include "services/knowledge/review_rules.h"
#include "services/runtime/call.h"

namespace hotline::knowledge {

// OK when the caller may do it where the entry's working text belongs and, when another text is
// online, where that one belongs. Errors of access::Require.
absl::Status RequireFor(const runtime::Call& call, access::Permission permission,
                        const v1::Entry& entry);

// The ways in which the caller may do it: by its own right (then that alone), or by each lender
// whose grants allow it. With `lender` given, by that one's grants only. A call without principal
// (access.mode "open") is believed. Errors of access::Require when there is none.
absl::StatusOr<std::vector<Acting>> WaysToAct(const runtime::Call& call,
                                              access::Permission permission, const v1::Entry& entry,
                                              std::string_view lender = {});

// Everybody that a write counts for: the caller and, when only lent rights allow it, those who lent
// them.
absl::StatusOr<std::vector<std::string>> PeopleBehind(const runtime::Call& call,
                                                      access::Permission permission,
                                                      const v1::Entry& entry);

}  // namespace hotline::knowledge
