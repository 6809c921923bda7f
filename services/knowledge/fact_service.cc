#include "services/knowledge/fact_service.h"

#include <utility>

#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/field_mask.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/referrers.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using access::Permission;

access::Place PlaceOf(const v1::Fact& fact) {
  return {.department = fact.department(), .region = fact.region(), .category = {}};
}

const MaskRules& FactMask() {
  static const auto& rules =
      *new MaskRules{"", {"name", "etag", "create_time", "update_time", "consistency_token"}};
  return rules;
}

Draft DraftOf(v1::Fact fact, store::v1::Precondition own) {
  Draft draft;
  draft.preconditions.push_back(std::move(own));
  for (const std::string& name : ReferencesOf(fact)) draft.preconditions.push_back(MustExist(name));
  draft.puts.push_back(Wrap(std::move(fact)));
  return draft;
}

}  // namespace

FactService::FactService(storage::Store& store, Writer::NewId new_id)
    : store_(store), reader_(store), writer_(store, new_id ? std::move(new_id) : NewUuid) {}

absl::StatusOr<v1::Fact> FactService::Read(const std::string& name,
                                           storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(name, 0, deadline));
  return WithToken(Unwrap<v1::Fact>(std::move(read.resource)), read.position);
}

absl::Status FactService::RequireWrite(const Call& call, const std::string& name) const {
  const auto fact = Read(name, call.deadline);
  if (fact.ok()) return access::Require(call, Permission::kWriteLedgers, PlaceOf(*fact));
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  const bool gone = fact.status().code() == absl::StatusCode::kNotFound;
  return gone ? absl::OkStatus() : fact.status();
}

absl::StatusOr<v1::Fact> FactService::GetFact(const Call& call, const v1::GetFactRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kFacts, FieldPath("name")));
  return Read(request.name(), call.deadline);
}

absl::StatusOr<v1::ListFactsResponse> FactService::ListFacts(const Call& call,
                                                             const v1::ListFactsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kFacts));
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListFactsResponse response;
  for (auto& resource : page.resources) {
    *response.add_facts() = WithToken(Unwrap<v1::Fact>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::Fact> FactService::CreateFact(const Call& call,
                                                 const v1::CreateFactRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kWriteLedgers, PlaceOf(request.fact())));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    v1::Fact fact = request.fact();
    for (auto clear : {&v1::Fact::clear_etag, &v1::Fact::clear_create_time,
                       &v1::Fact::clear_update_time, &v1::Fact::clear_consistency_token}) {
      (fact.*clear)();
    }
    fact.set_name(
        MakeName(kFacts, request.fact_id().empty() ? MadeId("f", request_id) : request.fact_id()));
    RETURN_IF_ERROR(CheckName(fact.name(), kFacts, FieldPath("fact_id")));
    RETURN_IF_ERROR(CheckFact(&fact, FieldPath("fact")));
    const std::string name = fact.name();
    return DraftOf(std::move(fact), MustBeAbsent(name));
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "CreateFact"}, compose));
  return WithToken(Unwrap<v1::Fact>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::UpdateFactResponse> FactService::UpdateFact(
    const Call& call, const v1::UpdateFactRequest& request) {
  const v1::Fact& given = request.fact();
  const FieldPath path("fact");
  RETURN_IF_ERROR(CheckName(given.name(), kFacts, FieldPath(path, "name")));
  RETURN_IF_ERROR(RequireWrite(call, given.name()));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(v1::Fact fact, Read(given.name(), call.deadline));
    fact.clear_consistency_token();
    RETURN_IF_ERROR(access::Require(call, Permission::kWriteLedgers, PlaceOf(fact)));
    RETURN_IF_ERROR(CheckEtag(fact.name(), given.etag(), fact.etag()));
    auto own = MustHaveEtag(fact.name(), fact.etag());
    const v1::Fact::Type type = fact.type();
    RETURN_IF_ERROR(ApplyMask(request.update_mask(), FactMask(), given, &fact));
    // The unit of the type before says nothing about the new one.
    if (fact.type() != type && given.unit().empty()) fact.clear_unit();
    RETURN_IF_ERROR(CheckFact(&fact, path));
    RETURN_IF_ERROR(access::Require(call, Permission::kWriteLedgers, PlaceOf(fact)));
    return DraftOf(std::move(fact), std::move(own));
  };
  const WriteOptions options{.action = "UpdateFact",
                             .conflict_attempts = given.etag().empty() ? kConflictAttemptsMax : 1};
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  v1::UpdateFactResponse response;
  *response.mutable_fact() =
      WithToken(Unwrap<v1::Fact>(std::move(written.resource)), written.position);
  ASSIGN_OR_RETURN(ReferrerCount referrers,
                   CountReferrers(store_, given.name(), kReferrersShown, call.deadline));
  response.set_referrer_count(referrers.count);
  for (std::string& name : referrers.first) response.add_referrers(std::move(name));
  return response;
}

absl::StatusOr<v1::DeleteFactResponse> FactService::DeleteFact(
    const Call& call, const v1::DeleteFactRequest& request) {
  RETURN_IF_ERROR(CheckName(request.name(), kFacts, FieldPath("name")));
  RETURN_IF_ERROR(RequireWrite(call, request.name()));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(const v1::Fact fact, Read(request.name(), call.deadline));
    RETURN_IF_ERROR(access::Require(call, Permission::kWriteLedgers, PlaceOf(fact)));
    Draft draft;
    draft.deletes.push_back(fact.name());
    draft.preconditions = {MustHaveEtag(fact.name(), fact.etag()), MustBeUnreferenced(fact.name())};
    return draft;
  };
  const WriteOptions options{.action = "DeleteFact", .conflict_attempts = kConflictAttemptsMax};
  ASSIGN_OR_RETURN(const Written written, writer_.Write(call, request, options, compose));
  v1::DeleteFactResponse response;
  response.set_consistency_token(
      EncodeToken({written.position.timeline_id, written.position.kb_revision}));
  return response;
}

}  // namespace hotline::knowledge
