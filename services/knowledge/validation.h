// What may be stored: every limit of entry.proto and resources.proto.
//
// Each function brings its message into stored form (NFC, trimmed, defaults filled in) and returns
// the first error with the path of the field, e.g. content.blocks[2].text. Pure and thread-safe;
// whether resources that are referred to exist is the store's to check (AddReferences makes the
// preconditions).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "hotline/store/v1/store_service.pb.h"
#include "services/access/writer.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge {

// Checks the text of an entry. Defaults: audience PUBLIC, risk NORMAL.
absl::Status CheckContent(v1::EntryContent* content, const FieldPath& path);

// Checks a translation, without its source_revision.
absl::Status CheckVariant(v1::EntryVariant* variant, const FieldPath& path);

// Checks the values of a department, without its name.
absl::Status CheckDepartment(v1::Department* department, const FieldPath& path);

// Checks the values of a policy document, without its name. Default: status VALID.
absl::Status CheckPolicy(v1::Policy* policy, const FieldPath& path);

// Checks the values of a fact, without its name, and brings the value into the form of its type
// (docs/ledgers.md): one check per type, the unit that the type has.
absl::Status CheckFact(v1::Fact* fact, const FieldPath& path);

// Checks the values of a synonym set, without its name: kind, 2 to 20 words (TERM: 1 to 20) that
// stay different after folding, note. Whether other sets stand against it is SynonymBook's to say.
absl::Status CheckSynonymSet(v1::SynonymSet* set, const FieldPath& path);

// Checks that every `{{…}}` of a text is a sound inclusion of a fact and stands where one may.
// CheckContent and CheckVariant ask this themselves.
absl::Status CheckInclusions(const v1::EntryContent& content, const FieldPath& path);
absl::Status CheckInclusions(const v1::EntryVariant& variant, const FieldPath& path);

// True for a calendar date that exists, as 2026-01-01.
bool IsIsoDate(std::string_view text);

// Checks title and items of a release: 1 to 1,000 items, no target twice, policies as CheckPolicy,
// facts as CheckFact, synonym sets as CheckSynonymSet.
absl::Status CheckRelease(v1::Release* release, const FieldPath& path);

// Checks a reason for a withdrawal, 1 to 500 characters; returns it in stored form.
absl::StatusOr<std::string> CheckReason(std::string_view reason, std::string_view field);

// The names that a text refers to: its department, its policies and the facts that it includes.
std::vector<std::string> ReferencesOf(const v1::EntryContent& content);
// The facts that a translation includes.
std::vector<std::string> ReferencesOf(const v1::EntryVariant& variant);
// The owner.
std::vector<std::string> ReferencesOf(const v1::Fact& fact);
// The department above; the policy that took its place.
std::vector<std::string> ReferencesOf(const v1::Department& department);
std::vector<std::string> ReferencesOf(const v1::Policy& policy);

// Preconditions of a Commit.
using access::MustBeAbsent;
using access::MustExist;
using access::MustHaveEtag;
// No entry uses or cites this fact or policy.
store::v1::Precondition MustBeUnreferenced(const std::string& name);

}  // namespace hotline::knowledge
