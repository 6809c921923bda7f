// Which grants may stand together, and who may hand them out. Pure.
//
// Three powers apart: whoever administers the system holds no role that writes knowledge or reads
// the audit; whoever audits holds no role that writes anything.
#pragma once

#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"

#include "hotline/identity/v1/identity.pb.h"
#include "services/runtime/call.h"

namespace hotline::identity {

using Grants = google::protobuf::RepeatedPtrField<v1::Grant>;

enum class Holder { kPerson, kAccount };

// Each grant by itself (role, names, region, no bounds where a role knows none) and all of them
// together. INVALID_ARGUMENT with the field, LIMIT 50; FAILED_PRECONDITION (STATE_CONFLICT) for
// roles that exclude each other.
absl::Status CheckGrants(const Grants& grants, Holder holder);

// The same but for who handed it out.
bool SameGrant(const v1::Grant& a, const v1::Grant& b);

// Whether a caller may hand out, or take away, a grant: a system administrator each; a department
// administrator viewer to publisher within its own bounds.
bool MayHandOut(const runtime::Call& call, const v1::Grant& grant);

// Whether a caller may change a person, its password and its sessions: it is of the caller's
// departments, and holds nothing that the caller could not have handed out.
absl::Status RequireManaging(const runtime::Call& call, const v1::Person& person);

// Whether a caller may read about somebody of this department.
bool MayRead(const runtime::Call& call, const v1::Person& person);

// PERMISSION_DENIED (NOT_ALLOWED) unless every difference between the two is the caller's to make;
// no one changes their own grants.
absl::Status RequireRegranting(const runtime::Call& call, const v1::Person& before,
                               const v1::Person& after);

// True for a system administrator that will stay one: enabled, not lent, without an end.
bool IsLastingAdmin(const v1::Person& person);

}  // namespace hotline::identity
