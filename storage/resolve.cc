#include "storage/resolve.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::storage {
namespace {

using google::protobuf::Timestamp;
using store::v1::Change;
using store::v1::CommitRequest;
using store::v1::CommitResponse;
using store::v1::Effect;
using store::v1::Precondition;
using store::v1::Resource;

absl::Status Conflict(const std::string& name, std::string_view what) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
                   name + std::string(what), {{"name", name}, {"reference", name}});
}

absl::Status CheckUnreferenced(const std::string& name, const LookupReferrer& referrer) {
  ASSIGN_OR_RETURN(const std::optional<std::string> entry, referrer(name));
  if (!entry) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
      name + " 正被 " + *entry + " 等条目使用，不能删除；请先在这些条目中去掉引用并发布或下线。",
      {{"name", name}, {"reference", *entry}});
}

absl::Status Exists(const std::string& name) {
  return MakeError(absl::StatusCode::kAlreadyExists, type::v1::RESOURCE_ALREADY_EXISTS,
                   name + " 已经存在，请换一个编号，或改为修改它。", {{"name", name}});
}

absl::Status CheckPrecondition(const Precondition& precondition,
                               const std::optional<Versioned>& current) {
  const std::string& name = precondition.name();
  switch (precondition.kind_case()) {
    case Precondition::kEtag: {
      const std::string actual = current ? MakeEtag(current->kb_revision) : "";
      if (precondition.etag() == actual) return absl::OkStatus();
      return MakeError(
          absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH,
          name + " 在您读取之后已被他人修改，请重新读取并核对后再提交。",
          {{"name", name}, {"expected", precondition.etag().substr(0, 100)}, {"actual", actual}});
    }
    case Precondition::kAbsent:
      return current ? Exists(name) : absl::OkStatus();
    case Precondition::kPresent:
      if (current) return absl::OkStatus();
      return Conflict(name, " 不存在或已被删除，请核对引用后再提交。");
    case Precondition::kUnreferenced:  // CheckUnreferenced
    case Precondition::KIND_NOT_SET:
      break;
  }
  return FieldRequired("preconditions.kind");
}

// What the store knows when it fills the output-only fields of one resource.
struct Fill {
  int64_t kb_revision;
  Timestamp commit_time;
  std::string etag;
};

// create_time comes from the version before; etag and update_time from the position.
template <typename T>
void FillCommon(T& resource, const T* before, const Fill& fill) {
  resource.set_etag(fill.etag);
  *resource.mutable_create_time() = before == nullptr ? fill.commit_time : before->create_time();
  *resource.mutable_update_time() = fill.commit_time;
}

void FillReview(knowledge::v1::Review& review, const Fill& fill) {
  if (!review.has_submit_time()) *review.mutable_submit_time() = fill.commit_time;
  for (auto& step : *review.mutable_steps()) {
    if (!step.has_review_time()) *step.mutable_review_time() = fill.commit_time;
  }
  for (auto& comment : *review.mutable_comments()) {
    if (!comment.has_comment_time()) *comment.mutable_comment_time() = fill.commit_time;
  }
}

void FillEntry(knowledge::v1::Entry& entry, const knowledge::v1::Entry* before, const Fill& fill) {
  FillCommon(entry, before, fill);
  entry.clear_consistency_token();
  if (entry.has_online() && entry.online().kb_revision() == 0) {
    entry.mutable_online()->set_kb_revision(fill.kb_revision);
    *entry.mutable_online()->mutable_publish_time() = fill.commit_time;
  }
  if (entry.has_review()) FillReview(*entry.mutable_review(), fill);
  for (auto& variant : *entry.mutable_variants()) {
    if (!variant.has_update_time()) *variant.mutable_update_time() = fill.commit_time;
  }
  if (entry.has_withdrawal() && !entry.withdrawal().has_withdraw_time()) {
    *entry.mutable_withdrawal()->mutable_withdraw_time() = fill.commit_time;
  }
}

void FillRelease(knowledge::v1::Release& release, const knowledge::v1::Release* before,
                 const Fill& fill) {
  FillCommon(release, before, fill);
  release.clear_consistency_token();
  for (auto& item : *release.mutable_items()) {
    if (item.has_policy()) item.mutable_policy()->clear_consistency_token();
    if (item.has_fact()) item.mutable_fact()->clear_consistency_token();
    if (item.has_synonym_set()) item.mutable_synonym_set()->clear_consistency_token();
  }
  if (release.state() == knowledge::v1::Release::RELEASED && release.kb_revision() == 0) {
    release.set_kb_revision(fill.kb_revision);
    *release.mutable_release_time() = fill.commit_time;
  }
}

