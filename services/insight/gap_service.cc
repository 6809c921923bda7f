#include "services/insight/gap_service.h"

#include <algorithm>
#include <set>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/insight/case_pages.h"
#include "services/insight/case_rights.h"
#include "services/insight/gap_figures.h"
#include "services/records/clockwork.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/records/resources.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

using access::Draft;
using access::MustHaveEtag;
using access::Permission;
using access::WriteOptions;
using access::Written;
using records::CheckName;
using records::FieldPath;
using v1::Gap;

constexpr int kAttemptsMax = 8;
constexpr size_t kReasonMax = 500;
constexpr size_t kOfferedTextMax = 200;  // of a similar question of an entry
constexpr int kFigureDaysDefault = 90;
constexpr int kFigureDaysMax = 400;

absl::Status StateConflict(const Gap& gap) {
  if (gap.state() == Gap::MERGED) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     "已并入 " + gap.merged_into() + "，请办理那一条。",
                     {{"name", gap.name()}, {"state", Gap::State_Name(gap.state())}});
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "该知识缺口已经办结，不能再改；仍有人问时会另立一条。",
                   {{"name", gap.name()}, {"state", Gap::State_Name(gap.state())}});
}

// Whoever may decide what an owner answers for.
absl::Status RequireToAssign(const runtime::Call& call, const DepartmentBook& departments,
                             const Gap& gap) {
  return RequireAtCase(
      call, departments,
      {Permission::kWriteLedgers, Permission::kPublish, Permission::kReviewEntries},
      gap.department(), gap.region());
}

absl::Status RequireToClose(const runtime::Call& call, const DepartmentBook& departments,
                            const Gap& gap) {
  return RequireAtCase(call, departments, {Permission::kWriteEntries, Permission::kPublish},
                       gap.department(), gap.region());
}

bool Matches(const Gap& gap, const v1::ListGapsRequest& request, const DepartmentBook& departments,
             LogTime now) {
  const bool overdue = IsOpen(gap) && ToLogTime(gap.due_time()) < now;
  return (request.state() == Gap::STATE_UNSPECIFIED || request.state() == gap.state()) &&
         (request.department().empty() ||
          departments.Covers(request.department(), gap.department())) &&
         (!request.overdue() || overdue) && gap.ask_count() >= request.ask_count_min();
}

absl::StatusOr<Gap> Reply(absl::StatusOr<Written> written) {
  RETURN_IF_ERROR(written.status());
  return records::WithToken(records::Unwrap<Gap>(std::move(written->resource)), written->position);
}

}  // namespace

GapService::GapService(storage::Store& store, GapTaker& taker, const GapBook& book,
                       const DepartmentBook& departments, CaseClock clock)
    : store_(store),
      taker_(taker),
      book_(book),
      departments_(departments),
      clock_(clock),
      reader_(store),
      writer_(store, records::NewUuid) {}

absl::StatusOr<v1::ReportGapResponse> GapService::ReportGap(const Call& call,
                                                            const v1::ReportGapRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadInternal));
  Miss miss{.question = request.question(),
            .origin = Gap::AGENT_REPORT,
            .channel = request.channel(),
            .region = request.region(),
            .ask_count = 1,
            .nearest_entry = request.entry(),
            .department = {}};
  RETURN_IF_ERROR(records::CheckText(&miss.question, {1, kQuestionMax}, FieldPath("question")));
  if (request.channel() == type::v1::CHANNEL_UNSPECIFIED) return FieldRequired("channel");
  if (!type::v1::Channel_IsValid(request.channel()))
    return FieldInvalid("channel", std::to_string(request.channel()), "请使用接口文档列出的渠道。");
  if (!miss.region.empty()) RETURN_IF_ERROR(records::CheckRegion(miss.region, FieldPath("region")));
  if (!request.entry().empty()) {
    RETURN_IF_ERROR(CheckName(request.entry(), kEntries, FieldPath("entry")));
    RETURN_IF_ERROR(store_.Get(request.entry(), 0, call.deadline).status());
  }
  return taker_.Report(call, request, std::move(miss));
}

absl::StatusOr<Gap> GapService::GetGap(const Call& call, const v1::GetGapRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kGaps, FieldPath("name")));
  ASSIGN_OR_RETURN(records::ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  return records::WithToken(records::Unwrap<Gap>(std::move(read.resource)), read.position);
}

