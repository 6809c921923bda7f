// Writes the tasks that no write brings about: time alone lets policies run out and review dates
// come. What readers see never waits for it: validity is evaluated when it is read.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"

#include "services/knowledge/lapse.h"
#include "storage/store.h"

namespace hotline::knowledge {

// The task of an entry whose review date has come by `clockwork.now`; nullopt when it has not, or
// nothing is online. Its name is made of the entry and the date: once each. Pure.
std::optional<v1::Task> ReviewTask(const v1::Entry& entry, const Clockwork& clockwork);

// True when time alone ended the policy's validity by `now`. Pure.
bool IsEndedByTime(const v1::Policy& policy, LogTime now);

// Thread-safe. Several processes may sweep one base: names of tasks decide who was first.
class TaskSweeper {
 public:
  struct Options {
    std::chrono::milliseconds policies_every{60'000};
    std::chrono::milliseconds reviews_every{3'600'000};  // reads every entry
    // Called about a sweep that failed; the next one tries again.
    std::function<void(const absl::Status&)> trouble = [](const absl::Status&) {};
  };

  // Most tasks that one sweep of reviews writes; the rest come with the next one.
  static constexpr size_t kTasksPerSweepMax = 10'000;

  // `store` must outlive this. Sweeps only when asked, until Start.
  explicit TaskSweeper(storage::Store& store) : store_(store) {}
  ~TaskSweeper();
  TaskSweeper(const TaskSweeper&) = delete;
  TaskSweeper& operator=(const TaskSweeper&) = delete;

  // Sweeps from now on by a thread of its own, first after one interval. Once.
  void Start(Options options);

  // One sweep: writes what is missing by the log's time. Errors are those of the store.
  absl::Status SweepPolicies(storage::Deadline deadline);
  absl::Status SweepReviews(storage::Deadline deadline);

 private:
  void Run();
  bool stopping();
  absl::Status SweepPolicy(const v1::Policy& policy, const Clockwork& clockwork,
                           storage::Deadline deadline);
  absl::Status Put(std::vector<v1::Task> tasks, size_t per_change, storage::Deadline deadline);

  storage::Store& store_;
  Options options_;
  std::mutex sweep_mutex_;  // one sweep at a time
  std::set<std::string>
      handled_;  // guarded by sweep_mutex_; ends of policies that have their tasks
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace hotline::knowledge
