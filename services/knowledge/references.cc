// What entries rest on: departments and policy documents. Both are created and changed in the same
// way.
#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/field_mask.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/lapse.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {

using access::Permission;
using access::RequireSomewhere;
namespace {

// What differs between the two kinds.
template <typename T>
struct Kind;

template <>
struct Kind<v1::Department> {
  static constexpr std::string_view kCollection = kDepartments;
  static constexpr std::string_view kField = "department";
  static constexpr std::string_view kIdField = "department_id";
  static constexpr std::string_view kIdPrefix = "d";
  static absl::Status Check(v1::Department* value) {
    return CheckDepartment(value, FieldPath(kField));
  }
};

template <>
struct Kind<v1::Policy> {
  static constexpr std::string_view kCollection = kPolicies;
  static constexpr std::string_view kField = "policy";
  static constexpr std::string_view kIdField = "policy_id";
  static constexpr std::string_view kIdPrefix = "p";
  static absl::Status Check(v1::Policy* value) { return CheckPolicy(value, FieldPath(kField)); }
};

const MaskRules& ReferenceMask() {
  static const auto& rules =
      *new MaskRules{"", {"name", "etag", "create_time", "update_time", "consistency_token"}};
  return rules;
}

template <typename T>
void ClearOutputOnly(T* value) {
  value->clear_etag();
  value->clear_create_time();
  value->clear_update_time();
  value->clear_consistency_token();
}

// The draft of a value that was checked, under the condition on its own name.
template <typename T>
Draft DraftOf(T value, store::v1::Precondition own) {
  Draft draft;
  draft.preconditions.push_back(std::move(own));
  for (const std::string& name : ReferencesOf(value))
    draft.preconditions.push_back(MustExist(name));
  draft.puts.push_back(Wrap(std::move(value)));
  return draft;
}

template <typename T>
absl::StatusOr<Draft> ComposeCreate(const std::string& given_id, T value,
                                    const std::string& request_id) {
  const std::string id = given_id.empty() ? MadeId(Kind<T>::kIdPrefix, request_id) : given_id;
  ClearOutputOnly(&value);
  value.set_name(MakeName(Kind<T>::kCollection, id));
  RETURN_IF_ERROR(CheckName(value.name(), Kind<T>::kCollection, FieldPath(Kind<T>::kIdField)));
  RETURN_IF_ERROR(Kind<T>::Check(&value));
  const std::string name = value.name();
  return DraftOf(std::move(value), MustBeAbsent(name));
}

template <typename T>
absl::StatusOr<T> ComposeUpdate(T current, const T& given,
                                const google::protobuf::FieldMask& mask) {
  RETURN_IF_ERROR(CheckEtag(current.name(), given.etag(), current.etag()));
  RETURN_IF_ERROR(ApplyMask(mask, ReferenceMask(), given, &current));
  RETURN_IF_ERROR(Kind<T>::Check(&current));
  return current;
}

template <typename T>
absl::Status CheckOwnName(const T& value) {
  const FieldPath path(Kind<T>::kField);
  return CheckName(value.name(), Kind<T>::kCollection, FieldPath(path, "name"));
}

template <typename T>
WriteOptions UpdateOptions(std::string action, const T& given) {
  return {.action = std::move(action),
          .conflict_attempts = given.etag().empty() ? kConflictAttemptsMax : 1};
}

}  // namespace

absl::Status KnowledgeService::CheckDepartmentTree(const v1::Department& department,
                                                   storage::Deadline deadline) const {
  std::string above = department.parent();
  for (int depth = 1; !above.empty(); ++depth) {
    if (above == department.name() || depth > kDepartmentDepthMax) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
          "上级单位成环或层级超过 " + std::to_string(kDepartmentDepthMax) + " 级，请改选上级单位。",
          {{"name", department.name()}, {"reference", department.parent()}});
    }
    const auto read = reader_.Get(above, 0, deadline);
    if (!read.ok()) {
      // That the direct parent exists is a precondition of the commit, which says so better.
      return read.status().code() == absl::StatusCode::kNotFound ? absl::OkStatus() : read.status();
    }
    above = read->resource.department().parent();
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Department> KnowledgeService::GetDepartment(
    const Call& call, const v1::GetDepartmentRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.name(), kDepartments, FieldPath("name")));
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  return WithToken(Unwrap<v1::Department>(std::move(read.resource)), read.position);
}

