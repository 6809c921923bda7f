// Which scheduled releases are due, and what the outcome of an attempt means. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include "proto/cc/time.h"

namespace hotline::knowledge {

// A release as it was scheduled: this composition, at this time.
struct ScheduledRelease {
  std::string name;
  std::string etag;
  std::string scheduler;
  LogTime when = 0;
};

// The scheduled releases, by time. Not thread-safe.
class ReleaseAgenda {
 public:
  // A release as it is from now on: it enters, moves or leaves.
  void Note(const v1::Release& release);
  void Forget(const std::string& name);
  void Clear();

  // Those whose time has come, the earliest first.
  std::vector<ScheduledRelease> Due(LogTime now) const;
  // The time of the earliest; nullopt when nothing is scheduled.
  std::optional<LogTime> Next() const;
  size_t size() const { return releases_.size(); }

 private:
  std::map<std::string, ScheduledRelease> releases_;
  std::set<std::pair<LogTime, std::string>> times_;
};

// What an attempt to publish a scheduled release has shown.
enum class AttemptVerdict {
  kDone,    // it is visible
  kMoot,    // it is no longer scheduled in this form: the log brings what it is now
  kGiveUp,  // it cannot be released as it is composed: it must be cancelled with the reason
  kAgain,   // the store could not say, or others wrote at the same time: try again
};
AttemptVerdict VerdictOn(const std::string& release, const absl::Status& status);

}  // namespace hotline::knowledge
