#include "services/identity/grant_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "services/access/permission.h"
#include "services/access/policy.h"
#include "services/identity/limits.h"

namespace hotline::identity {
namespace {

using access::Permission;
using access::WordOf;
using v1::Grant;
using v1::Role;

constexpr Role kWritingRoles[] = {v1::EDITOR,           v1::REVIEWER, v1::PUBLISHER,
                                  v1::DEPARTMENT_ADMIN, v1::MIGRATOR, v1::SYSTEM_ADMIN};
constexpr Role kHandedOutByDepartments[] = {v1::VIEWER, v1::AGENT, v1::EDITOR, v1::REVIEWER,
                                            v1::PUBLISHER};

template <typename Roles>
bool IsOneOf(Role role, const Roles& roles) {
  return std::find(std::begin(roles), std::end(roles), role) != std::end(roles);
}

// What a person must answer for.
constexpr Role kPeoplesRoles[] = {v1::REVIEWER, v1::PUBLISHER, v1::DEPARTMENT_ADMIN,
                                  v1::SYSTEM_ADMIN};

bool ForAccountsOnly(Role role) { return role == v1::CHANNEL_SERVICE || role == v1::MIGRATOR; }

// Powers over the whole base: a bound would say nothing.
bool KnowsNoBounds(Role role) {
  return role == v1::SYSTEM_ADMIN || role == v1::AUDITOR || role == v1::CHANNEL_SERVICE;
}

bool HasBounds(const Grant& grant) {
  return !grant.department().empty() || !grant.region().empty() || !grant.category().empty();
}

absl::Status CheckGrant(const Grant& grant, Holder holder, const std::string& path) {
  if (grant.role() == v1::ROLE_UNSPECIFIED) return FieldRequired(path + ".role");
  if (!v1::Role_IsValid(grant.role()))
    return FieldInvalid(path + ".role", std::to_string(grant.role()), "没有这个角色。");
  if (holder == Holder::kPerson && ForAccountsOnly(grant.role())) {
    return FieldInvalid(path + ".role", v1::Role_Name(grant.role()), "这个角色只能授予服务账号。");
  }
  if (holder == Holder::kAccount && IsOneOf(grant.role(), kPeoplesRoles)) {
    return FieldInvalid(path + ".role", v1::Role_Name(grant.role()),
                        "审核、发布和管理须由人负责，不能授予服务账号。");
  }
  if (KnowsNoBounds(grant.role()) && HasBounds(grant)) {
    return FieldInvalid(path, v1::Role_Name(grant.role()),
                        "这个角色不分部门、地区和类目，请不要填写范围。");
  }
  if (!grant.department().empty())
    RETURN_IF_ERROR(ParseName(grant.department(), kDepartments, path + ".department").status());
  if (!grant.region().empty() && !IsRegion(grant.region())) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::UNKNOWN_REGION,
                     path + ".region 不是有效的六位行政区划代码（GB/T 2260），如 440305。",
                     {{"field", path + ".region"}, {"value", grant.region().substr(0, 32)}});
  }
  if (!IsUtf8(grant.category())) return FieldInvalid(path + ".category", "", "不是有效的文字。");
  const size_t length = CodePoints(grant.category());
  if (length > kCategoryMax) return FieldTooLong(path + ".category", kCategoryMax, length);
  return absl::OkStatus();
}

absl::Status Excluded(Role one, Role other) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "“" + std::string(WordOf(one)) + "”与“" + std::string(WordOf(other)) +
                       "”不能由同一人担任（系统管理、业务、审计三权分立），请分给不同的人。",
                   {{"name", v1::Role_Name(one)}, {"state", v1::Role_Name(other)}});
}

absl::Status CheckTogether(const Grants& grants) {
  std::set<Role> roles;
  for (const Grant& grant : grants) roles.insert(grant.role());
  for (const Role other : roles) {
    const bool writes = IsOneOf(other, kWritingRoles);
    if (roles.count(v1::SYSTEM_ADMIN) > 0 && other != v1::SYSTEM_ADMIN &&
        (writes || other == v1::AUDITOR)) {
      return Excluded(v1::SYSTEM_ADMIN, other);
    }
    if (roles.count(v1::AUDITOR) > 0 && writes) return Excluded(v1::AUDITOR, other);
  }
  return absl::OkStatus();
}

bool IsSystemAdmin(const runtime::Call& call) {
  // Only system administrators manage accounts.
  return access::RequireSomewhere(call, Permission::kManageAccounts).ok();
}

