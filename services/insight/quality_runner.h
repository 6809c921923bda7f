// Measures every night, by log time, once however many processes serve one base: the report's name
// decides who was first. After nights without a process the newest one is made up for, once: what
// the base was like in between nobody can measure any more.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/insight/quality_meter.h"
#include "services/runtime/logging.h"

namespace hotline::insight {

class QualityRunner {
 public:
  // `minutes`: local time of day, in minutes after midnight. Both must outlive this.
  QualityRunner(QualityMeter& meter, runtime::Logger& logger, int minutes)
      : meter_(meter), logger_(logger), minutes_(minutes) {}
  QualityRunner(const QualityRunner&) = delete;
  QualityRunner& operator=(const QualityRunner&) = delete;
  // Ends a measurement under way.
  ~QualityRunner();

  // Runs by a thread of its own from now on. Once.
  void Start();

  // What one look does. kNothing: the night's report is there, or the base is younger than the
  // night; kMade: this process wrote it; kOther: another one was quicker.
  enum class Outcome { kNothing, kMade, kOther };
  absl::StatusOr<Outcome> Step(storage::Deadline deadline);

 private:
  void Run();

  QualityMeter& meter_;
  runtime::Logger& logger_;
  const int minutes_;
  std::string done_;  // the newest night that is known to have its report; of the thread
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::insight
