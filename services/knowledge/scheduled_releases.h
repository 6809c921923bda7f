// Makes scheduled releases visible when the log's time reaches theirs. One step at a time, without
// a thread of its own: release_scheduler.h gives it one, tests move the time themselves.
//
// Exactly once, also with several processes and after a crash: the write rests on the etag of the
// release as it was scheduled, and its request_id is made from name and etag, so whoever comes
// second is answered with what the first one did. What was due while no process ran is released as
// soon as one does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"

#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/release_agenda.h"
#include "storage/store.h"

namespace hotline::knowledge {

// What became of one scheduled release.
struct ScheduleEvent {
  ScheduledRelease release;
  AttemptVerdict verdict = AttemptVerdict::kDone;
  absl::Status status;      // why, unless kDone
  LogTime late = 0;         // how long after its time, in microseconds of log time
  int64_t kb_revision = 0;  // kDone: where it became visible
};

// Used by one thread at a time.
class ScheduledReleases {
 public:
  using Report = std::function<void(const ScheduleEvent&)>;

  // Both must outlive this. `report` hears of every attempt.
  ScheduledReleases(storage::Store& store, KnowledgeService& service, Report report);

  // Reads what the log brought, then publishes or gives up what is due. Errors are of the store;
  // the next step goes on from where this one stopped.
  absl::Status Step(storage::Deadline deadline);

  // The log time of the last step, and when the next release is due.
  LogTime log_time() const { return log_time_; }
  std::optional<LogTime> next() const { return agenda_.Next(); }

 private:
  absl::Status Load(storage::Deadline deadline);
  absl::Status CatchUp(storage::Deadline deadline);
  absl::Status ActAs(const ScheduledRelease& release, runtime::Call* call) const;
  void Attempt(const ScheduledRelease& release, storage::Deadline deadline);

  storage::Store& store_;
  KnowledgeService& service_;
  const Report report_;
  ReleaseAgenda agenda_;
  bool loaded_ = false;
  int64_t position_ = 0;  // the agenda is that of this kb_revision
  LogTime log_time_ = 0;
};

}  // namespace hotline::knowledge
