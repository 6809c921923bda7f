#include "proto/cc/names.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "proto/cc/errors.h"

namespace hotline {
namespace {

constexpr size_t kIdLengthMax = 63;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array kCollections = {
    kEntries,       kDepartments, kPolicies, kFacts,    kReleases,  kRecalls,  kReceipts,
    kGaps,          kCorrections, kPeople,   kAccounts, kKeys,      kSessions, kAudits,
    kTasks,         kCalendars,   kGoldens,  kTerms,    kSynonyms,  kUsages,   kEvents,
    kSubscriptions, kReadings,    kWebhooks, kReports,  kRetentions};

absl::Status InvalidName(std::string_view name, std::string_view field, std::string_view form) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_NAME,
                   std::string(field) + " 不是有效的名称，应形如 " + std::string(form) + "。",
                   {{"field", std::string(field)}, {"value", std::string(name.substr(0, 200))}});
}

}  // namespace

bool IsId(std::string_view id) {
  if (id.empty() || id.size() > kIdLengthMax || !IsLower(id.front()) || id.back() == '-')
    return false;
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

std::string MakeName(std::string_view collection, std::string_view id) {
  std::string name(collection);
  name += '/';
  name += id;
  return name;
}

absl::StatusOr<std::string> ParseName(std::string_view name, std::string_view collection,
                                      std::string_view field) {
  if (name.empty()) return FieldRequired(field);
  if (CollectionOf(name) != collection || !IsId(IdOf(name))) {
    return InvalidName(name, field, std::string(collection) + "/{id}（小写字母、数字、连字符）");
  }
  return std::string(IdOf(name));
}

bool IsResourceName(std::string_view name) {
  return std::find(kCollections.begin(), kCollections.end(), CollectionOf(name)) !=
             kCollections.end() &&
         IsId(IdOf(name));
}

std::string_view CollectionOf(std::string_view name) { return name.substr(0, name.find('/')); }

std::string_view IdOf(std::string_view name) {
  const size_t slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
}

absl::StatusOr<RevisionName> ParseRevisionName(std::string_view name, std::string_view field) {
  constexpr std::string_view kMiddle = "/revisions/";
  constexpr std::string_view kForm = "entries/{entry}/revisions/{revision}";
  if (name.empty()) return FieldRequired(field);
  const size_t middle = name.find(kMiddle);
  if (middle == std::string_view::npos) return InvalidName(name, field, kForm);
  RevisionName result{.entry = std::string(name.substr(0, middle))};
  const std::string_view digits = name.substr(middle + kMiddle.size());
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), result.revision);
  if (error != std::errc() || end != digits.data() + digits.size() || result.revision < 1 ||
      CollectionOf(result.entry) != kEntries || !IsId(IdOf(result.entry))) {
    return InvalidName(name, field, kForm);
  }
  return result;
}

std::string MakeRevisionName(std::string_view entry, int64_t revision) {
  return std::string(entry) + "/revisions/" + std::to_string(revision);
}

const std::string& NameOf(const store::v1::Resource& resource) {
  using store::v1::Resource;
  static const std::string empty;
  switch (resource.kind_case()) {
    case Resource::kEntry:
      return resource.entry().name();
    case Resource::kDepartment:
      return resource.department().name();
    case Resource::kPolicy:
      return resource.policy().name();
    case Resource::kFact:
      return resource.fact().name();
    case Resource::kRelease:
      return resource.release().name();
    case Resource::kRecall:
      return resource.recall().name();
    case Resource::kReceipt:
      return resource.receipt().name();
    case Resource::kGap:
      return resource.gap().name();
    case Resource::kCorrection:
      return resource.correction().name();
    case Resource::kPerson:
      return resource.person().name();
    case Resource::kAccount:
      return resource.account().name();
    case Resource::kKey:
      return resource.key().name();
    case Resource::kSession:
      return resource.session().name();
    case Resource::kAuditBatch:
      return resource.audit_batch().name();
    case Resource::kTask:
      return resource.task().name();
    case Resource::kCalendar:
      return resource.calendar().name();
    case Resource::kGoldenQuestion:
      return resource.golden_question().name();
    case Resource::kTermList:
      return resource.term_list().name();
    case Resource::kSynonymSet:
      return resource.synonym_set().name();
    case Resource::kUsageBatch:
      return resource.usage_batch().name();
    case Resource::kMajorEvent:
      return resource.major_event().name();
    case Resource::kSubscription:
      return resource.subscription().name();
    case Resource::kReadingBatch:
      return resource.reading_batch().name();
    case Resource::kWebhook:
      return resource.webhook().name();
    case Resource::kQualityReport:
      return resource.quality_report().name();
    case Resource::kRetentionRun:
      return resource.retention_run().name();
    case Resource::KIND_NOT_SET:
      break;
  }
  return empty;
}

std::string MakeEtag(int64_t kb_revision) { return "\"" + std::to_string(kb_revision) + "\""; }

}  // namespace hotline
