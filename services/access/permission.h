// What can be allowed, and the one question that every handler asks before it does anything.
//
// Rights are enforced here, in the services, never in an edge or a page. Deny by default: a caller
// without a credential may do nothing but what the public may read, except in access.mode "open".
#pragma once

#include <string_view>

#include "absl/status/status.h"

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
  kWriteTerms,         // term lists, merges
  kMigrate,            // publish without a review chain what was approved elsewhere
  kExport,             // take entries out in bulk
  kManageDepartments,  // departments, calendars
  kManageIdentities,   // people, accounts, keys, sessions
  kReadAudit,          // the audit
};

// Where it would be done. Empty = not bound to a place: a grant with bounds does not allow it.
struct Place {
  std::string_view department;
  std::string_view region;
  std::string_view category;
};

// OK when the caller may do it at `place`. PERMISSION_DENIED: NOT_ALLOWED (with the permission and
// the roles that would allow it), PASSWORD_CHANGE_REQUIRED; UNAUTHENTICATED: SIGN_IN_REQUIRED.
absl::Status Require(const runtime::Call& call, Permission permission, const Place& place = {});

}  // namespace hotline::access
