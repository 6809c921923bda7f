// Rights at the place of an entry, as the knowledge service asks them of the entry itself.
#pragma once

#include <string>

#include "absl/status/status.h"

#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::insight {

// OK when the caller may read the working text of `entries/…` and what is online of it. An entry
// that is no more has no place: only rights without bounds reach it. PERMISSION_DENIED
// (NOT_ALLOWED).
absl::Status RequireReadOf(const runtime::Call& call, storage::Store& store,
                           const std::string& entry);

}  // namespace hotline::insight
