#include "services/knowledge/release_scheduler.h"

#include "proto/cc/errors.h"

namespace hotline::knowledge {
namespace {

using std::chrono::steady_clock;

// How exactly a release meets its time, how often the log is looked at though nothing is known to
// have happened, and how long one look with its releases may take.
constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::seconds kLookMax{5};
constexpr std::chrono::seconds kStepMax{60};
// A release that came later than this is told as late.
constexpr LogTime kLateAfter = 5'000'000;

}  // namespace

ReleaseScheduler::ReleaseScheduler(storage::Store& store, KnowledgeService& service,
                                   runtime::Logger& logger)
    : store_(store),
      logger_(logger),
      releases_(store, service, [this](const ScheduleEvent& event) { Tell(event); }),
      subscription_(store_.Subscribe([this] { changed_ = true; })),
      thread_([this] { Run(); }) {}

ReleaseScheduler::~ReleaseScheduler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool ReleaseScheduler::ShouldLook() const {
  const auto since = steady_clock::now() - looked_;
  if (changed_ || failed_ || since > kLookMax) return true;
  if (!releases_.next().has_value()) return false;
  const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  return releases_.log_time() + elapsed >= *releases_.next();
}

void ReleaseScheduler::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (ShouldLook()) {
      changed_ = false;
      lock.unlock();
      const absl::Status status = releases_.Step(steady_clock::now() + kStepMax);
      lock.lock();
      looked_ = steady_clock::now();
      if (!status.ok() && !failed_) {
        logger_.Warn("scheduler waits for the store",
                     {{"reason", type::v1::ErrorReason_Name(ReasonOf(status))}});
      }
      failed_ = !status.ok();
    }
    wake_.wait_for(lock, failed_ ? std::chrono::milliseconds(1'000) : kTick,
                   [this] { return stopping_; });
  }
}

void ReleaseScheduler::Tell(const ScheduleEvent& event) {
  const int64_t late_ms = event.late / 1'000;
  switch (event.verdict) {
    case AttemptVerdict::kDone:
      logger_.Info("scheduled release published", {{"release", event.release.name},
                                                   {"kb_revision", event.kb_revision},
                                                   {"late_ms", late_ms}});
      if (event.late > kLateAfter) {
        logger_.Warn("scheduled release was late",
                     {{"release", event.release.name}, {"late_ms", late_ms}});
      }
      return;
    case AttemptVerdict::kGiveUp:
      logger_.Warn("scheduled release given up",
                   {{"release", event.release.name},
                    {"reason", type::v1::ErrorReason_Name(ReasonOf(event.status))}});
      return;
    case AttemptVerdict::kAgain:
      logger_.Warn("scheduled release is tried again",
                   {{"release", event.release.name},
                    {"reason", type::v1::ErrorReason_Name(ReasonOf(event.status))}});
      return;
    case AttemptVerdict::kMoot:
      return;
  }
}

}  // namespace hotline::knowledge
