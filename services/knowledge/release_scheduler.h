// The thread that makes scheduled releases visible (scheduled_releases.h).
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/scheduled_releases.h"
#include "services/runtime/logging.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Runs from its construction to its destruction, which waits for a release under way. Looks at the
// log when it has grown, when a release should be due, and every kLookMax in any case; tells in the
// process log what it did, and what came late.
class ReleaseScheduler final {
 public:
  // All must outlive this.
  ReleaseScheduler(storage::Store& store, KnowledgeService& service, runtime::Logger& logger);
  ReleaseScheduler(const ReleaseScheduler&) = delete;
  ReleaseScheduler& operator=(const ReleaseScheduler&) = delete;
  ~ReleaseScheduler();

 private:
  void Run();
  bool ShouldLook() const;
  void Tell(const ScheduleEvent& event);

  storage::Store& store_;
  runtime::Logger& logger_;
  ScheduledReleases releases_;
  std::chrono::steady_clock::time_point looked_;
  bool failed_ = false;
  std::atomic<bool> changed_{true};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::unique_ptr<storage::Store::Subscription> subscription_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::knowledge
