#include "services/knowledge/scheduled_releases.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge {
namespace {

// Releases read from the store at a time: one may hold a thousand documents.
constexpr int kReleasesPerRead = 20;

// The same id in every process that tries, and another one for another composition or time.
std::string RequestIdOf(const ScheduledRelease& release, std::string_view act) {
  return UuidOf(std::string(act) + "\n" + release.name + "\n" + release.etag);
}

// Who scheduled it answers for it.
runtime::Call CallOf(const ScheduledRelease& release, storage::Deadline deadline) {
  runtime::Call call;
  call.rpc = "ReleaseScheduler";
  call.caller.actor = release.scheduler;
  call.deadline = deadline;
  return call;
}

}  // namespace

ScheduledReleases::ScheduledReleases(storage::Store& store, KnowledgeService& service,
                                     Report report)
    : store_(store), service_(service), report_(std::move(report)) {}

absl::Status ScheduledReleases::Step(storage::Deadline deadline) {
  if (!loaded_) RETURN_IF_ERROR(Load(deadline));
  const absl::Status caught_up = CatchUp(deadline);
  // A position that the store does not know: it is another store now.
  if (caught_up.code() == absl::StatusCode::kOutOfRange) loaded_ = false;
  RETURN_IF_ERROR(caught_up);
  for (const ScheduledRelease& due : agenda_.Due(log_time_)) Attempt(due, deadline);
  return absl::OkStatus();
}

absl::Status ScheduledReleases::Load(storage::Deadline deadline) {
  agenda_.Clear();
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kReleases));
  query.set_page_size(kReleasesPerRead);
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.List(query, deadline));
    more = page.more && !page.resources.empty();
    position_ = page.position.kb_revision;
    query.set_kb_revision(position_);
    for (const storage::Versioned& versioned : page.resources) {
      query.set_after_name(versioned.resource.release().name());
      agenda_.Note(versioned.resource.release());
    }
  }
  loaded_ = true;
  return absl::OkStatus();
}

absl::Status ScheduledReleases::CatchUp(storage::Deadline deadline) {
  while (true) {
    ASSIGN_OR_RETURN(const storage::FeedBatch batch, store_.ReadChanges(position_, deadline));
    log_time_ = std::max(log_time_, batch.log_time);
    if (batch.changes.empty()) return absl::OkStatus();
    for (const store::v1::Change& change : batch.changes) {
      for (const store::v1::Effect& effect : change.effects()) {
        if (effect.put().has_release()) agenda_.Note(effect.put().release());
        if (CollectionOf(effect.delete_name()) == kReleases) agenda_.Forget(effect.delete_name());
      }
      position_ = change.kb_revision();
    }
  }
}

// A right that was taken away since the scheduling wins: the person or account must still be there
// and still be allowed to publish something; and the Change rests on that (access/rights.h). A name
// that nobody has (access.mode "open") is believed.
absl::Status ScheduledReleases::ActAs(const ScheduledRelease& release, runtime::Call* call) const {
  const std::string_view collection = CollectionOf(release.scheduler);
  if (collection != kPeople && collection != kAccounts) return absl::OkStatus();
  const auto found = store_.Get(release.scheduler, 0, call->deadline);
  if (ReasonOf(found.status()) == type::v1::RESOURCE_NOT_FOUND) return absl::OkStatus();
  RETURN_IF_ERROR(found.status());
  auto principal = std::make_shared<identity::v1::Principal>();
  principal->set_name(release.scheduler);
  principal->set_etag(MakeEtag(found->kb_revision));
  const bool person = found->resource.has_person();
  const bool disabled =
      person ? found->resource.person().disabled() : found->resource.account().disabled();
  const auto& grants =
      person ? found->resource.person().grants() : found->resource.account().grants();
  for (const identity::v1::Grant& grant : grants) {
    const bool over = grant.has_expire_time() && ToLogTime(grant.expire_time()) <= log_time_;
    if (!disabled && !over) *principal->add_grants() = grant;
  }
  call->caller.principal = std::move(principal);
  return access::RequireSomewhere(*call, access::Permission::kPublish);
}

void ScheduledReleases::Attempt(const ScheduledRelease& release, storage::Deadline deadline) {
  const runtime::Call call = CallOf(release, deadline);
  runtime::Call acting = call;
  const absl::Status allowed = ActAs(release, &acting);
  v1::PublishReleaseRequest request;
  request.set_name(release.name);
  request.set_etag(release.etag);
  request.set_request_id(RequestIdOf(release, "publish"));
  const absl::StatusOr<v1::Release> released =
      allowed.ok() ? service_.PublishScheduledRelease(acting, request) : allowed;
  ScheduleEvent event{.release = release,
                      .verdict = VerdictOn(release.name, released.status()),
                      .status = released.status(),
                      .late = log_time_ - release.when};
  if (released.ok()) event.kb_revision = released->kb_revision();
  if (event.verdict == AttemptVerdict::kGiveUp) {
    request.set_request_id(RequestIdOf(release, "give up"));
    const absl::Status given_up = service_.GiveUpScheduledRelease(call, request, released.status());
    if (!given_up.ok()) {
      event.verdict = VerdictOn(release.name, given_up) == AttemptVerdict::kMoot
                          ? AttemptVerdict::kMoot
                          : AttemptVerdict::kAgain;
      event.status = given_up;
    }
  }
  report_(event);
  // Whatever it is now, the log brings it; what is to be tried again stays.
  if (event.verdict != AttemptVerdict::kAgain) agenda_.Forget(release.name);
}

}  // namespace hotline::knowledge