absl::StatusOr<v1::ListGapsResponse> GapService::ListGaps(const Call& call,
                                                          const v1::ListGapsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  if (!Gap::State_IsValid(request.state()))
    return FieldInvalid("state", std::to_string(request.state()), "取值未知。");
  if (request.ask_count_min() < 0) {
    return FieldInvalid("ask_count_min", std::to_string(request.ask_count_min()), "不能为负数。");
  }
  if (!request.department().empty())
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  return ListCases<v1::ListGapsResponse>(
      store_, kGaps, request, call.deadline,
      [&](v1::ListGapsResponse* response, store::v1::Resource resource, LogTime now,
          const storage::Position& position) -> size_t {
        auto gap = records::Unwrap<Gap>(std::move(resource));
        if (!Matches(gap, request, departments_, now)) return 0;
        const size_t bytes = gap.ByteSizeLong();
        *response->add_gaps() = records::WithToken(std::move(gap), position);
        return bytes;
      });
}

// As it is now; STATE_CONFLICT when it is closed.
absl::StatusOr<Gap> GapService::ReadOpen(const std::string& name,
                                         storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(records::ReadResource read, reader_.Get(name, 0, deadline));
  auto gap = records::Unwrap<Gap>(std::move(read.resource));
  if (!IsOpen(gap)) return StateConflict(gap);
  return gap;
}

absl::StatusOr<Gap> GapService::AssignGap(const Call& call, const v1::AssignGapRequest& request) {
  RETURN_IF_ERROR(CheckName(request.name(), kGaps, FieldPath("name")));
  RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  RETURN_IF_ERROR(access::RequireAnyOf(
      call, {Permission::kWriteLedgers, Permission::kPublish, Permission::kReviewEntries}));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(Gap gap, ReadOpen(request.name(), call.deadline));
    RETURN_IF_ERROR(RequireToAssign(call, departments_, gap));
    RETURN_IF_ERROR(records::CheckEtag(gap.name(), request.etag(), gap.etag()));
    ASSIGN_OR_RETURN(const records::Clockwork clockwork,
                     records::ReadClockwork(store_, call.deadline));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(gap.name(), gap.etag()));
    draft.preconditions.push_back(access::MustExist(request.department()));
    gap.set_state(Gap::ASSIGNED);
    gap.set_department(request.department());
    gap.set_routing_certainty(1);
    gap.set_escalation(0);
    gap.set_actor(call.caller.actor);
    *gap.mutable_due_time() = ToTimestamp(DueTime(clockwork.days, clock_, clockwork.now));
    draft.puts.push_back(records::Wrap(std::move(gap)));
    return draft;
  };
  const WriteOptions options{.action = "AssignGap",
                             .conflict_attempts = request.etag().empty() ? kAttemptsMax : 1};
  return Reply(writer_.Write(call, request, options, compose));
}

absl::StatusOr<Gap> GapService::MergeGaps(const Call& call, const v1::MergeGapsRequest& request) {
  RETURN_IF_ERROR(CheckName(request.name(), kGaps, FieldPath("name")));
  RETURN_IF_ERROR(CheckName(request.into(), kGaps, FieldPath("into")));
  if (request.name() == request.into())
    return FieldInvalid("into", request.into(), "不能并入自己，请填另一条知识缺口。");
  RETURN_IF_ERROR(access::RequireAnyOf(
      call, {Permission::kWriteLedgers, Permission::kPublish, Permission::kReviewEntries}));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(Gap gap, ReadOpen(request.name(), call.deadline));
    ASSIGN_OR_RETURN(Gap into, ReadOpen(request.into(), call.deadline));
    RETURN_IF_ERROR(RequireToAssign(call, departments_, gap));
    RETURN_IF_ERROR(RequireToAssign(call, departments_, into));
    RETURN_IF_ERROR(records::CheckEtag(gap.name(), request.etag(), gap.etag()));
    ASSIGN_OR_RETURN(const records::Clockwork clockwork,
                     records::ReadClockwork(store_, call.deadline));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(into.name(), into.etag()));
    draft.preconditions.push_back(MustHaveEtag(gap.name(), gap.etag()));
    for (const Gap::Phrasing& phrasing : gap.phrasings())
      AddPhrasing(&into, phrasing.text(), phrasing.ask_count());
    for (const Gap::ChannelCount& count : gap.channels())
      AddChannel(&into, count.channel(), count.ask_count());
    into.set_ask_count(into.ask_count() + gap.ask_count());
    into.set_region(CommonRegion(into.region(), gap.region()));
    if (ToLogTime(gap.last_ask_time()) > ToLogTime(into.last_ask_time()))
      *into.mutable_last_ask_time() = gap.last_ask_time();
    gap.set_state(Gap::MERGED);
    gap.set_merged_into(into.name());
    gap.set_actor(call.caller.actor);
    *gap.mutable_close_time() = ToTimestamp(clockwork.now);
    draft.puts.push_back(records::Wrap(std::move(into)));
    draft.puts.push_back(records::Wrap(std::move(gap)));
    return draft;
  };
  const WriteOptions options{.action = "MergeGaps",
                             .conflict_attempts = request.etag().empty() ? kAttemptsMax : 1};
  return Reply(writer_.Write(call, request, options, compose));
}

