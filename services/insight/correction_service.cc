#include "services/insight/correction_service.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "proto/cc/tokens.h"
#include "services/access/channels.h"
#include "services/access/permission.h"
#include "services/insight/case_pages.h"
#include "services/insight/codes.h"
#include "services/insight/correction_subject.h"
#include "services/records/clockwork.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/records/resources.h"
#include "services/text/fold.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

using access::Draft;
using access::MustHaveEtag;
using access::Permission;
using records::CheckName;
using records::FieldPath;
using v1::Correction;

constexpr size_t kReportMax = 1'000;
constexpr size_t kReplyMax = 500;
constexpr int kAttemptsMax = 8;

// Who reports, as far as the caller may say so.
absl::StatusOr<Correction::Reporter> ReporterOf(const runtime::Call& call,
                                                const v1::ReportCorrectionRequest& request) {
  const bool stranger =
      call.caller.principal == nullptr && call.caller.scope == runtime::Scope::kPublic;
  if (stranger) return Correction::CITIZEN;
  switch (request.reporter()) {
    case Correction::REPORTER_UNSPECIFIED:
      return request.channel() == type::v1::AGENT ? Correction::AGENT : Correction::CITIZEN;
    case Correction::CITIZEN:
      return Correction::CITIZEN;
    case Correction::AGENT:
      RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadInternal));
      return Correction::AGENT;
    case Correction::INSPECTOR:
      RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadAudit));
      return Correction::INSPECTOR;
    default:
      return FieldInvalid("reporter", std::to_string(request.reporter()), "取值未知。");
  }
}

// Whether there is a letter or digit of any script.
bool SaysSomething(std::string_view report) {
  std::u32string folded;
  text::Fold(report, kReportMax, folded);
  return std::ranges::any_of(
      folded, [](char32_t c) { return text::ClassOf(c) != text::CharClass::kSeparator; });
}

bool Matches(const Correction& correction, const v1::ListCorrectionsRequest& request,
             const DepartmentBook& departments, LogTime now) {
  const bool overdue =
      correction.state() == Correction::OPEN && ToLogTime(correction.due_time()) < now;
  return (request.state() == Correction::STATE_UNSPECIFIED ||
          request.state() == correction.state()) &&
         (request.entry().empty() || request.entry() == correction.entry()) &&
         (request.department().empty() ||
          departments.Covers(request.department(), correction.department())) &&
         (!request.overdue() || overdue);
}

// What nobody but the service needs to know.
Correction Shown(Correction correction, const storage::Position& position) {
  correction.clear_fingerprint();
  return records::WithToken(std::move(correction), position);
}

absl::Status Unanswered(const std::string& what, const std::string& name) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT, what,
                   {{"name", name}});
}

}  // namespace

CorrectionService::CorrectionService(storage::Store& store, CorrectionIntake& intake,
                                     const DepartmentBook& departments)
    : store_(store),
      intake_(intake),
      departments_(departments),
      reader_(store),
      writer_(store, records::NewUuid) {}

