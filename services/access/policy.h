// The one table of rights: what each role may do, and what each RPC needs. Pure.
//
// docs/access.md shows both tables; access_policy_test fails for an RPC without a rule, so that a
// new one cannot be forgotten: without a rule it is refused.
#pragma once

#include <string_view>
#include <vector>

#include "hotline/identity/v1/identity.pb.h"
#include "services/access/permission.h"
#include "services/runtime/call.h"

namespace hotline::access {

using identity::v1::Role;

bool RoleAllows(Role role, Permission permission);
std::vector<Role> RolesWith(Permission permission);

std::string_view NameOf(Permission permission);  // "PUBLISH": stable, for programs
std::string_view WordOf(Permission permission);  // "发布"
std::string_view WordOf(Role role);              // "发布员"

// What a call must show before its handler is asked. The handler then asks for the place.
struct RpcRule {
  enum class Who {
    kAnyone,    // signing in
    kPublic,    // what the public may read; the handler tells channels apart
    kInside,    // services without a credential from inside; people need one of `any_of`
    kSelf,      // whoever has a credential, also before the password was changed
    kSignedIn,  // whoever has a credential
    kAnyOf,     // whoever has one of these permissions somewhere
    kNobody,    // the store's own door: no person or account, only access.mode "open"
  };
  Who who = Who::kNobody;
  std::vector<Permission> any_of;
};

// The rule of "/package.Service/Method"; null when there is none: refused.
const RpcRule* FindRule(std::string_view rpc);

// Whether the bounds of a grant include a place. `departments` may be null: then departments stand
// alone.
bool Reaches(const identity::v1::Grant& grant, const Place& place,
             const runtime::DepartmentTree* departments);

// Whether every place that `inner` reaches is reached by `outer`, whatever their roles.
bool Includes(const identity::v1::Grant& outer, const identity::v1::Grant& inner,
              const runtime::DepartmentTree* departments);

}  // namespace hotline::access
