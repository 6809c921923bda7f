#include "services/knowledge/acting.h"

#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"

namespace hotline::knowledge {
namespace {

using access::Permission;
using access::PlaceOf;

// The call with those grants alone that `lender` lent; with an empty one, those that nobody lent.
runtime::Call WithGrantsOf(const runtime::Call& call, std::string_view lender) {
  auto principal = std::make_shared<identity::v1::Principal>(*call.caller.principal);
  principal->clear_grants();
  for (const identity::v1::Grant& grant : call.caller.principal->grants()) {
    if (grant.delegator() == lender) *principal->add_grants() = grant;
  }
  runtime::Call narrowed = call;
  narrowed.caller.principal = std::move(principal);
  return narrowed;
}

std::set<std::string> LendersOf(const runtime::Call& call) {
  std::set<std::string> lenders;
  for (const identity::v1::Grant& grant : call.caller.principal->grants()) {
    if (!grant.delegator().empty()) lenders.insert(grant.delegator());
  }
  return lenders;
}

bool LentTheRight(const runtime::Call& call, Permission permission) {
  if (permission != Permission::kReviewEntries) return !call.caller.principal->grants().empty();
  for (const identity::v1::Grant& grant : call.caller.principal->grants()) {
    if (grant.role() == identity::v1::REVIEWER) return true;
  }
  return false;
}

absl::Status NotLent(const runtime::Call& call, std::string_view lender) {
  return MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED,
                   std::string(lender) + " 没有把此处的权限委托给您，请核对委托人。",
                   {{"rpc", std::string(call.rpc)}, {"delegator", std::string(lender)}});
}

}  // namespace

absl::Status RequireFor(const runtime::Call& call, Permission permission, const v1::Entry& entry) {
  RETURN_IF_ERROR(access::Require(call, permission, PlaceOf(entry.content())));
  if (!entry.online().has_content()) return absl::OkStatus();
  return access::Require(call, permission, PlaceOf(entry.online().content()));
}

absl::StatusOr<std::vector<Acting>> WaysToAct(const runtime::Call& call, Permission permission,
                                              const v1::Entry& entry, std::string_view lender) {
  RETURN_IF_ERROR(RequireFor(call, permission, entry));
  const std::string& person = call.caller.actor;
  if (call.caller.principal == nullptr) {
    return std::vector<Acting>{{person, std::string(lender)}};
  }
  if (!lender.empty()) {
    const runtime::Call lent = WithGrantsOf(call, lender);
    if (!LentTheRight(lent, permission) || !RequireFor(lent, permission, entry).ok()) {
      return NotLent(call, lender);
    }
    return std::vector<Acting>{{person, std::string(lender)}};
  }
  const absl::Status own = RequireFor(WithGrantsOf(call, ""), permission, entry);
  if (own.ok()) return std::vector<Acting>{{person, ""}};
  std::vector<Acting> ways;
  for (const std::string& each : LendersOf(call)) {
    if (RequireFor(WithGrantsOf(call, each), permission, entry).ok())
      ways.push_back({person, each});
  }
  if (ways.empty()) return own;
  return ways;
}

absl::StatusOr<std::vector<std::string>> PeopleBehind(const runtime::Call& call,
                                                      Permission permission,
                                                      const v1::Entry& entry) {
  ASSIGN_OR_RETURN(const std::vector<Acting> ways, WaysToAct(call, permission, entry));
  std::vector<std::string> people{call.caller.actor};
  for (const Acting& way : ways) {
    if (!way.lender.empty()) people.push_back(way.lender);
  }
  return people;
}

}  // namespace hotline::knowledge
