// People: reading, creating, changing, new passwords, lent roles.
#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/field_mask.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/access/policy.h"
#include "services/identity/field_check.h"
#include "services/identity/grant_rules.h"
#include "services/identity/identity_service.h"
#include "services/identity/limits.h"
#include "services/identity/password_rules.h"

namespace hotline::identity {
namespace {

using access::Draft;
using access::Permission;

const MaskRules& PersonMask() {
  static const auto& rules = *new MaskRules{
      "",
      {"name", "etag", "password_hash", "must_change_password", "locked_until", "password_time",
       "create_time", "update_time", "consistency_token", "sample", "old_password_hashes"}};
  return rules;
}

absl::Status CheckPersonValues(v1::Person* person) {
  RETURN_IF_ERROR(
      CheckText("person.display_name", 1, kDisplayNameMax, person->mutable_display_name()));
  RETURN_IF_ERROR(
      CheckText("person.issuer_subject", 0, kSubjectMax, person->mutable_issuer_subject()));
  if (!person->department().empty())
    RETURN_IF_ERROR(ParseName(person->department(), kDepartments, "person.department").status());
  return CheckGrants(person->grants(), Holder::kPerson);
}

// The departments that a person is of, or has grants for, exist.
void RequireDepartments(const v1::Person& person, Draft* draft) {
  std::vector<std::string> names{person.department()};
  for (const v1::Grant& grant : person.grants()) names.push_back(grant.department());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    if (!name.empty()) draft->preconditions.push_back(access::MustExist(name));
  }
}

// Who handed out what is new; what was lent cannot be written by hand. Grants that have ended go.
absl::Status SignGrants(const runtime::Call& call, const v1::Person& before, LogTime now,
                        v1::Person* after) {
  Grants signed_grants;
  for (v1::Grant& grant : *after->mutable_grants()) {
    if (access::HasEnded(grant, now)) continue;
    const auto known = std::find_if(before.grants().begin(), before.grants().end(),
                                    [&](const v1::Grant& one) { return SameGrant(one, grant); });
    if (known != before.grants().end()) {
      *signed_grants.Add() = *known;
      continue;
    }
    if (!grant.delegator().empty()) {
      return FieldInvalid("grants.delegator", grant.delegator(),
                          "委托由本人用 DelegateRole 办理，不能直接填写。");
    }
    grant.set_granter(call.caller.actor);
    *signed_grants.Add() = std::move(grant);
  }
  *after->mutable_grants() = std::move(signed_grants);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Person> IdentityService::GetPerson(const Call& call,
                                                      const v1::GetPersonRequest& request) {
  RETURN_IF_ERROR(ParseName(request.name(), kPeople, "name").status());
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  const bool self =
      call.caller.principal != nullptr && call.caller.principal->name() == request.name();
  // Whoever may not read about people learns nothing of who exists.
  if (!self) {
    RETURN_IF_ERROR(
        access::RequireAnyOf(call, {Permission::kManageIdentities, Permission::kReadAudit}));
  }
  ASSIGN_OR_RETURN(v1::Person person, GetPersonNamed(request.name(), call.deadline));
  if (!MayRead(call, person)) RETURN_IF_ERROR(RequireManaging(call, person));
  return Shown(std::move(person));
}

absl::StatusOr<v1::ListPeopleResponse> IdentityService::ListPeople(
    const Call& call, const v1::ListPeopleRequest& request) {
  RETURN_IF_ERROR(
      access::RequireAnyOf(call, {Permission::kManageIdentities, Permission::kReadAudit}));
  ASSIGN_OR_RETURN(Listed listed, ListPage(store_, request, kPeople, call.deadline));
  v1::ListPeopleResponse response;
  for (storage::Versioned& versioned : listed.page.resources) {
    // Others than the caller's are passed over: a page may be shorter than asked for.
    if (!MayRead(call, versioned.resource.person())) continue;
    *response.add_people() =
        WithToken(Shown(std::move(*versioned.resource.mutable_person())), listed.page.position);
  }
  response.set_next_page_token(listed.next_page_token);
  return response;
}

absl::Status IdentityService::CheckSubject(const v1::Person& person) const {
  if (person.issuer_subject().empty()) return absl::OkStatus();
  const std::string other = guard_.Read([&](const access::Directory& directory) {
    const v1::Person* found = directory.FindSubject(person.issuer_subject());
    return found == nullptr ? std::string() : found->name();
  });
  if (other.empty() || other == person.name()) return absl::OkStatus();
  return FieldInvalid("person.issuer_subject", person.issuer_subject(),
                      "这个单点登录标识已用于另一个人，请核对。");
}

absl::StatusOr<v1::CreatePersonResponse> IdentityService::CreatePerson(
    const Call& call, const v1::CreatePersonRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kManageIdentities));
  v1::Person person;
  ASSIGN_OR_RETURN(*person.mutable_name(), NewName(kPeople, request.person_id(), "person_id"));
  person.set_display_name(request.person().display_name());
  person.set_department(request.person().department());
  *person.mutable_grants() = request.person().grants();
  person.set_disabled(request.person().disabled());
  person.set_issuer_subject(request.person().issuer_subject());
  person.set_sample(request.person().sample());
  RETURN_IF_ERROR(CheckPersonValues(&person));
  RETURN_IF_ERROR(SignGrants(call, {}, guard_.Now(), &person));
  RETURN_IF_ERROR(RequireManaging(call, person));
  RETURN_IF_ERROR(CheckSubject(person));
  const std::string password = NewPassword();
  RETURN_IF_ERROR(SetPassword(password, call, &person));
  person.set_must_change_password(true);
  const std::string hash = person.password_hash();
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    Draft draft;
    draft.preconditions.push_back(access::MustBeAbsent(person.name()));
    RequireDepartments(person, &draft);
    *draft.puts.emplace_back().mutable_person() = person;
    return draft;
  };
  ASSIGN_OR_RETURN(access::Written written,
                   Write(call, request, {.action = "CreatePerson"}, compose));
  v1::CreatePersonResponse response;
  v1::Person& stored = *written.resource.mutable_person();
  // A repeat returns what the first one made, with a password that nobody knows any more.
  if (stored.password_hash() == hash) response.set_initial_password(password);
  *response.mutable_person() = WithToken(Shown(std::move(stored)), written.position);
  return response;
}

