// What is done to a release before and after it is visible: change, schedule, cancel, roll back.
#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/field_mask.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/release_composer.h"
#include "services/knowledge/release_life.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using access::Permission;

const MaskRules& ReleaseMask() {
  static const auto& rules =
      *new MaskRules{"",
                     {"name", "state", "etag", "kb_revision", "release_time", "schedule_time",
                      "author", "publisher", "create_time", "update_time", "consistency_token",
                      "scheduler", "outcome_note", "rolls_back"}};
  return rules;
}

// The release `name`, with its precondition in the draft.
absl::StatusOr<v1::Release> ReadForChange(const Reader& reader, const std::string& name,
                                          storage::Deadline deadline, Draft* draft) {
  ASSIGN_OR_RETURN(ReadResource read, reader.Get(name, 0, deadline));
  auto release = Unwrap<v1::Release>(std::move(read.resource));
  draft->preconditions.push_back(MustHaveEtag(release.name(), release.etag()));
  return release;
}

// Who takes back what was scheduled needs the right to schedule; a composition may be changed by
// those who write as well as by those who publish.
absl::Status RequireToChange(storage::Store& store, const runtime::Call& call,
                             v1::Release::State state, const v1::Release& release) {
  absl::Status publishes = RequireForTargets(store, call, Permission::kPublish, release);
  if (publishes.ok() || state == v1::Release::SCHEDULED) return publishes;
  return RequireForTargets(store, call, Permission::kWriteEntries, release);
}

}  // namespace

