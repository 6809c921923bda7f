// What can be seen in a CommitRequest alone.
#include <unordered_set>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "storage/resolve.h"

namespace hotline::storage {
namespace {

using store::v1::CommitRequest;
using store::v1::Effect;
using store::v1::Precondition;
using store::v1::Resource;

absl::Status CheckText(std::string_view field, const std::string& text, size_t limit) {
  if (text.empty()) return FieldRequired(field);
  if (!IsUtf8(text)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     std::string(field) + " 不是有效的 UTF-8 文字，请检查编码。",
                     {{"field", std::string(field)}});
  }
  if (const size_t length = CodePoints(text); length > limit) {
    return FieldTooLong(field, limit, length);
  }
  return absl::OkStatus();
}

absl::Status InvalidName(std::string_view field, const std::string& name) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_NAME,
                   std::string(field) + " 不是有效的资源名称，应形如 entries/{id}。",
                   {{"field", std::string(field)}, {"value", name.substr(0, 200)}});
}

absl::Status TooMany(std::string_view what, int limit, int actual) {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                   "一次提交的" + std::string(what) + "不能超过 " + std::to_string(limit) +
                       " 项（现为 " + std::to_string(actual) + " 项），请分批提交。",
                   {{"limit", std::to_string(limit)}, {"actual", std::to_string(actual)}});
}

// The collection that a kind of resource lives in: an entry can't be stored as departments/….
std::string_view CollectionOfKind(Resource::KindCase kind) {
  switch (kind) {
    case Resource::kEntry:
      return kEntries;
    case Resource::kDepartment:
      return kDepartments;
    case Resource::kPolicy:
      return kPolicies;
    case Resource::kFact:
      return kFacts;
    case Resource::kRelease:
      return kReleases;
    case Resource::kRecall:
      return kRecalls;
    case Resource::kReceipt:
      return kReceipts;
    case Resource::kGap:
      return kGaps;
    case Resource::kCorrection:
      return kCorrections;
    case Resource::kPerson:
      return kPeople;
    case Resource::kAccount:
      return kAccounts;
    case Resource::kKey:
      return kKeys;
    case Resource::kSession:
      return kSessions;
    case Resource::kAuditBatch:
      return kAudits;
    case Resource::kTask:
      return kTasks;
    case Resource::kCalendar:
      return kCalendars;
    case Resource::kGoldenQuestion:
      return kGoldens;
    case Resource::kTermList:
      return kTerms;
    case Resource::kSynonymSet:
      return kSynonyms;
    case Resource::kUsageBatch:
      return kUsages;
    case Resource::kMajorEvent:
      return kEvents;
    case Resource::kSubscription:
      return kSubscriptions;
    case Resource::kReadingBatch:
      return kReadings;
    case Resource::kWebhook:
      return kWebhooks;
    case Resource::kQualityReport:
      return kReports;
    case Resource::kRetentionRun:
      return kRetentions;
    case Resource::KIND_NOT_SET:
      break;
  }
  return {};
}

absl::Status CheckEffects(const CommitRequest& request) {
  if (request.effects().empty()) return FieldRequired("effects");
  if (request.effects_size() > kEffectsMax) {
    return TooMany("内容", kEffectsMax, request.effects_size());
  }
  std::unordered_set<std::string_view> seen;
  for (const Effect& effect : request.effects()) {
    const std::string& name = NameOfEffect(effect);
    if (!IsResourceName(name) ||
        (effect.has_put() && CollectionOf(name) != CollectionOfKind(effect.put().kind_case()))) {
      return InvalidName("effects", name);
    }
    if (!seen.insert(name).second) {
      return MakeError(absl::StatusCode::kInvalidArgument, type::v1::DUPLICATE_IN_CHUNK,
                       "同一次提交中 " + name + " 出现了两次，请只保留一次。", {{"name", name}});
    }
  }
  return absl::OkStatus();
}

// What was recorded stays as it is, and each record can show one batch.
absl::Status CheckAuditEffects(const CommitRequest& request) {
  int batches = 0;
  for (const Effect& effect : request.effects()) {
    if (CollectionOf(effect.delete_name()) == kAudits) {
      return FieldInvalid("effects", effect.delete_name(), "审计记录不能删除。");
    }
    if (!effect.put().has_audit_batch()) continue;
    const int events = effect.put().audit_batch().events_size();
    if (events > kAuditEventsMax) return TooMany("审计事件", kAuditEventsMax, events);
    if (++batches > 1) return TooMany("审计批次", 1, batches);
  }
  return absl::OkStatus();
}

absl::Status CheckOrigin(const store::v1::Origin& origin) {
  const std::pair<std::string_view, const std::string&> texts[] = {
      {"origin.address", origin.address()},
      {"origin.credential", origin.credential()},
      {"origin.rpc", origin.rpc()},
      {"origin.call_id", origin.call_id()}};
  for (const auto& [field, text] : texts) {
    if (!text.empty()) RETURN_IF_ERROR(CheckText(field, text, kOriginTextMax));
  }
  return absl::OkStatus();
}

absl::Status CheckPreconditions(const CommitRequest& request) {
  if (request.preconditions_size() > kPreconditionsMax) {
    return TooMany("前提条件", kPreconditionsMax, request.preconditions_size());
  }
  for (const Precondition& precondition : request.preconditions()) {
    if (!IsResourceName(precondition.name())) {
      return InvalidName("preconditions.name", precondition.name());
    }
    // `absent: false` says nothing that could be checked; a caller who sends it means something
    // else.
    const bool says_something =
        (precondition.kind_case() == Precondition::kEtag && !precondition.etag().empty()) ||
        (precondition.kind_case() == Precondition::kAbsent && precondition.absent()) ||
        (precondition.kind_case() == Precondition::kPresent && precondition.present()) ||
        (precondition.kind_case() == Precondition::kUnreferenced && precondition.unreferenced());
    if (!says_something) return FieldRequired("preconditions.kind");
  }
  return absl::OkStatus();
}

}  // namespace

const std::string& NameOfEffect(const Effect& effect) {
  return effect.has_put() ? NameOf(effect.put()) : effect.delete_name();
}

absl::Status CheckCommitRequest(const CommitRequest& request) {
  RETURN_IF_ERROR(CheckText("request_id", request.request_id(), kRequestIdMax));
  RETURN_IF_ERROR(CheckText("actor", request.actor(), kActorMax));
  RETURN_IF_ERROR(CheckText("action", request.action(), kActionMax));
  if (request.request_fingerprint().empty()) return FieldRequired("request_fingerprint");
  if (request.request_fingerprint().size() != kFingerprintBytes) {
    return FieldInvalid("request_fingerprint", "", "应为 32 字节的 SHA-256。");
  }
  RETURN_IF_ERROR(CheckOrigin(request.origin()));
  RETURN_IF_ERROR(CheckEffects(request));
  RETURN_IF_ERROR(CheckAuditEffects(request));
  return CheckPreconditions(request);
}

}  // namespace hotline::storage
