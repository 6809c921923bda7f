// What becomes of two entries when one is merged into the other. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline::knowledge::checks {

// FAILED_PRECONDITION (STATE_CONFLICT) when the two may not be merged as they stand: either is in
// review or approved (the merge would change a text that somebody is judging), either was merged
// already, the target is withdrawn, or the merged one answers people and the target does not.
absl::Status CheckMergeable(const v1::Entry& target, const v1::Entry& merged);

// The target's working text gains the wordings of the merged one: its question, then its similar
// questions, without those that it has (compared folded), as far as the limits of an entry allow.
// Returns the wordings that had no place.
std::vector<std::string> AddPhrasings(const v1::EntryContent& merged, v1::EntryContent* target);

// Takes the merged entry offline at once; its name leads to `target` from now on.
void RedirectTo(std::string_view target, std::string_view actor, v1::Entry* merged);

}  // namespace hotline::knowledge::checks
