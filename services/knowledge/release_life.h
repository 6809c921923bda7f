// The life of a release: composed, perhaps scheduled, then released or cancelled for good.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include "proto/cc/time.h"
#include "services/knowledge/release_composer.h"

namespace hotline::knowledge {

// FAILED_PRECONDITION (STATE_CONFLICT) with the release's name and state.
absl::Status ReleaseConflict(const v1::Release& release, std::string_view message);

// OK while it is composed or scheduled.
absl::Status CheckNotOver(const v1::Release& release);

// Back to a mere composition: whoever changes what was scheduled has to schedule it again.
void TakeBackSchedule(v1::Release* release);

// Has it made visible at `when`. FIELD_INVALID unless that lies after `now` and at most
// kScheduleDaysMax ahead.
absl::Status Schedule(std::string_view scheduler, LogTime when, LogTime now, v1::Release* release);

// Ends it with a note that says why.
void Cancel(std::string_view note, v1::Release* release);

// The composition that undoes `released`, from its targets as they were just before it and as they
// stand now; every item is pinned to the state now. An entry that it put online gets the text of
// the revision before, or is retired when there was none; one that it retired comes back; documents
// and facts get their old values, those that were new stay; synonym sets get their old values,
// those that were new go and those that were removed come back. STATE_CONFLICT when a target was
// published or written again since (undoing would take that back too), or nothing is left to undo.
absl::StatusOr<v1::Release> InverseOf(const v1::Release& released, const ReleaseTargets& before,
                                      const ReleaseTargets& now);

}  // namespace hotline::knowledge