absl::Status IdentityService::KeepAnAdmin(const v1::Person& before, const v1::Person& after,
                                          Draft* draft) const {
  if (!IsLastingAdmin(before) || IsLastingAdmin(after)) return absl::OkStatus();
  const std::optional<v1::Person> other = guard_.Read([&](const access::Directory& directory) {
    for (const std::string& name : directory.People()) {
      const v1::Person* one = directory.FindPerson(name);
      if (name != before.name() && IsLastingAdmin(*one)) return std::optional<v1::Person>(*one);
    }
    return std::optional<v1::Person>();
  });
  if (!other.has_value()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     "这是最后一位系统管理员，请先授予另一个人系统管理员角色。",
                     {{"name", before.name()}, {"state", "LAST_SYSTEM_ADMIN"}});
  }
  // Two administrators who remove each other at once cannot both succeed.
  draft->preconditions.push_back(access::MustHaveEtag(other->name(), other->etag()));
  return absl::OkStatus();
}

absl::StatusOr<v1::Person> IdentityService::UpdatePerson(const Call& call,
                                                         const v1::UpdatePersonRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kManageIdentities));
  RETURN_IF_ERROR(ParseName(request.person().name(), kPeople, "person.name").status());
  const auto change = [&](v1::Person* person, Draft* draft) -> absl::Status {
    const v1::Person before = *person;
    RETURN_IF_ERROR(RequireManaging(call, before));
    RETURN_IF_ERROR(ApplyMask(request.update_mask(), PersonMask(), request.person(), person));
    RETURN_IF_ERROR(CheckPersonValues(person));
    RETURN_IF_ERROR(SignGrants(call, before, guard_.Now(), person));
    v1::Person lasting = before;  // what has ended is no loss
    RETURN_IF_ERROR(SignGrants(call, before, guard_.Now(), &lasting));
    RETURN_IF_ERROR(RequireRegranting(call, lasting, *person));
    RETURN_IF_ERROR(RequireManaging(call, *person));
    RETURN_IF_ERROR(CheckSubject(*person));
    RequireDepartments(*person, draft);
    return KeepAnAdmin(before, *person, draft);
  };
  ASSIGN_OR_RETURN(v1::Person person, ChangePerson(call, request,
                                                   {"UpdatePerson", request.person().name(),
                                                    request.person().etag(), change}));
  return Shown(std::move(person));
}