// The time of a password is the store's to say: sessions opened before it are over.
void FillPerson(identity::v1::Person& person, const identity::v1::Person* before,
                const Fill& fill) {
  FillCommon(person, before, fill);
  person.clear_consistency_token();
  const bool same = before != nullptr && before->password_hash() == person.password_hash();
  if (!same && !person.password_hash().empty()) *person.mutable_password_time() = fill.commit_time;
}

void FillRecall(knowledge::v1::Recall& recall, const Fill& fill) {
  recall.set_etag(fill.etag);
  recall.clear_receipt();
  recall.clear_consistency_token();
  if (recall.kb_revision() == 0) {
    recall.set_kb_revision(fill.kb_revision);
    *recall.mutable_recall_time() = fill.commit_time;
  }
}

// `before` is the live version of the same name, hence of the same kind, or null.
void FillOutputOnly(Resource& resource, const Resource* before, const Fill& fill) {
  switch (resource.kind_case()) {
    case Resource::kEntry:
      FillEntry(*resource.mutable_entry(), before ? &before->entry() : nullptr, fill);
      break;
    case Resource::kDepartment:
      FillCommon(*resource.mutable_department(), before ? &before->department() : nullptr, fill);
      resource.mutable_department()->clear_consistency_token();
      break;
    case Resource::kPolicy:
      FillCommon(*resource.mutable_policy(), before ? &before->policy() : nullptr, fill);
      resource.mutable_policy()->clear_consistency_token();
      break;
    case Resource::kFact:
      FillCommon(*resource.mutable_fact(), before ? &before->fact() : nullptr, fill);
      resource.mutable_fact()->clear_consistency_token();
      break;
    case Resource::kRelease:
      FillRelease(*resource.mutable_release(), before ? &before->release() : nullptr, fill);
      break;
    case Resource::kRecall:
      FillRecall(*resource.mutable_recall(), fill);
      break;
    case Resource::kGap:
      FillCommon(*resource.mutable_gap(), before ? &before->gap() : nullptr, fill);
      resource.mutable_gap()->clear_consistency_token();
      break;
    case Resource::kCorrection:
      FillCommon(*resource.mutable_correction(), before ? &before->correction() : nullptr, fill);
      resource.mutable_correction()->clear_consistency_token();
      break;
    case Resource::kPerson:
      FillPerson(*resource.mutable_person(), before ? &before->person() : nullptr, fill);
      break;
    case Resource::kAccount:
      FillCommon(*resource.mutable_account(), before ? &before->account() : nullptr, fill);
      resource.mutable_account()->clear_consistency_token();
      break;
    case Resource::kKey:
      FillCommon(*resource.mutable_key(), before ? &before->key() : nullptr, fill);
      resource.mutable_key()->clear_consistency_token();
      break;
    case Resource::kSession:
      FillCommon(*resource.mutable_session(), before ? &before->session() : nullptr, fill);
      break;
    case Resource::kTask:
      FillCommon(*resource.mutable_task(), before ? &before->task() : nullptr, fill);
      resource.mutable_task()->clear_consistency_token();
      break;
    case Resource::kCalendar:
      FillCommon(*resource.mutable_calendar(), before ? &before->calendar() : nullptr, fill);
      resource.mutable_calendar()->clear_consistency_token();
      break;
    case Resource::kGoldenQuestion:
      FillCommon(*resource.mutable_golden_question(), before ? &before->golden_question() : nullptr,
                 fill);
      resource.mutable_golden_question()->clear_consistency_token();
      break;
    case Resource::kTermList:
      FillCommon(*resource.mutable_term_list(), before ? &before->term_list() : nullptr, fill);
      resource.mutable_term_list()->clear_consistency_token();
      break;
    case Resource::kSynonymSet:
      FillCommon(*resource.mutable_synonym_set(), before ? &before->synonym_set() : nullptr, fill);
      resource.mutable_synonym_set()->clear_consistency_token();
      break;
    case Resource::kMajorEvent:
      FillCommon(*resource.mutable_major_event(), before ? &before->major_event() : nullptr, fill);
      resource.mutable_major_event()->clear_consistency_token();
      break;
    case Resource::kSubscription:
      FillCommon(*resource.mutable_subscription(), before ? &before->subscription() : nullptr,
                 fill);
      resource.mutable_subscription()->clear_consistency_token();
      break;
    case Resource::kWebhook:
      FillCommon(*resource.mutable_webhook(), before ? &before->webhook() : nullptr, fill);
      resource.mutable_webhook()->clear_consistency_token();
      break;
    case Resource::kReceipt:
      if (before == nullptr) *resource.mutable_receipt()->mutable_give_time() = fill.commit_time;
      break;
    case Resource::kUsageBatch:
      *resource.mutable_usage_batch()->mutable_create_time() = fill.commit_time;
      break;
    case Resource::kReadingBatch:
      *resource.mutable_reading_batch()->mutable_create_time() = fill.commit_time;
      break;
    case Resource::kQualityReport:
      *resource.mutable_quality_report()->mutable_create_time() = fill.commit_time;
      break;
    case Resource::kRetentionRun:
      *resource.mutable_retention_run()->mutable_create_time() = fill.commit_time;
      break;
    case Resource::kAuditBatch:
    case Resource::KIND_NOT_SET:
      break;
  }
}