absl::StatusOr<v1::ReportCorrectionResponse> CorrectionService::ReportCorrection(
    const Call& call, const v1::ReportCorrectionRequest& request) {
  RETURN_IF_ERROR(access::CheckChannel(call, request.channel()));
  ASSIGN_OR_RETURN(const Correction::Reporter reporter, ReporterOf(call, request));
  RETURN_IF_ERROR(CheckName(request.entry(), kEntries, FieldPath("entry")));
  if (request.revision() <= 0) return FieldRequired("revision");
  if (!Correction::Fault_IsValid(request.fault()))
    return FieldInvalid("fault", std::to_string(request.fault()), "取值未知。");
  if (!request.region().empty())
    RETURN_IF_ERROR(records::CheckRegion(request.region(), FieldPath("region")));
  std::string text = request.report();
  RETURN_IF_ERROR(records::CheckText(&text, {1, kReportMax}, FieldPath("report")));
  if (!SaysSomething(text)) {
    return FieldInvalid("report", "", "看不出哪里有误：请写几个字，说明错在哪里、应当是什么。");
  }
  std::string request_id = records::NewUuid();
  if (!request.request_id().empty()) {
    ASSIGN_OR_RETURN(request_id, access::ParseRequestId(request.request_id()));
  }
  ASSIGN_OR_RETURN(const knowledge::v1::EntryContent content,
                   FindPublished(store_, request.entry(), request.revision(), call.deadline));
  // What a channel does not show does not exist for it.
  if (!IsShownOn(content, request.channel()))
    return NotFound(MakeRevisionName(request.entry(), request.revision()));
  Correction correction;
  correction.set_entry(request.entry());
  correction.set_revision(request.revision());
  // Masks may be longer than what they hide.
  correction.set_report(std::string(Prefix(text::MaskPersonalData(text), kReportMax)));
  correction.set_channel(request.channel());
  correction.set_reporter(reporter);
  correction.set_fault(request.fault());
  correction.set_region(request.region());
  correction.set_department(content.department());
  v1::ReportCorrectionRequest identity = request;
  identity.clear_request_id();
  // A digest of the report as it was would let a phone in it be tried out.
  identity.set_report(correction.report());
  correction.set_fingerprint(ReportFingerprint(request_id, SerializeDeterministic(identity)));
  ASSIGN_OR_RETURN(const CorrectionIntake::Written written,
                   intake_.Write({std::move(correction), request_id}, call.deadline));
  v1::ReportCorrectionResponse response;
  response.set_code(DisplayCode(CodeOfName(written.correction.name())));
  *response.mutable_due_time() = written.correction.due_time();
  response.set_consistency_token(
      EncodeToken({written.position.timeline_id, written.position.kb_revision}));
  return response;
}

absl::StatusOr<v1::CorrectionStatus> CorrectionService::GetCorrectionStatus(
    const Call& call, const v1::GetCorrectionStatusRequest& request) {
  ASSIGN_OR_RETURN(const std::string code,
                   ParseCode(request.code(), CodeKind::kCorrection, "code"));
  ASSIGN_OR_RETURN(const records::ReadResource read,
                   reader_.Get(NameOfCode(CodeKind::kCorrection, code), 0, call.deadline));
  const Correction& correction = read.resource.correction();
  v1::CorrectionStatus status;
  status.set_code(DisplayCode(code));
  status.set_state(correction.state());
  *status.mutable_due_time() = correction.due_time();
  // A reply about what a channel showed is for those who may speak for that channel: agents' texts
  // are not for citizens.
  if (access::CheckChannel(call, correction.channel()).ok()) status.set_reply(correction.reply());
  *status.mutable_create_time() = correction.create_time();
  if (correction.has_close_time()) *status.mutable_close_time() = correction.close_time();
  return status;
}

absl::StatusOr<Correction> CorrectionService::GetCorrection(
    const Call& call, const v1::GetCorrectionRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kCorrections, FieldPath("name")));
  ASSIGN_OR_RETURN(records::ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  return Shown(records::Unwrap<Correction>(std::move(read.resource)), read.position);
}

absl::StatusOr<v1::ListCorrectionsResponse> CorrectionService::ListCorrections(
    const Call& call, const v1::ListCorrectionsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  if (!Correction::State_IsValid(request.state()))
    return FieldInvalid("state", std::to_string(request.state()), "取值未知。");
  if (!request.entry().empty())
    RETURN_IF_ERROR(CheckName(request.entry(), kEntries, FieldPath("entry")));
  if (!request.department().empty())
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  return ListCases<v1::ListCorrectionsResponse>(
      store_, kCorrections, request, call.deadline,
      [&](v1::ListCorrectionsResponse* response, store::v1::Resource resource, LogTime now,
          const storage::Position& position) -> size_t {
        auto correction = records::Unwrap<Correction>(std::move(resource));
        if (!Matches(correction, request, departments_, now)) return 0;
        const size_t bytes = correction.ByteSizeLong();
        *response->add_corrections() = Shown(std::move(correction), position);
        return bytes;
      });
}

