// Where the current view hangs: the follower replaces it, every reply takes it. Also who waits for
// a later one, and how old the oldest one is that a running reply still uses.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/statusor.h"

#include "services/answer/corpus.h"
#include "services/runtime/call.h"

namespace hotline::answer {

// Thread-safe.
class ViewBoard {
 public:
  // Calls that may wait for a token at once; each holds a handler thread. Further ones are refused
  // with OVERLOADED.
  static constexpr int kTokenWaitsMax = 32;

  // Makes `view` the current one and wakes who waits for it.
  void Publish(std::shared_ptr<const View> view);

  // Takes the view away: nothing is served until the next Publish.
  void Withdraw();

  // The current view; null when there is none.
  std::shared_ptr<const View> Current() const;

  // The view at `kb_revision` or later, waiting until shortly before `call.deadline`.
  // UNAVAILABLE: BEHIND_TOKEN (deadline), OVERLOADED (too many waiting), NOT_SERVING (withdrawn);
  // CANCELLED.
  absl::StatusOr<std::shared_ptr<const View>> WaitFor(int64_t kb_revision,
                                                      const runtime::Call& call);

  // The oldest position that a reply may still be computed from: of the current corpus, or of an
  // earlier one that a running reply holds. 0 when nothing was published.
  int64_t VisibleRevision();

 private:
  struct Earlier {
    int64_t kb_revision;
    std::weak_ptr<const Corpus> corpus;
  };

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const View> current_;
  std::vector<Earlier> earlier_;  // those still held by replies; pruned at each change
  int waiting_ = 0;
};

}  // namespace hotline::answer