absl::StatusOr<Effect> ResolveEffect(const Effect& effect, const Fill& fill,
                                     const LookupCurrent& lookup) {
  const std::string& name = NameOfEffect(effect);
  ASSIGN_OR_RETURN(const std::optional<Versioned> before, lookup(name));
  if (!effect.has_put() && !before) return Conflict(name, " 不存在或已被删除，无法再删除。");
  if (effect.put().has_audit_batch() && before) return Exists(name);
  Effect resolved = effect;
  if (resolved.has_put()) {
    FillOutputOnly(*resolved.mutable_put(), before ? &before->resource : nullptr, fill);
  }
  return resolved;
}

// What can't be read back must never be acknowledged: protobuf writes text that is not UTF-8, but
// refuses to parse it.
absl::Status CheckBytes(const Change& change) {
  std::string bytes;
  const size_t size = change.ByteSizeLong();
  if (size > kChangeBytesMax) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
        "一次提交的内容过大（" + std::to_string(size) + " 字节，上限 " +
            std::to_string(kChangeBytesMax) + " 字节），请分批提交。",
        {{"limit", std::to_string(kChangeBytesMax)}, {"actual", std::to_string(size)}});
  }
  Change copy;
  if (!change.SerializeToString(&bytes) || !copy.ParseFromString(bytes)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     "内容中有无效的 UTF-8 文字，请检查编码后再提交。", {{"field", "effects"}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRepeat(const CommitRequest& request, std::string_view first) {
  if (request.request_fingerprint() == first) return absl::OkStatus();
  return MakeError(absl::StatusCode::kAlreadyExists, type::v1::REQUEST_ID_REUSED,
                   "这个请求编号已用于另一个请求，请换一个新的编号。",
                   {{"request_id", request.request_id()}});
}

absl::StatusOr<Change> Resolve(const CommitRequest& request, const ChangePosition& position,
                               const CurrentState& current) {
  for (const Precondition& precondition : request.preconditions()) {
    if (precondition.has_unreferenced()) {
      RETURN_IF_ERROR(CheckUnreferenced(precondition.name(), current.referrer));
      continue;
    }
    ASSIGN_OR_RETURN(const std::optional<Versioned> found, current.lookup(precondition.name()));
    RETURN_IF_ERROR(CheckPrecondition(precondition, found));
  }
  Change change;
  change.set_kb_revision(position.kb_revision);
  *change.mutable_commit_time() = ToTimestamp(position.commit_time);
  change.set_actor(request.actor());
  change.set_request_id(request.request_id());
  change.set_request_fingerprint(request.request_fingerprint());
  change.set_action(request.action());
  change.set_urgent(request.urgent());
  if (request.has_origin()) *change.mutable_origin() = request.origin();
  const Fill fill{.kb_revision = position.kb_revision,
                  .commit_time = change.commit_time(),
                  .etag = MakeEtag(position.kb_revision)};
  for (const Effect& effect : request.effects()) {
    ASSIGN_OR_RETURN(*change.add_effects(), ResolveEffect(effect, fill, current.lookup));
  }
  RETURN_IF_ERROR(CheckBytes(change));
  return change;
}

CommitResponse RepeatedResponseOf(const Change& change, std::string_view timeline_id) {
  CommitResponse response;
  response.set_kb_revision(change.kb_revision());
  response.set_timeline_id(std::string(timeline_id));
  *response.mutable_commit_time() = change.commit_time();
  for (const Effect& effect : change.effects()) response.add_names(NameOfEffect(effect));
  response.set_repeated(true);
  return response;
}

CommitResponse ResponseOf(const Change& change, std::string_view timeline_id) {
  CommitResponse response = RepeatedResponseOf(change, timeline_id);
  response.set_repeated(false);
  if (change.kb_revision() == 0) response.clear_commit_time();
  if (change.effects_size() > kReturnedResourcesMax) return response;
  for (const Effect& effect : change.effects()) {
    if (effect.has_put()) *response.add_resources() = effect.put();
  }
  return response;
}

}  // namespace hotline::storage
