// "Why may I, why may I not": the same rules as the door's, told in words.
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/access/policy.h"
#include "services/identity/identity_service.h"

namespace hotline::identity {
namespace {

using access::Permission;
using access::Place;
using access::RpcRule;
using access::WordOf;
using Who = RpcRule::Who;

// Where a resource stands. It must outlive the place.
Place PlaceOfResource(const store::v1::Resource& resource) {
  switch (resource.kind_case()) {
    case store::v1::Resource::kEntry:
      return access::PlaceOf(resource.entry().content());
    case store::v1::Resource::kDepartment:
      return {.department = resource.department().name()};
    case store::v1::Resource::kPerson:
      return {.department = resource.person().department()};
    case store::v1::Resource::kFact:
      return {.department = resource.fact().department(), .region = resource.fact().region()};
    default:
      return {};
  }
}

// What a grant is asked for.
struct Question {
  std::vector<Permission> any_of;
  bool has_place = false;
  Place place;
  LogTime now = 0;
  const runtime::DepartmentTree* departments = nullptr;
};

bool RoleHelps(v1::Role role, const Question& question) {
  for (const Permission permission : question.any_of) {
    if (access::RoleAllows(role, permission)) return true;
  }
  return false;
}

// Which bound of the grant the place is outside of; "" when it is inside all of them.
std::string OutsideOf(const v1::Grant& grant, const Question& question) {
  if (!question.has_place) return "";
  v1::Grant one;
  one.set_department(grant.department());
  if (!access::Reaches(one, question.place, question.departments))
    return "部门不符：授权只限 " + grant.department() + " 及其下级";
  one.Clear();
  one.set_region(grant.region());
  if (!access::Reaches(one, question.place, question.departments))
    return "地区不符：授权只限 " + grant.region() + " 及其下级";
  one.Clear();
  one.set_category(grant.category());
  if (!access::Reaches(one, question.place, question.departments))
    return "类目不符：授权只限“" + grant.category() + "”";
  return "";
}

v1::ExplainAccessResponse::GrantReason Judge(const v1::Grant& grant, bool holds,
                                             const Question& question) {
  v1::ExplainAccessResponse::GrantReason reason;
  *reason.mutable_grant() = grant;
  const std::string role = "角色“" + std::string(WordOf(grant.role())) + "”";
  if (!RoleHelps(grant.role(), question)) {
    reason.set_reason(role + "不含所需的权限");
  } else if (access::HasEnded(grant, question.now)) {
    reason.set_reason(role + "的授权已到期");
  } else if (!holds) {
    reason.set_reason(role + "由 " + grant.delegator() + " 委托，委托人已不再具有该权限");
  } else if (const std::string outside = OutsideOf(grant, question); !outside.empty()) {
    reason.set_reason(outside);
  } else {
    reason.set_allows(true);
    reason.set_reason(role + "允许");
  }
  return reason;
}

// What is decided without looking at grants; nullopt when grants decide.
std::optional<std::pair<bool, std::string>> WithoutGrants(const RpcRule& rule,
                                                          const v1::Principal& principal) {
  const bool before_all = rule.who == Who::kAnyone || rule.who == Who::kPublic;
  if (before_all || rule.who == Who::kSelf)
    return std::pair(true, "这个接口不需要特别的权限（坐席渠道与历史答复除外）。");
  if (rule.who == Who::kNobody)
    return std::pair(false, "这个接口只供服务之间使用，任何人员和账号都不能调用。");
  if (principal.must_change_password())
    return std::pair(false, "须先修改密码，之后才能进行其他操作。");
  if (rule.who == Who::kSignedIn)
    return std::pair(true, "登录后即可使用；能看到或改动什么，由具体内容决定。");
  return std::nullopt;
}

std::vector<v1::Grant> AllGrants(const access::Guard& guard, const v1::Principal& principal) {
  return guard.Read([&](const access::Directory& directory) {
    std::vector<v1::Grant> grants;
    if (const v1::Person* person = directory.FindPerson(principal.name()); person != nullptr)
      grants.assign(person->grants().begin(), person->grants().end());
    if (const auto* account = directory.FindAccount(principal.name()); account != nullptr)
      grants.assign(account->grants().begin(), account->grants().end());
    return grants;
  });
}

}  // namespace

absl::StatusOr<v1::Principal> IdentityService::GetSelf(const Call& call,
                                                       const v1::GetSelfRequest&) {
  if (call.caller.principal == nullptr) {
    return MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED,
                     "没有登录，请先登录。");
  }
  return *call.caller.principal;
}

absl::StatusOr<v1::ExplainAccessResponse> IdentityService::ExplainAccess(
    const Call& call, const v1::ExplainAccessRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  const RpcRule* rule = access::FindRule(request.rpc());
  if (request.rpc().empty()) return FieldRequired("rpc");
  if (rule == nullptr) {
    return FieldInvalid(
        "rpc", request.rpc().substr(0, 200),
        "没有这个接口，请写全名，如 /hotline.knowledge.v1.KnowledgeService/GetEntry。");
  }
  const v1::Principal* caller = call.caller.principal.get();
  std::string name = request.principal();
  if (name.empty() && caller == nullptr) return FieldRequired("principal");
  if (name.empty()) name = caller->name();
  if (caller != nullptr && name != caller->name()) {
    RETURN_IF_ERROR(
        access::RequireAnyOf(call, {Permission::kManageAccounts, Permission::kReadAudit}));
  }
  const std::optional<v1::Principal> principal = guard_.PrincipalNamed(name);
  if (!principal.has_value()) {
    ASSIGN_OR_RETURN(const store::v1::Resource disabled, Get(name, call.deadline));
    v1::ExplainAccessResponse response;
    response.set_explanation(NameOf(disabled) + " 已停用，不能进行任何操作。");
    return response;
  }
  Question question{.any_of = rule->any_of, .now = guard_.Now()};
  store::v1::Resource resource;
  if (!request.name().empty()) {
    ASSIGN_OR_RETURN(resource, Get(request.name(), call.deadline));
    question.has_place = true;
    question.place = PlaceOfResource(resource);
  }
  const auto departments =
      guard_.Read([](const access::Directory& directory) { return directory.departments(); });
  question.departments = departments.get();
  v1::ExplainAccessResponse response;
  if (const auto decided = WithoutGrants(*rule, *principal); decided.has_value()) {
    response.set_allowed(decided->first);
    response.set_explanation(decided->second);
    return response;
  }
  response.set_permission(std::string(access::NameOf(rule->any_of.front())));
  for (const Permission permission : rule->any_of) {
    for (const v1::Role role : access::RolesWith(permission)) response.add_roles(role);
  }
  for (const v1::Grant& grant : AllGrants(guard_, *principal)) {
    bool holds = false;
    for (const v1::Grant& active : principal->grants())
      holds = holds || active.SerializeAsString() == grant.SerializeAsString();
    *response.add_grants() = Judge(grant, holds, question);
    if (response.grants().rbegin()->allows()) response.set_allowed(true);
  }
  const std::string word(WordOf(rule->any_of.front()));
  const std::string where = question.has_place ? "对 " + request.name() + " " : "";
  response.set_explanation(
      response.allowed() ? principal->display_name() + " 可以" + where + "进行“" + word + "”。"
                         : principal->display_name() + " 不能" + where + "进行“" + word +
                               "”：没有一项授权同时满足角色和范围，请联系管理员。");
  return response;
}

}  // namespace hotline::identity