absl::Status NotYours(const runtime::Call& call, std::string_view sentence) {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED, sentence,
                   {{"rpc", std::string(call.rpc)},
                    {"permission", std::string(access::NameOf(Permission::kManageIdentities))},
                    {"roles", "SYSTEM_ADMIN"}});
}

// Whether the caller administers this department. Bounds of region and category narrow which grants
// it hands out, not whose name it may read.
bool Administers(const runtime::Call& call, const std::string& department) {
  if (call.caller.principal == nullptr) return IsSystemAdmin(call);
  return std::any_of(call.caller.principal->grants().begin(), call.caller.principal->grants().end(),
                     [&](const Grant& grant) {
                       Grant bound;
                       bound.set_department(grant.department());
                       return access::RoleAllows(grant.role(), Permission::kManageIdentities) &&
                              access::Reaches(bound, {.department = department},
                                              call.caller.departments.get());
                     });
}

bool Has(const Grants& grants, const Grant& wanted) {
  return std::any_of(grants.begin(), grants.end(),
                     [&](const Grant& grant) { return SameGrant(grant, wanted); });
}

}  // namespace

absl::Status CheckGrants(const Grants& grants, Holder holder) {
  if (grants.size() > kGrantsMax)
    return FieldTooLong("grants", kGrantsMax, static_cast<size_t>(grants.size()));
  for (int i = 0; i < grants.size(); ++i)
    RETURN_IF_ERROR(CheckGrant(grants[i], holder, "grants[" + std::to_string(i) + "]"));
  return CheckTogether(grants);
}

bool SameGrant(const v1::Grant& a, const v1::Grant& b) {
  v1::Grant left = a;
  v1::Grant right = b;
  left.clear_granter();
  right.clear_granter();
  return left.SerializeAsString() == right.SerializeAsString();
}

bool MayHandOut(const runtime::Call& call, const v1::Grant& grant) {
  if (IsSystemAdmin(call)) return true;
  if (call.caller.principal == nullptr || !IsOneOf(grant.role(), kHandedOutByDepartments))
    return false;
  return std::any_of(call.caller.principal->grants().begin(), call.caller.principal->grants().end(),
                     [&](const Grant& own) {
                       return own.role() == v1::DEPARTMENT_ADMIN &&
                              access::Includes(own, grant, call.caller.departments.get());
                     });
}

absl::Status RequireManaging(const runtime::Call& call, const v1::Person& person) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kManageIdentities));
  if (IsSystemAdmin(call)) return absl::OkStatus();
  if (!Administers(call, person.department()))
    return NotYours(call, "此人不属于您管理的部门，请联系系统管理员。");
  for (const Grant& grant : person.grants()) {
    if (!MayHandOut(call, grant)) {
      return NotYours(call, "此人的角色“" + std::string(WordOf(grant.role())) +
                                "”超出了您的管理范围，请联系系统管理员。");
    }
  }
  return absl::OkStatus();
}

bool MayRead(const runtime::Call& call, const v1::Person& person) {
  if (call.caller.principal != nullptr && call.caller.principal->name() == person.name())
    return true;
  return access::RequireSomewhere(call, Permission::kReadAudit).ok() || IsSystemAdmin(call) ||
         Administers(call, person.department());
}

absl::Status RequireRegranting(const runtime::Call& call, const v1::Person& before,
                               const v1::Person& after) {
  const bool self =
      call.caller.principal != nullptr && call.caller.principal->name() == after.name();
  for (const auto& [mine, theirs] : {std::pair(&before.grants(), &after.grants()),
                                     std::pair(&after.grants(), &before.grants())}) {
    for (const Grant& grant : *mine) {
      if (Has(*theirs, grant)) continue;
      if (self) return NotYours(call, "不能更改自己的角色，请由另一位管理员办理。");
      if (!MayHandOut(call, grant)) {
        return NotYours(call, "您不能授予或收回角色“" + std::string(WordOf(grant.role())) +
                                  "”，或它的范围超出了您的管理范围。");
      }
    }
  }
  return absl::OkStatus();
}

bool IsLastingAdmin(const v1::Person& person) {
  return !person.disabled() &&
         std::any_of(person.grants().begin(), person.grants().end(), [](const Grant& grant) {
           return grant.role() == v1::SYSTEM_ADMIN && grant.delegator().empty() &&
                  !grant.has_expire_time();
         });
}

}  // namespace hotline::identity
