// The receipt of a recall: who can still serve the withdrawn text. Pure.
//
// Two independent proofs, neither of which needs synchronised clocks:
//   * Report: a follower that confirmed visible_revision >= R serves nothing from before R.
//   * Time: a follower refuses to serve once it has not confirmed for its refuse_after. A
//   confirmation is counted from
//     when the follower sent it, which is before the store received it, so a follower that the
//     store has not heard for longer than refuse_after (plus what its clock may drift) is silent by
//     its own rule: FENCED.
// A follower that this store process has never heard may exist too: it confirmed, if at all, before
// the store process started. So nothing is complete before the process has lived for the longest
// refuse_after that is allowed.
#pragma once

#include <cstdint>

#include "hotline/knowledge/v1/resources.pb.h"
#include "hotline/store/v1/store_service.pb.h"

namespace hotline::knowledge {

v1::RecallReceipt MakeReceipt(int64_t recall_revision,
                              const store::v1::ListFollowersResponse& followers);

}  // namespace hotline::knowledge
