// Looks through what is published when a term list changed, and gives the owners their tasks.
//
// One thread, beside the calls: the list is in force before it begins. Every write has a request_id
// made of the list, its version and the number of the write, so another process, or the same one
// after a restart, repeats it without a second effect. At a start every list is looked at again
// whose tasks are not known to be there.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"

#include "services/knowledge/checks/base_view.h"
#include "services/knowledge/checks/wording_tasks.h"
#include "storage/store.h"

namespace hotline::knowledge::checks {

// Thread-safe.
class WordingRescan {
 public:
  using Notice = std::function<void(bool trouble, std::string_view event, std::string_view detail)>;

  // `store` must outlive it.
  WordingRescan(storage::Store& store, Notice notice);
  WordingRescan(const WordingRescan&) = delete;
  WordingRescan& operator=(const WordingRescan&) = delete;
  ~WordingRescan();

  // Has these versions looked at soon. Does not block.
  void Add(const std::vector<TermsChange>& changes);

  // Waits until nothing is left to look at; false at the deadline.
  bool AwaitIdle(storage::Deadline deadline);

 private:
  void Run();
  // Looks at one version; an error means: again later.
  absl::Status LookAt(const TermsChange& change);
  absl::StatusOr<bool> IsDone(const TermsChange& change);
  absl::Status LookThrough(WordingHits* hits);
  absl::Status Commit(const TermsChange& change, const std::vector<v1::Task>& tasks);
  bool Stopping();

  storage::Store& store_;
  const Notice notice_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<TermsChange> waiting_;  // guarded by mutex_, as the two below
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::knowledge::checks
