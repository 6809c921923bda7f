// Releases: several things become visible in ONE Change, or none of them.
#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/release_composer.h"
#include "services/knowledge/release_life.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {

using access::Permission;
using access::RequireSomewhere;
using Item = v1::Release::Item;

absl::StatusOr<v1::Release> KnowledgeService::GetRelease(const Call& call,
                                                         const v1::GetReleaseRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kReleases, FieldPath("name")));
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  return WithToken(Unwrap<v1::Release>(std::move(read.resource)), read.position);
}

absl::StatusOr<v1::ListReleasesResponse> KnowledgeService::ListReleases(
    const Call& call, const v1::ListReleasesRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kReleases));
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListReleasesResponse response;
  for (auto& resource : page.resources) {
    *response.add_releases() = WithToken(Unwrap<v1::Release>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::Release> KnowledgeService::CreateRelease(
    const Call& call, const v1::CreateReleaseRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kPublish));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    v1::Release release;
    release.set_name(MakeName(
        kReleases, request.release_id().empty() ? MadeId("v", request_id) : request.release_id()));
    RETURN_IF_ERROR(CheckName(release.name(), kReleases, FieldPath("release_id")));
    release.set_title(request.release().title());
    *release.mutable_items() = request.release().items();
    RETURN_IF_ERROR(CheckRelease(&release, FieldPath("release")));
    release.set_state(v1::Release::COMPOSED);
    release.set_author(call.caller.actor);
    Draft draft;
    draft.preconditions.push_back(MustBeAbsent(release.name()));
    for (Item& item : *release.mutable_items()) {
      if (!MakesTarget(item.action())) draft.preconditions.push_back(MustExist(item.target()));
    }
    draft.puts.push_back(Wrap(std::move(release)));
    return draft;
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "CreateRelease"}, compose));
  return WithToken(Unwrap<v1::Release>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Release> KnowledgeService::PublishRelease(
    const Call& call, const v1::PublishReleaseRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kPublish));
  RETURN_IF_ERROR(CheckName(request.name(), kReleases, FieldPath("name")));
  if (request.etag().empty()) return FieldRequired("etag");
  return PublishInOneChange(
      call, request, {.action = "PublishRelease", .permission = access::Permission::kPublish});
}

absl::StatusOr<v1::Release> KnowledgeService::PublishInOneChange(
    const Call& call, const v1::PublishReleaseRequest& request, const ReleaseChange& change) {
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    auto release = Unwrap<v1::Release>(std::move(read.resource));
    RETURN_IF_ERROR(CheckEtag(release.name(), request.etag(), release.etag()));
    RETURN_IF_ERROR(CheckNotOver(release));
    if (change.scheduled && release.state() != v1::Release::SCHEDULED) {
      return ReleaseConflict(release, "该变更集没有排期。");
    }
    const ReleaseComposer composer({store_, options_, call, change.permission});
    ASSIGN_OR_RETURN(std::vector<ItemOutcome> outcomes, composer.ComposeItems(release, false));
    release.set_state(v1::Release::RELEASED);
    release.set_publisher(call.caller.actor);
    return DraftOfRelease(std::move(release), std::move(outcomes));
  };
  // Composed again after a conflict: the release's own etag and the reviewed ones still hold or
  // fail then; the others are "as it stands when released".
  const WriteOptions options{.action = change.action, .conflict_attempts = kConflictAttemptsMax};
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  return WithToken(Unwrap<v1::Release>(std::move(written.resource)), written.position);
}

}  // namespace hotline::knowledge