absl::StatusOr<Draft> CorrectionService::ComposeClose(const Call& call,
                                                      const v1::CloseCorrectionRequest& request,
                                                      const std::string& reply) {
  ASSIGN_OR_RETURN(records::ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  auto correction = records::Unwrap<Correction>(std::move(read.resource));
  ASSIGN_OR_RETURN(const records::ReadResource subject,
                   reader_.Get(correction.entry(), 0, call.deadline));
  const knowledge::v1::Entry& entry = subject.resource.entry();
  const access::Place place = access::PlaceOf(entry.content());
  if (absl::Status writes = access::Require(call, Permission::kWriteEntries, place); !writes.ok()) {
    if (!access::Require(call, Permission::kPublish, place).ok()) return writes;
  }
  if (correction.state() != Correction::OPEN)
    return Unanswered("这份纠错已经办结，无需再处理。", correction.name());
  RETURN_IF_ERROR(records::CheckEtag(correction.name(), request.etag(), correction.etag()));
  ASSIGN_OR_RETURN(const records::Clockwork clockwork,
                   records::ReadClockwork(store_, call.deadline));
  Draft draft;
  draft.preconditions.push_back(MustHaveEtag(correction.name(), correction.etag()));
  correction.set_state(Correction::CORRECTED);
  if (request.corrected_revision() > 0) {
    const bool newer = request.corrected_revision() > correction.revision() && entry.has_online() &&
                       entry.online().revision() == request.corrected_revision();
    if (!newer) {
      return Unanswered("须由比被纠错的第 " + std::to_string(correction.revision()) +
                            " 版更新、且正在发布的版本办结；请先发布改正后的条目。",
                        correction.name());
    }
    draft.preconditions.push_back(MustHaveEtag(entry.name(), entry.etag()));
    correction.set_corrected_revision(request.corrected_revision());
  } else if (!request.recall().empty()) {
    ASSIGN_OR_RETURN(const records::ReadResource recalled,
                     reader_.Get(request.recall(), 0, call.deadline));
    const knowledge::v1::Recall& recall = recalled.resource.recall();
    if (recall.entry() != correction.entry() || recall.revision() < correction.revision())
      return Unanswered("这次撤回不是针对被纠错的条目和版本，请核对。", correction.name());
    correction.set_recall(recall.name());
  } else {
    correction.set_state(Correction::REJECTED);
  }
  correction.set_reply(reply);
  correction.set_closer(call.caller.actor);
  *correction.mutable_close_time() = ToTimestamp(clockwork.now);
  draft.puts.push_back(records::Wrap(std::move(correction)));
  return draft;
}

absl::StatusOr<Correction> CorrectionService::CloseCorrection(
    const Call& call, const v1::CloseCorrectionRequest& request) {
  RETURN_IF_ERROR(access::RequireAnyOf(call, {Permission::kWriteEntries, Permission::kPublish}));
  RETURN_IF_ERROR(CheckName(request.name(), kCorrections, FieldPath("name")));
  if (request.corrected_revision() < 0)
    return FieldInvalid("corrected_revision", std::to_string(request.corrected_revision()),
                        "不能为负数。");
  if (request.corrected_revision() > 0 && !request.recall().empty())
    return FieldInvalid("recall", request.recall().substr(0, 100), "改正版本和撤回只填其一。");
  if (!request.recall().empty())
    RETURN_IF_ERROR(CheckName(request.recall(), kRecalls, FieldPath("recall")));
  std::string reply = request.reply();
  RETURN_IF_ERROR(records::CheckText(&reply, {1, kReplyMax}, FieldPath("reply")));
  reply = std::string(Prefix(text::MaskPersonalData(reply), kReplyMax));
  v1::CloseCorrectionRequest masked = request;  // its digest is kept
  masked.set_reply(reply);
  ASSIGN_OR_RETURN(
      access::Written written,
      writer_.Write(call, masked,
                    {.action = "CloseCorrection",
                     .conflict_attempts = request.etag().empty() ? kAttemptsMax : 1},
                    [&](const std::string&) { return ComposeClose(call, request, reply); }));
  return Shown(records::Unwrap<Correction>(std::move(written.resource)), written.position);
}

}  // namespace hotline::insight
