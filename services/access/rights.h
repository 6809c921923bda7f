// A write is decided under the rights of its caller. This ties the two together: the Change is
// appended only where the person or account, and the session or key, are as they were when the
// decision was made. A right that was taken away in between therefore wins, in the order of the
// log.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/store/v1/store_service.pb.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::access {

// As Store::Commit, under the rights of the caller. When the person has changed meanwhile, but not
// in its rights (a new phone, a lock), the commit is made again. PERMISSION_DENIED (NOT_ALLOWED)
// when a grant is gone or the person was disabled, UNAUTHENTICATED (SIGN_IN_REQUIRED) when the
// credential has ended: nothing was written then. `commit` is as before when this returns.
absl::StatusOr<store::v1::CommitResponse> CommitUnderRights(storage::Store& store,
                                                            const runtime::Call& call,
                                                            store::v1::CommitRequest* commit);

}  // namespace hotline::access
