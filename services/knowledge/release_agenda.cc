#include "services/knowledge/release_agenda.h"

#include "proto/cc/errors.h"
#include "services/knowledge/release_composer.h"

namespace hotline::knowledge {

void ReleaseAgenda::Note(const v1::Release& release) {
  Forget(release.name());
  if (release.state() != v1::Release::SCHEDULED) return;
  const LogTime when = ToLogTime(release.schedule_time());
  times_.emplace(when, release.name());
  releases_[release.name()] = {release.name(), release.etag(), release.scheduler(), when};
}

void ReleaseAgenda::Forget(const std::string& name) {
  const auto found = releases_.find(name);
  if (found == releases_.end()) return;
  times_.erase({found->second.when, name});
  releases_.erase(found);
}

void ReleaseAgenda::Clear() {
  releases_.clear();
  times_.clear();
}

std::vector<ScheduledRelease> ReleaseAgenda::Due(LogTime now) const {
  std::vector<ScheduledRelease> due;
  for (const auto& [when, name] : times_) {
    if (when > now) break;
    due.push_back(releases_.at(name));
  }
  return due;
}

std::optional<LogTime> ReleaseAgenda::Next() const {
  return times_.empty() ? std::nullopt : std::optional<LogTime>(times_.begin()->first);
}

AttemptVerdict VerdictOn(const std::string& release, const absl::Status& status) {
  if (status.ok()) return AttemptVerdict::kDone;
  if (!IsRefusal(status)) return AttemptVerdict::kAgain;
  const ErrorMetadata metadata = MetadataOf(status);
  // An error with an item is about what the release would do; one with the release's own name is
  // about the release.
  if (metadata.count("item") > 0) return AttemptVerdict::kGiveUp;
  const auto name = metadata.find("name");
  if (name != metadata.end() && name->second == release) return AttemptVerdict::kMoot;
  const bool raced = status.code() == absl::StatusCode::kAborted ||
                     status.code() == absl::StatusCode::kAlreadyExists;
  return raced ? AttemptVerdict::kAgain : AttemptVerdict::kGiveUp;
}

}  // namespace hotline::knowledge
