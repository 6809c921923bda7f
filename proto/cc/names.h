// Resource names: `collection/id`, and `entries/{entry}/revisions/{revision}`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/store/v1/change.pb.h"

namespace hotline {

// The collections, as they stand in names.
inline constexpr std::string_view kEntries = "entries";
inline constexpr std::string_view kDepartments = "departments";
inline constexpr std::string_view kPolicies = "policies";
inline constexpr std::string_view kFacts = "facts";
inline constexpr std::string_view kReleases = "releases";
inline constexpr std::string_view kRecalls = "recalls";
inline constexpr std::string_view kReceipts = "receipts";
inline constexpr std::string_view kGaps = "gaps";
inline constexpr std::string_view kCorrections = "corrections";
inline constexpr std::string_view kPeople = "people";
inline constexpr std::string_view kAccounts = "accounts";
inline constexpr std::string_view kKeys = "keys";
inline constexpr std::string_view kSessions = "sessions";
inline constexpr std::string_view kAudits = "audits";
inline constexpr std::string_view kTasks = "tasks";
inline constexpr std::string_view kCalendars = "calendars";
inline constexpr std::string_view kGoldens = "goldens";
inline constexpr std::string_view kTerms = "terms";
inline constexpr std::string_view kSynonyms = "synonyms";
inline constexpr std::string_view kUsages = "usages";
inline constexpr std::string_view kEvents = "events";
inline constexpr std::string_view kSubscriptions = "subscriptions";
inline constexpr std::string_view kReadings = "readings";
inline constexpr std::string_view kWebhooks = "webhooks";
inline constexpr std::string_view kReports = "reports";
inline constexpr std::string_view kRetentions = "retentions";

// True for ids that match ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$ (AIP-122).
bool IsId(std::string_view id);

// "collection/id".
std::string MakeName(std::string_view collection, std::string_view id);

// The id of `name` if it is a well-formed name of that collection; INVALID_ARGUMENT (INVALID_NAME,
// with `field`).
absl::StatusOr<std::string> ParseName(std::string_view name, std::string_view collection,
                                      std::string_view field);

// True when `name` is a well-formed name of any known collection.
bool IsResourceName(std::string_view name);

// The part before the first '/'.
std::string_view CollectionOf(std::string_view name);

// The part after the first '/'.
std::string_view IdOf(std::string_view name);

// A parsed `entries/{entry}/revisions/{revision}`.
struct RevisionName {
  std::string entry;  // entries/{entry}
  int64_t revision = 0;
};
absl::StatusOr<RevisionName> ParseRevisionName(std::string_view name, std::string_view field);
std::string MakeRevisionName(std::string_view entry, int64_t revision);

// The name inside a resource; empty when its kind is not set.
const std::string& NameOf(const store::v1::Resource& resource);

// The etag of the version of a resource written at `kb_revision`: quoted and opaque to clients
// (AIP-154).
std::string MakeEtag(int64_t kb_revision);

}  // namespace hotline
