#include "services/insight/quality_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/insight/assessment_export.h"
#include "services/insight/quality_days.h"
#include "services/records/clockwork.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/records/limits.h"
#include "services/records/resources.h"

namespace hotline::insight {

using access::Permission;
using access::Require;
using records::CheckName;
using records::FieldPath;
using std::chrono::steady_clock;
using Finding = v1::ListQualityFindingsResponse::Finding;

namespace {

QualityScope ScopeOf(const runtime::Call& call, const std::string& department) {
  QualityScope scope;
  scope.department = department;
  scope.stopped = call.cancelled;
  return scope;
}

// Where the next page starts: behind so many findings of this entry.
std::string KeyOf(const std::string& entry, size_t taken) {
  return entry + '\n' + std::to_string(taken);
}

struct Start {
  std::string entry;
  size_t taken = 0;
};

Start StartOf(const std::string& key) {
  Start start;
  const size_t end = key.find('\n');
  start.entry = key.substr(0, end);
  if (end != std::string::npos && !absl::SimpleAtoi(key.substr(end + 1), &start.taken))
    start.taken = 0;
  return start;
}

}  // namespace

QualityService::QualityService(QualityMeter& meter)
    : meter_(meter),
      store_(meter.sources().store),
      reader_(store_),
      writer_(store_, records::NewUuid) {}

absl::StatusOr<v1::QualityReport> QualityService::MeasureQuality(
    const Call& call, const v1::MeasureQualityRequest& request) {
  RETURN_IF_ERROR(Require(call, Permission::kReadEntries, {.department = request.department()}));
  if (!request.department().empty()) {
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  }
  if (!request.record()) {
    return meter_.TryMeasure(ScopeOf(call, request.department()), call.deadline);
  }
  if (!request.department().empty()) {
    return FieldInvalid("record", "true", "留存的测评须覆盖全库，请不要同时填写单位。");
  }
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<access::Draft> {
    ASSIGN_OR_RETURN(v1::QualityReport report, meter_.TryMeasure(ScopeOf(call, ""), call.deadline));
    ASSIGN_OR_RETURN(const records::Clockwork clockwork,
                     records::ReadClockwork(store_, call.deadline));
    report.set_name(OnDemandName(clockwork.now, clockwork.days, request_id));
    access::Draft draft;
    draft.preconditions.push_back(access::MustBeAbsent(report.name()));
    draft.puts.push_back(records::Wrap(std::move(report)));
    return draft;
  };
  ASSIGN_OR_RETURN(access::Written written,
                   writer_.Write(call, request, {.action = "MeasureQuality"}, compose));
  return records::Unwrap<v1::QualityReport>(std::move(written.resource));
}

absl::StatusOr<v1::QualityReport> QualityService::GetQualityReport(
    const Call& call, const v1::GetQualityReportRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kReports, FieldPath("name")));
  ASSIGN_OR_RETURN(records::ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  return records::Unwrap<v1::QualityReport>(std::move(read.resource));
}

absl::StatusOr<v1::ListQualityReportsResponse> QualityService::ListQualityReports(
    const Call& call, const v1::ListQualityReportsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kReports));
  const auto totals_only = [](store::v1::Resource* resource) {
    resource->mutable_quality_report()->clear_departments();
  };
  ASSIGN_OR_RETURN(records::Page page,
                   reader_.List(request, std::move(query), totals_only, call.deadline));
  v1::ListQualityReportsResponse response;
  for (auto& resource : page.resources) {
    *response.add_reports() = records::Unwrap<v1::QualityReport>(std::move(resource));
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<std::shared_ptr<const QualityFindings>> QualityService::FindingsOf(
    const Call& call, const std::string& department, int64_t kb_revision) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(
        kept_, [](const Kept& kept) { return kept.found + kKeepFindings < steady_clock::now(); });
    for (const Kept& kept : kept_) {
      if (kept.department == department && kept.findings->kb_revision == kb_revision)
        return kept.findings;
    }
  }
  ASSIGN_OR_RETURN(QualityFindings found, meter_.TryFind(ScopeOf(call, department), call.deadline));
  auto findings = std::make_shared<const QualityFindings>(std::move(found));
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kKeptMax) kept_.pop_front();
  kept_.push_back({department, steady_clock::now(), findings});
  return findings;
}

absl::StatusOr<v1::ListQualityFindingsResponse> QualityService::ListQualityFindings(
    const Call& call, const v1::ListQualityFindingsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  RETURN_IF_ERROR(Require(call, Permission::kReadEntries, {.department = request.department()}));
  if (!v1::ListQualityFindingsRequest::Fault_IsValid(request.fault())) {
    return FieldInvalid("fault", std::to_string(request.fault()), "取值未知。");
  }
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string timeline, reader_.Timeline(call.deadline));
  PagePosition position;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, DecodePageToken(request.page_token(), timeline, request));
  } else {
    ASSIGN_OR_RETURN(const auto status, store_.GetStatus(call.deadline));
    position.kb_revision = status.head_kb_revision();
  }
  ASSIGN_OR_RETURN(const auto found, FindingsOf(call, request.department(), position.kb_revision));

  v1::ListQualityFindingsResponse response;
  const Start start = StartOf(position.last_key);
  size_t taken = 0;  // of the entry at hand
  std::string_view entry;
  size_t bytes = 0;
  for (const Finding& finding : found->findings) {
    if (finding.entry() < start.entry) continue;
    if (request.fault() != v1::ListQualityFindingsRequest::FAULT_UNSPECIFIED &&
        finding.fault() != request.fault()) {
      continue;
    }
    const bool full = response.findings_size() == page_size || bytes >= records::kReplyBytesMax;
    if (full) {
      response.set_next_page_token(EncodePageToken(
          {KeyOf(std::string(entry), taken), found->kb_revision}, timeline, request));
      break;
    }
    if (finding.entry() != entry) taken = 0;
    entry = finding.entry();
    ++taken;
    if (entry == start.entry && taken <= start.taken) continue;
    bytes += finding.ByteSizeLong();
    *response.add_findings() = finding;
  }
  return response;
}

absl::StatusOr<std::unique_ptr<QualityService::ExportSource>> QualityService::ExportQualityReport(
    const Call& call, const v1::ExportQualityReportRequest& request) {
  RETURN_IF_ERROR(access::RequireAnyOf(call, {Permission::kReadEntries, Permission::kExport}));
  return OpenAssessmentExport(store_, request, call.deadline);
}

}  // namespace hotline::insight