absl::StatusOr<v1::CreatePersonResponse> IdentityService::ResetPassword(
    const Call& call, const v1::ResetPasswordRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kManageIdentities));
  RETURN_IF_ERROR(ParseName(request.name(), kPeople, "name").status());
  const std::string password = NewPassword();
  const auto change = [&](v1::Person* person, Draft*) -> absl::Status {
    RETURN_IF_ERROR(RequireManaging(call, *person));
    RETURN_IF_ERROR(SetPassword(password, call, person));
    person->set_must_change_password(true);
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(v1::Person person,
                   ChangePerson(call, request, {"ResetPassword", request.name(), "", change}));
  failures_.Forget(IdOf(request.name()));
  v1::CreatePersonResponse response;
  *response.mutable_person() = Shown(std::move(person));
  response.set_initial_password(password);
  return response;
}

absl::StatusOr<v1::Person> IdentityService::DelegateRole(const Call& call,
                                                         const v1::DelegateRoleRequest& request) {
  RETURN_IF_ERROR(ParseName(request.delegate(), kPeople, "delegate").status());
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  const v1::Principal* lender = call.caller.principal.get();
  if (lender == nullptr || CollectionOf(lender->name()) != kPeople)
    return FieldInvalid("delegate", request.delegate(), "只有登录的人员才能委托自己的角色。");
  if (lender->name() == request.delegate())
    return FieldInvalid("delegate", request.delegate(), "不能委托给自己。");
  const LogTime now = guard_.Now();
  const LogTime latest = now + std::chrono::microseconds(kDelegationMax).count();
  const v1::Grant& wanted = request.grant();
  if (!wanted.has_expire_time()) return FieldRequired("grant.expire_time");
  if (ToLogTime(wanted.expire_time()) <= now || ToLogTime(wanted.expire_time()) > latest)
    return FieldInvalid("grant.expire_time", "", "委托期限应在将来，且不超过 30 天。");
  const auto lends = [&](const v1::Grant& own) {
    return own.delegator().empty() && own.role() == wanted.role() &&
           access::Includes(own, wanted, call.caller.departments.get()) &&
           (!own.has_expire_time() ||
            ToLogTime(own.expire_time()) >= ToLogTime(wanted.expire_time()));
  };
  if (std::none_of(lender->grants().begin(), lender->grants().end(), lends)) {
    return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                     "您自己没有这个角色，或它的范围、期限比要委托的小；受托得来的角色不能再委托。",
                     {{"rpc", std::string(call.rpc)}, {"permission", ""}, {"roles", ""}});
  }
  const auto change = [&](v1::Person* person, Draft* draft) -> absl::Status {
    if (person->disabled()) {
      return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                       "对方已停用，不能接受委托。",
                       {{"name", person->name()}, {"state", "DISABLED"}});
    }
    RETURN_IF_ERROR(SignGrants(call, *person, now, person));
    v1::Grant& lent = *person->add_grants();
    lent = wanted;
    lent.set_delegator(lender->name());
    lent.set_granter(lender->name());
    RequireDepartments(*person, draft);
    return CheckGrants(person->grants(), Holder::kPerson);
  };
  ASSIGN_OR_RETURN(v1::Person person,
                   ChangePerson(call, request, {"DelegateRole", request.delegate(), "", change}));
  return Shown(std::move(person));
}

}  // namespace hotline::identity
