#include "services/access/permission.h"

#include <algorithm>

#include "proto/cc/errors.h"
#include "services/access/policy.h"

namespace hotline::access {
namespace {

using identity::v1::Grant;
using identity::v1::Principal;

std::string RoleNames(const std::vector<identity::v1::Role>& roles) {
  std::string names;
  for (const auto role : roles) names += (names.empty() ? "" : ",") + identity::v1::Role_Name(role);
  return names;
}

std::string RoleWords(const std::vector<identity::v1::Role>& roles) {
  std::string words;
  for (const auto role : roles) words += (words.empty() ? "" : "、") + std::string(WordOf(role));
  return words;
}

absl::Status NotAllowed(const runtime::Call& call, Permission permission, std::string_view why) {
  const auto roles = RolesWith(permission);
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                   std::string(why) + "需要的权限：" + std::string(WordOf(permission)) +
                       "（角色：" + RoleWords(roles) + "）。请联系管理员，或改由有权限的人操作。",
                   {{"rpc", std::string(call.rpc)},
                    {"permission", std::string(NameOf(permission))},
                    {"roles", RoleNames(roles)}});
}

absl::Status PasswordChangeRequired() {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::PASSWORD_CHANGE_REQUIRED,
                   "请先修改密码，再继续操作。");
}

// OK when some grant of the caller passes `test`.
template <typename Test>
absl::Status RequireGrant(const runtime::Call& call, Permission permission, std::string_view why,
                          const Test& test) {
  const Principal* principal = call.caller.principal.get();
  if (principal == nullptr) {
    if (call.caller.scope == runtime::Scope::kInternal) return absl::OkStatus();
    return NotAllowed(call, permission, "此操作只供热线内部使用，请先登录。");
  }
  if (principal->must_change_password()) return PasswordChangeRequired();
  const bool allowed = std::any_of(principal->grants().begin(), principal->grants().end(), test);
  return allowed ? absl::OkStatus() : NotAllowed(call, permission, why);
}

}  // namespace

Place PlaceOf(const knowledge::v1::EntryContent& content) {
  return {content.department(), content.region(), content.category()};
}

absl::Status Require(const runtime::Call& call, Permission permission, const Place& place) {
  return RequireGrant(call, permission, "您没有在这一部门、地区和类目上进行此操作的权限。",
                      [&](const Grant& grant) {
                        return RoleAllows(grant.role(), permission) &&
                               Reaches(grant, place, call.caller.departments.get());
                      });
}

absl::Status RequireSomewhere(const runtime::Call& call, Permission permission) {
  return RequireGrant(call, permission, "您没有进行此操作的权限。",
                      [&](const Grant& grant) { return RoleAllows(grant.role(), permission); });
}

absl::Status RequireAnyOf(const runtime::Call& call, const std::vector<Permission>& permissions) {
  absl::Status refusal;
  for (const Permission permission : permissions) {
    absl::Status status = RequireSomewhere(call, permission);
    if (status.ok()) return status;
    if (refusal.ok()) refusal = std::move(status);  // the first one names what is usual
  }
  return refusal;
}

absl::Status RequireSignedIn(const runtime::Call& call) {
  const Principal* principal = call.caller.principal.get();
  if (principal != nullptr) {
    return principal->must_change_password() ? PasswordChangeRequired() : absl::OkStatus();
  }
  if (call.caller.scope == runtime::Scope::kInternal) return absl::OkStatus();
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                   "此操作只供热线内部使用，请先登录。",
                   {{"rpc", std::string(call.rpc)}, {"permission", ""}, {"roles", ""}});
}

std::vector<std::string> LendersOf(const runtime::Call& call, Permission permission,
                                   const Place& place) {
  std::vector<std::string> lenders;
  if (call.caller.principal == nullptr) return lenders;
  for (const Grant& grant : call.caller.principal->grants()) {
    if (!RoleAllows(grant.role(), permission) ||
        !Reaches(grant, place, call.caller.departments.get())) {
      continue;
    }
    if (grant.delegator().empty()) return {};
    if (std::find(lenders.begin(), lenders.end(), grant.delegator()) == lenders.end())
      lenders.push_back(grant.delegator());
  }
  return lenders;
}

}  // namespace hotline::access
