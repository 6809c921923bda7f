// Group commit: callers queue up; the first of them leads, takes everybody who waits, and runs them
// as one group while the next ones gather.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/store/v1/store_service.pb.h"
#include "storage/store.h"

namespace hotline::storage {

// Limits of one group.
inline constexpr size_t kGroupCommitsMax = 256;
inline constexpr size_t kGroupBytesMax = 16U << 20U;

// Thread-safe.
class CommitQueue {
 public:
  using Response = absl::StatusOr<store::v1::CommitResponse>;
  // Runs requests as one group, in order, one group at a time; gives a response to each.
  using RunGroup =
      std::function<std::vector<Response>(const std::vector<const store::v1::CommitRequest*>&)>;

  // Refuses more than `limit` waiting commits.
  CommitQueue(size_t limit, RunGroup run) : limit_(limit), run_(std::move(run)) {}

  // The response to `request`. Until it is taken into a group it can fail without effect:
  // DEADLINE_EXCEEDED, UNAVAILABLE (OVERLOADED). After that the real outcome is awaited, whatever
  // the deadline.
  Response Submit(const store::v1::CommitRequest& request, Deadline deadline);

 private:
  struct Waiter {
    const store::v1::CommitRequest* request;
    Deadline deadline;
    std::optional<Response> response;
    bool taken = false;
    std::condition_variable wake;
  };

  bool MayLead(const Waiter& waiter) const;
  void Lead(std::unique_lock<std::mutex>& lock);
  std::vector<Waiter*> TakeGroup();
  void WakeNext();

  const size_t limit_;
  const RunGroup run_;
  std::mutex mutex_;
  std::deque<Waiter*> waiting_;  // guarded by mutex_, as are the waiters
  bool running_ = false;         // guarded by mutex_
};

}  // namespace hotline::storage