absl::Status GapService::CheckClose(const v1::CloseGapRequest& request) const {
  RETURN_IF_ERROR(CheckName(request.name(), kGaps, FieldPath("name")));
  if (request.entry().empty() == request.reason().empty()) {
    return FieldInvalid(
        "entry", request.entry().substr(0, 100),
        "请写明由哪个已发布条目解决（entry），或不予答复的理由（reason），二者只填其一。");
  }
  RETURN_IF_ERROR(records::CheckCount(request.offered_phrasings_size(), kPhrasingsMax,
                                      FieldPath("offered_phrasings")));
  if (request.entry().empty()) {
    if (request.offered_phrasings().empty()) return absl::OkStatus();
    return FieldInvalid("offered_phrasings", "", "只有由条目解决时才能提供相似问法。");
  }
  return CheckName(request.entry(), kEntries, FieldPath("entry"));
}

absl::StatusOr<Gap> GapService::CloseGap(const Call& call, const v1::CloseGapRequest& request) {
  RETURN_IF_ERROR(access::RequireAnyOf(call, {Permission::kWriteEntries, Permission::kPublish}));
  RETURN_IF_ERROR(CheckClose(request));
  std::string reason = request.reason();
  if (!reason.empty())
    RETURN_IF_ERROR(records::CheckText(&reason, {1, kReasonMax}, FieldPath("reason")));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(Gap gap, ReadOpen(request.name(), call.deadline));
    RETURN_IF_ERROR(RequireToClose(call, departments_, gap));
    RETURN_IF_ERROR(records::CheckEtag(gap.name(), request.etag(), gap.etag()));
    ASSIGN_OR_RETURN(const records::Clockwork clockwork,
                     records::ReadClockwork(store_, call.deadline));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(gap.name(), gap.etag()));
    if (request.entry().empty()) {
      gap.set_state(Gap::DECLINED);
      gap.set_reason(text::MaskPersonalData(reason));
    } else {
      ASSIGN_OR_RETURN(const records::ReadResource read,
                       reader_.Get(request.entry(), 0, call.deadline));
      const knowledge::v1::Entry& entry = read.resource.entry();
      if (!entry.has_online()) {
        return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                         "该条目尚未发布，不能用它办结知识缺口；请先发布。",
                         {{"name", entry.name()}});
      }
      draft.preconditions.push_back(MustHaveEtag(entry.name(), entry.etag()));
      gap.set_state(Gap::ANSWERED);
      gap.set_entry(entry.name());
    }
    std::set<std::string> own;
    for (const Gap::Phrasing& phrasing : gap.phrasings()) own.insert(phrasing.text());
    const FieldPath root;
    for (int i = 0; i < request.offered_phrasings_size(); ++i) {
      const FieldPath path(root, "offered_phrasings", i);
      std::string offered = request.offered_phrasings(i);
      RETURN_IF_ERROR(records::CheckText(&offered, {1, kOfferedTextMax}, path));
      if (!own.contains(offered)) {
        return FieldInvalid(path.ToString(), offered, "只能提供这条知识缺口里的问法。");
      }
      gap.add_offered_phrasings(std::move(offered));
    }
    gap.set_actor(call.caller.actor);
    *gap.mutable_close_time() = ToTimestamp(clockwork.now);
    draft.puts.push_back(records::Wrap(std::move(gap)));
    return draft;
  };
  const WriteOptions options{.action = "CloseGap",
                             .conflict_attempts = request.etag().empty() ? kAttemptsMax : 1};
  // Its digest is kept: it must not tell what the texts do not.
  v1::CloseGapRequest masked = request;
  masked.set_reason(text::MaskPersonalData(request.reason()));
  for (std::string& offered : *masked.mutable_offered_phrasings())
    offered = text::MaskPersonalData(offered);
  return Reply(writer_.Write(call, masked, options, compose));
}

absl::StatusOr<v1::GetGapFiguresResponse> GapService::GetGapFigures(
    const Call& call, const v1::GetGapFiguresRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  if (!request.department().empty())
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  if (request.days() < 0 || request.days() > kFigureDaysMax)
    return FieldInvalid("days", std::to_string(request.days()), "请填 1 到 400，或 0 表示 90 天。");
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(call.deadline));
  GapFigures figures(ToLogTime(status.log_time()),
                     request.days() == 0 ? kFigureDaysDefault : request.days());
  book_.Visit([&](const Gap& gap) {
    if (request.department().empty() || departments_.Covers(request.department(), gap.department()))
      figures.Add(gap);
  });
  v1::GetGapFiguresResponse response;
  for (auto& row : figures.Rows()) *response.add_rows() = std::move(row);
  return response;
}

}  // namespace hotline::insight
