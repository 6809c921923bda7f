#include "services/knowledge/referrers.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/acting.h"
#include "services/knowledge/entry_view.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/records.h"
#include "services/knowledge/suspects.h"

namespace hotline::knowledge {

absl::Status VisitReferrers(storage::Store& store, const std::string& name,
                            storage::Deadline deadline,
                            const std::function<bool(v1::Entry)>& visit) {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_page_size(storage::kPageSizeMax);
  query.mutable_filter()->set_reference(name);
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store.List(query, deadline));
    more = page.more && !page.resources.empty();
    if (more) query.set_after_name(NameOf(page.resources.back().resource));
    for (storage::Versioned& found : page.resources) {
      if (!visit(std::move(*found.resource.mutable_entry()))) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ReferrerCount> CountReferrers(storage::Store& store, const std::string& name,
                                             size_t shown, storage::Deadline deadline) {
  ReferrerCount referrers;
  RETURN_IF_ERROR(VisitReferrers(store, name, deadline, [&](const v1::Entry& entry) {
    ++referrers.count;
    if (referrers.first.size() < shown) referrers.first.push_back(entry.name());
    return true;
  }));
  return referrers;
}

absl::StatusOr<v1::ListReferrersResponse> KnowledgeService::ListReferrers(
    const Call& call, const v1::ListReferrersRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kReadEntries));
  const bool of_fact = CollectionOf(request.name()) == kFacts;
  RETURN_IF_ERROR(CheckName(request.name(), of_fact ? kFacts : kPolicies, FieldPath("name")));
  // A name that does not exist is a mistake, not "used by nobody".
  RETURN_IF_ERROR(reader_.Get(request.name(), 0, call.deadline).status());
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.mutable_filter()->set_reference(request.name());
  SuspectMarker suspects(store_);
  const auto trim = [&](store::v1::Resource* resource) {
    suspects.Note(resource->entry());
    TrimToBasic(resource->mutable_entry());
  };
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), trim, call.deadline));
  std::vector<v1::Entry*> shown;
  for (auto& resource : page.resources) shown.push_back(resource.mutable_entry());
  RETURN_IF_ERROR(suspects.Mark(page.position, shown, call.deadline));
  v1::ListReferrersResponse response;
  for (auto& resource : page.resources) {
    // What the caller may not read is passed over: a page may be shorter than asked for.
    if (!RequireFor(call, access::Permission::kReadEntries, resource.entry()).ok()) continue;
    *response.add_entries() = WithToken(Unwrap<v1::Entry>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

}  // namespace hotline::knowledge
