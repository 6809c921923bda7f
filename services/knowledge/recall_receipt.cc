#include "services/knowledge/recall_receipt.h"

#include <algorithm>

namespace hotline::knowledge {
namespace {

using v1::RecallReceipt;

// Clocks of followers and store may drift apart by this much: 1 percent, and rounding.
int64_t WithDrift(int64_t ms) { return ms + ms / 100 + 1; }

}  // namespace

RecallReceipt MakeReceipt(int64_t recall_revision,
                          const store::v1::ListFollowersResponse& followers) {
  RecallReceipt receipt;
  const int64_t longest = followers.refuse_after_ms_max();
  // Until then a follower that nobody knows may still be serving.
  int64_t wait_ms = std::max<int64_t>(0, WithDrift(longest) - followers.known_since_ms());
  for (const store::v1::FollowerStatus& known : followers.followers()) {
    RecallReceipt::Follower& follower = *receipt.add_followers();
    follower.set_follower(known.follower());
    follower.set_visible_revision(known.visible_revision());
    follower.set_silent_ms(known.silent_ms());
    const int64_t limit =
        WithDrift(known.refuse_after_ms() > 0 ? known.refuse_after_ms() : longest);
    if (known.visible_revision() >= recall_revision) {
      follower.set_standing(RecallReceipt::APPLIED);
    } else if (known.silent_ms() >= limit) {
      follower.set_standing(RecallReceipt::FENCED);
    } else {
      follower.set_standing(RecallReceipt::PENDING);
      wait_ms = std::max(wait_ms, limit - known.silent_ms());
    }
  }
  receipt.set_complete(wait_ms == 0);
  receipt.set_fence_wait_ms(wait_ms);
  return receipt;
}

}  // namespace hotline::knowledge