absl::StatusOr<v1::ListDepartmentsResponse> KnowledgeService::ListDepartments(
    const Call& call, const v1::ListDepartmentsRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kDepartments));
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListDepartmentsResponse response;
  for (auto& resource : page.resources) {
    *response.add_departments() =
        WithToken(Unwrap<v1::Department>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::Department> KnowledgeService::CreateDepartment(
    const Call& call, const v1::CreateDepartmentRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageDepartments));
  const auto compose = [&](const std::string& request_id) {
    return ComposeCreate(request.department_id(), request.department(), request_id);
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "CreateDepartment"}, compose));
  return WithToken(Unwrap<v1::Department>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Department> KnowledgeService::UpdateDepartment(
    const Call& call, const v1::UpdateDepartmentRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageDepartments));
  RETURN_IF_ERROR(CheckOwnName(request.department()));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.department().name(), 0, call.deadline));
    ASSIGN_OR_RETURN(v1::Department changed,
                     ComposeUpdate(Unwrap<v1::Department>(std::move(read.resource)),
                                   request.department(), request.update_mask()));
    RETURN_IF_ERROR(CheckDepartmentTree(changed, call.deadline));
    auto own = MustHaveEtag(changed.name(), changed.etag());
    return DraftOf(std::move(changed), std::move(own));
  };
  const WriteOptions options = UpdateOptions("UpdateDepartment", request.department());
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  return WithToken(Unwrap<v1::Department>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Policy> KnowledgeService::GetPolicy(const Call& call,
                                                       const v1::GetPolicyRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kPolicies, FieldPath("name")));
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  return WithToken(Unwrap<v1::Policy>(std::move(read.resource)), read.position);
}

absl::StatusOr<v1::ListPoliciesResponse> KnowledgeService::ListPolicies(
    const Call& call, const v1::ListPoliciesRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kPolicies));
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListPoliciesResponse response;
  for (auto& resource : page.resources) {
    *response.add_policies() = WithToken(Unwrap<v1::Policy>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::Policy> KnowledgeService::CreatePolicy(const Call& call,
                                                          const v1::CreatePolicyRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kWriteLedgers));
  const auto compose = [&](const std::string& request_id) {
    return ComposeCreate(request.policy_id(), request.policy(), request_id);
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "CreatePolicy"}, compose));
  return WithToken(Unwrap<v1::Policy>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Policy> KnowledgeService::UpdatePolicy(const Call& call,
                                                          const v1::UpdatePolicyRequest& request) {
  // A document belongs to no place, and answers of every place may rest on it.
  RETURN_IF_ERROR(access::Require(call, Permission::kWriteLedgers));
  RETURN_IF_ERROR(CheckOwnName(request.policy()));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.policy().name(), 0, call.deadline));
    const auto before = Unwrap<v1::Policy>(std::move(read.resource));
    ASSIGN_OR_RETURN(v1::Policy changed,
                     ComposeUpdate(before, request.policy(), request.update_mask()));
    Draft draft = DraftOf(changed, MustHaveEtag(changed.name(), changed.etag()));
    // The owners' tasks belong to the same Change: nobody is told later, or not at all.
    RETURN_IF_ERROR(AddLapseEffects(store_, &before, changed, request_id, call.deadline, &draft));
    return draft;
  };
  const WriteOptions options = UpdateOptions("UpdatePolicy", request.policy());
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  return WithToken(Unwrap<v1::Policy>(std::move(written.resource)), written.position);
}

}  // namespace hotline::knowledge
