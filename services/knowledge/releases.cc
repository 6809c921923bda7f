// Releases: several things become visible in ONE Change, or none of them.
#include <map>
#include <set>
#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/ids.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/resources.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {

using access::Permission;
using access::RequireSomewhere;
namespace {

using Item = v1::Release::Item;

// The error of one item: the same code and reason, with the item named.
absl::Status InItem(int index, const Item& item, const absl::Status& status) {
  ErrorMetadata metadata = MetadataOf(status);
  metadata["item"] = std::to_string(index);
  metadata["name"] = item.target();
  const std::string message(status.message());
  return MakeError(
      status.code(), ReasonOf(status),
      "变更集第 " + std::to_string(index + 1) + " 项（" + item.target() + "）：" + message,
      metadata);
}

// Turns the items into puts and preconditions, on the state that was read.
class Composer {
 public:
  Composer(const runtime::Call& call, const v1::Release& release,
           std::map<std::string, store::v1::Resource> current, Draft* draft)
      : call_(call), release_(release), current_(std::move(current)), draft_(draft) {
    for (const Item& item : release.items()) {
      if (item.action() == Item::PUT_POLICY) put_policies_.insert(item.target());
    }
  }

  absl::Status ComposeAll() {
    for (int i = 0; i < release_.items_size(); ++i) {
      const Item& item = release_.items(i);
      const absl::Status status =
          item.action() == Item::PUT_POLICY ? PutPolicy(item) : ChangeEntry(item);
      if (!status.ok()) return InItem(i, item, status);
    }
    for (const std::string& name : references_) draft_->preconditions.push_back(MustExist(name));
    return absl::OkStatus();
  }

 private:
  absl::Status PutPolicy(const Item& item) {
    RETURN_IF_ERROR(access::Require(call_, Permission::kPublish));
    v1::Policy policy = item.policy();
    policy.clear_consistency_token();
    const auto found = current_.find(item.target());
    draft_->preconditions.push_back(
        found == current_.end() ? MustBeAbsent(item.target())
                                : MustHaveEtag(item.target(), found->second.policy().etag()));
    Refer(ReferencesOf(policy));
    draft_->puts.push_back(Wrap(std::move(policy)));
    return absl::OkStatus();
  }

  absl::Status ChangeEntry(const Item& item) {
    const auto found = current_.find(item.target());
    if (found == current_.end()) return NotFound(item.target());
    v1::Entry entry = std::move(*found->second.mutable_entry());
    RETURN_IF_ERROR(access::Require(call_, Permission::kPublish, access::PlaceOf(entry.content())));
    if (entry.online().has_content()) {
      RETURN_IF_ERROR(
          access::Require(call_, Permission::kPublish, access::PlaceOf(entry.online().content())));
    }
    RETURN_IF_ERROR(CheckEtag(entry.name(), item.target_etag(), entry.etag()));
    draft_->preconditions.push_back(MustHaveEtag(entry.name(), entry.etag()));
    if (item.action() == Item::RETIRE) {
      RETURN_IF_ERROR(Retire(call_.caller.actor, item.reason(), &entry));
    } else {
      // A recall beats every release composed before it: only who has seen the recall may publish
      // over it.
      if (entry.state() == v1::Entry::RECALLED && item.target_etag().empty()) {
        return StateConflict(entry,
                             "该条目已被召回；核对后要重新发布，请在变更集里写明它现在的 etag。");
      }
      RETURN_IF_ERROR(PublishWorkingText(call_.caller.actor, release_.name(), &entry));
      Refer(ReferencesOf(entry.content()));
    }
    draft_->puts.push_back(Wrap(std::move(entry)));
    return absl::OkStatus();
  }

  // What this release writes itself need not exist before.
  void Refer(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (put_policies_.count(name) == 0) references_.insert(name);
    }
  }

  const runtime::Call& call_;
  const v1::Release& release_;
  std::map<std::string, store::v1::Resource> current_;
  Draft* draft_;
  std::set<std::string> put_policies_;
  std::set<std::string> references_;
};

absl::StatusOr<std::map<std::string, store::v1::Resource>> ReadTargets(storage::Store& store,
                                                                       const v1::Release& release,
                                                                       storage::Deadline deadline) {
  std::vector<std::string> names;
  for (const Item& item : release.items()) names.push_back(item.target());
  static_assert(kReleaseItemsMax <= storage::kPageSizeMax);
  ASSIGN_OR_RETURN(storage::ResourcePage page, store.BatchGet(names, 0, deadline));
  std::map<std::string, store::v1::Resource> targets;
  for (storage::Versioned& versioned : page.resources) {
    const std::string name = NameOf(versioned.resource);
    targets.emplace(name, std::move(versioned.resource));
  }
  return targets;
}

absl::Status CheckComposed(const v1::Release& release) {
  if (release.state() == v1::Release::COMPOSED || release.state() == v1::Release::SCHEDULED) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "该变更集已经发布或已取消，不能再发布；请新建一个变更集。",
                   {{"name", release.name()}, {"state", v1::Release::State_Name(release.state())}});
}

}  // namespace

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
      if (item.action() != Item::PUT_POLICY)
        draft.preconditions.push_back(MustExist(item.target()));
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
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    auto release = Unwrap<v1::Release>(std::move(read.resource));
    RETURN_IF_ERROR(CheckEtag(release.name(), request.etag(), release.etag()));
    RETURN_IF_ERROR(CheckComposed(release));
    ASSIGN_OR_RETURN(auto targets, ReadTargets(store_, release, call.deadline));
    release.set_state(v1::Release::RELEASED);
    release.set_publisher(call.caller.actor);
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(release.name(), release.etag()));
    draft.puts.push_back(Wrap(release));
    RETURN_IF_ERROR(Composer(call, release, std::move(targets), &draft).ComposeAll());
    return draft;
  };
  // Composed again after a conflict: the release's own etag and the reviewed ones still hold or
  // fail then; the others are "as it stands when released".
  const WriteOptions options{.action = "PublishRelease", .conflict_attempts = kConflictAttemptsMax};
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  return WithToken(Unwrap<v1::Release>(std::move(written.resource)), written.position);
}

}  // namespace hotline::knowledge
