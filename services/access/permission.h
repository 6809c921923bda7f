// What can be allowed, and the one question that every handler asks before it does anything.
//
// Rights are enforced here, in the services, never in an edge or a page. Deny by default: a caller
// without a credential may do nothing but what the public may read, except in access.mode "open".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "services/runtime/call.h"

namespace hotline::access {

// Names what can be done. Roles are sets of permissions (policy.cc).
enum class Permission {
  kReadEntries,        // working texts, revisions, history, releases, recalls, facts, policies
  kReadInternal,       // the AGENT channel: internal answers and notes; answers of earlier dates
  kWriteEntries,       // create and change working texts, translations; submit; comment; import
  kReviewEntries,      // approve or return
  kPublish,            // release what was approved, schedule, roll back; retire; holding answers
  kRecall,             // withdraw at once
  kWriteLedgers,       // facts, policies, golden questions
  kWriteTerms,         // term lists, synonym sets, merges
  kMigrate,            // publish without a review chain what was approved elsewhere
  kExport,             // take entries out in bulk
  kManageDepartments,  // departments, calendars
  kManageIdentities,   // people
  kReadAudit,          // the audit
  kManageAccounts,     // service accounts and their keys; operation of the store
};
inline constexpr int kPermissionCount = 14;

// Where it would be done. Empty = not bound to a place: a grant with bounds does not allow it.
struct Place {
  std::string_view department;
  std::string_view region;
  std::string_view category;
};

// The place of a text. The content must outlive it.
Place PlaceOf(const knowledge::v1::EntryContent& content);

// OK when the caller may do it at `place`. PERMISSION_DENIED: NOT_ALLOWED (with the permission and
// the roles that would allow it), PASSWORD_CHANGE_REQUIRED. Calls without a credential are allowed
// from inside (they come as far as a handler only in access.mode "open") and never from outside.
absl::Status Require(const runtime::Call& call, Permission permission, const Place& place = {});

// OK when there is a place at which the caller may do it: the first check of a handler that learns
// the place later, and the check of reads that belong to no place.
absl::Status RequireSomewhere(const runtime::Call& call, Permission permission);
absl::Status RequireAnyOf(const runtime::Call& call, const std::vector<Permission>& permissions);

// OK for everybody who has signed in, whatever they may do.
absl::Status RequireSignedIn(const runtime::Call& call);

// The people who lent the caller the right, when it has it by delegation alone; empty when the
// right is its own. What is done then counts as done by both (the review chain asks).
std::vector<std::string> LendersOf(const runtime::Call& call, Permission permission,
                                   const Place& place);

}  // namespace hotline::access
