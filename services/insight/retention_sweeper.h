// Deletes by schedule what is over (retention.h), once per local day, and keeps the record of it.
//
// Each Change deletes at most kDeletesPerChange records, each under the etag that was seen, and
// writes the day's RetentionRun with the counts so far: the newest version of it is right whenever
// a process dies. Several processes may sweep one base: the run's name and etag decide who was
// first, the others look again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/insight/retention.h"
#include "storage/store.h"

namespace hotline::insight {

inline constexpr size_t kDeletesPerChange = 500;

// Thread-safe.
class RetentionSweeper final {
 public:
  struct Options {
    std::chrono::milliseconds every{600'000};  // how often it looks whether a new day has begun
    // Told of a sweep that failed (the next one tries again), and of each one that is complete.
    std::function<void(const absl::Status&)> trouble = [](const absl::Status&) {};
    std::function<void(const v1::RetentionRun&)> done = [](const v1::RetentionRun&) {};
  };

  // `store` must outlive this. Sweeps only when asked, until Start.
  RetentionSweeper(storage::Store& store, std::vector<RetentionRule> rules)
      : store_(store), rules_(std::move(rules)) {}
  RetentionSweeper(const RetentionSweeper&) = delete;
  RetentionSweeper& operator=(const RetentionSweeper&) = delete;
  ~RetentionSweeper();

  // Sweeps from now on by a thread of its own. Once.
  void Start(Options options);

  // The sweep of the day that the log's clock shows: deletes everything that is over and returns
  // the day's run; without deletions nothing was over, and nothing is written. A repeat on the same
  // day finds nothing more and returns the same run. Errors are
  // those of the store; ABORTED when other processes were faster kAttemptsMax times.
  absl::StatusOr<v1::RetentionRun> Sweep(storage::Deadline deadline);

 private:
  struct Day;
  void Run();
  bool stopping();
  absl::StatusOr<Day> ReadDay(storage::Deadline deadline) const;
  absl::Status SweepRule(const RetentionRule& rule, Day* day, storage::Deadline deadline);
  absl::Status Delete(const std::vector<storage::Versioned>& over, Day* day,
                      storage::Deadline deadline);

  storage::Store& store_;
  const std::vector<RetentionRule> rules_;
  Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace hotline::insight