absl::StatusOr<v1::Release> KnowledgeService::UpdateRelease(
    const Call& call, const v1::UpdateReleaseRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.release().name(), kReleases, FieldPath("release.name")));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    Draft draft;
    ASSIGN_OR_RETURN(v1::Release release,
                     ReadForChange(reader_, request.release().name(), call.deadline, &draft));
    const v1::Release::State state = release.state();
    RETURN_IF_ERROR(RequireToChange(store_, call, state, release));
    RETURN_IF_ERROR(CheckEtag(release.name(), request.release().etag(), release.etag()));
    RETURN_IF_ERROR(CheckNotOver(release));
    RETURN_IF_ERROR(ApplyMask(request.update_mask(), ReleaseMask(), request.release(), &release));
    RETURN_IF_ERROR(CheckRelease(&release, FieldPath("release")));
    RETURN_IF_ERROR(RequireToChange(store_, call, state, release));
    TakeBackSchedule(&release);
    for (const v1::Release::Item& item : release.items()) {
      if (CollectionOf(item.target()) == kEntries) {
        draft.preconditions.push_back(MustExist(item.target()));
      }
    }
    draft.puts.push_back(Wrap(std::move(release)));
    return draft;
  };
  const int attempts = request.release().etag().empty() ? kConflictAttemptsMax : 1;
  ASSIGN_OR_RETURN(
      Written written,
      writer_.Write(call, request, {.action = "UpdateRelease", .conflict_attempts = attempts},
                    compose));
  return WithToken(Unwrap<v1::Release>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Release> KnowledgeService::ScheduleRelease(
    const Call& call, const v1::ScheduleReleaseRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.name(), kReleases, FieldPath("name")));
  if (request.etag().empty()) return FieldRequired("etag");
  if (!request.has_schedule_time()) return FieldRequired("schedule_time");
  RETURN_IF_ERROR(CheckTimestamp(request.schedule_time(), FieldPath("schedule_time")));
  ASSIGN_OR_RETURN(const LogTime now, Now(call.deadline));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    Draft draft;
    ASSIGN_OR_RETURN(v1::Release release,
                     ReadForChange(reader_, request.name(), call.deadline, &draft));
    RETURN_IF_ERROR(RequireForTargets(store_, call, Permission::kPublish, release));
    RETURN_IF_ERROR(CheckEtag(release.name(), request.etag(), release.etag()));
    RETURN_IF_ERROR(Schedule(call.caller.actor, ToLogTime(request.schedule_time()), now, &release));
    draft.puts.push_back(Wrap(std::move(release)));
    return draft;
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "ScheduleRelease"}, compose));
  return WithToken(Unwrap<v1::Release>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Release> KnowledgeService::CancelRelease(
    const Call& call, const v1::CancelReleaseRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.name(), kReleases, FieldPath("name")));
  ASSIGN_OR_RETURN(const std::string reason, CheckReason(request.reason(), "reason"));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    Draft draft;
    ASSIGN_OR_RETURN(v1::Release release,
                     ReadForChange(reader_, request.name(), call.deadline, &draft));
    // An author may give up what was never scheduled.
    const bool own = release.author() == call.caller.actor;
    RETURN_IF_ERROR(own ? RequireToChange(store_, call, release.state(), release)
                        : RequireForTargets(store_, call, Permission::kPublish, release));
    RETURN_IF_ERROR(CheckNotOver(release));
    Cancel(reason, &release);
    draft.puts.push_back(Wrap(std::move(release)));
    return draft;
  };
  // A cancellation is meant for the release whatever was changed in it meanwhile.
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request,
                                                  {.action = "CancelRelease",
                                                   .conflict_attempts = kConflictAttemptsMax},
                                                  compose));
  return WithToken(Unwrap<v1::Release>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Release> KnowledgeService::RollBackRelease(
    const Call& call, const v1::RollBackReleaseRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.name(), kReleases, FieldPath("name")));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    const auto released = Unwrap<v1::Release>(std::move(read.resource));
    RETURN_IF_ERROR(RequireForTargets(store_, call, Permission::kPublish, released));
    if (released.state() != v1::Release::RELEASED) {
      return ReleaseConflict(released, "只有已经发布的变更集可以回退。");
    }
    ASSIGN_OR_RETURN(const ReleaseTargets before,
                     ReadTargets(store_, released, released.kb_revision() - 1, call.deadline));
    ASSIGN_OR_RETURN(const ReleaseTargets now, ReadTargets(store_, released, 0, call.deadline));
    ASSIGN_OR_RETURN(v1::Release inverse, InverseOf(released, before, now));
    const std::string& id = request.release_id();
    inverse.set_name(MakeName(kReleases, id.empty() ? MadeId("v", request_id) : id));
    RETURN_IF_ERROR(CheckName(inverse.name(), kReleases, FieldPath("release_id")));
    inverse.set_state(v1::Release::COMPOSED);
    inverse.set_author(call.caller.actor);
    Draft draft;
    draft.preconditions = {MustBeAbsent(inverse.name()), MustExist(released.name())};
    draft.puts.push_back(Wrap(std::move(inverse)));
    return draft;
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "RollBackRelease"}, compose));
  return WithToken(Unwrap<v1::Release>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Release> KnowledgeService::PublishScheduledRelease(
    const Call& call, const v1::PublishReleaseRequest& request) {
  return PublishInOneChange(call, request,
                            {.action = "PublishScheduledRelease", .scheduled = true});
}

absl::Status KnowledgeService::GiveUpScheduledRelease(const Call& call,
                                                      const v1::PublishReleaseRequest& request,
                                                      const absl::Status& refusal) {
  const std::string message(refusal.message());
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    Draft draft;
    ASSIGN_OR_RETURN(v1::Release release,
                     ReadForChange(reader_, request.name(), call.deadline, &draft));
    RETURN_IF_ERROR(CheckEtag(release.name(), request.etag(), release.etag()));
    if (release.state() != v1::Release::SCHEDULED) {
      return ReleaseConflict(release, "该变更集没有排期。");
    }
    Cancel("到排期时间未能发布：" + message, &release);
    draft.puts.push_back(Wrap(std::move(release)));
    return draft;
  };
  return writer_.Write(call, request, {.action = "CancelScheduledRelease"}, compose).status();
}

}  // namespace hotline::knowledge
