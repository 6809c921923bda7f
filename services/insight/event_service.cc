#include "services/insight/event_service.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/time.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/insight/usage_checks.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/records/limits.h"
#include "services/records/resources.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

using access::Permission;
using records::FieldPath;
using v1::MajorEvent;

constexpr LogTime kHourMicros = LogTime{3'600} * 1'000'000;
constexpr size_t kTitleMax = 200;
constexpr size_t kNoteMax = 500;
constexpr size_t kSubjectsMax = 100;
constexpr int kConflictAttempts = 5;
constexpr int kDepartmentDepthMax = 20;

// One of the rights at the place of the event; the error names the first.
absl::Status RequireAt(const runtime::Call& call, std::initializer_list<Permission> any_of,
                       const MajorEvent& event) {
  absl::Status first;
  for (const Permission permission : any_of) {
    absl::Status status = access::Require(
        call, permission, {.department = event.department(), .region = event.region()});
    if (status.ok()) return status;
    if (first.ok()) first = std::move(status);
  }
  return first;
}

// Text of people in stored form, without personal data; masking may make it longer.
absl::Status CheckAndMask(std::string* text, size_t max, const FieldPath& path) {
  RETURN_IF_ERROR(records::CheckText(text, {1, max}, path));
  *text = text::MaskPersonalData(*text);
  return records::CheckText(text, {1, max}, path);
}

absl::Status Conflict(const MajorEvent& event, std::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT, sentence,
                   {{"name", event.name()}, {"state", MajorEvent::State_Name(event.state())}});
}

absl::Status CheckOpen(const MajorEvent& event) {
  if (event.state() == MajorEvent::OPEN) return absl::OkStatus();
  return Conflict(event, "这一事件已经办结，不能再改动。");
}

}  // namespace

std::vector<MajorEvent::StepStanding> StepsFrom(LogTime mark) {
  std::vector<MajorEvent::StepStanding> steps;
  for (const auto& [step, hours] : {std::pair(MajorEvent::FIRST_WORD, kEventHoursFirst),
                                    std::pair(MajorEvent::FULL_WORD, kEventHoursFull),
                                    std::pair(MajorEvent::FOLLOW_UP, kEventHoursFollowUp)}) {
    MajorEvent::StepStanding& standing = steps.emplace_back();
    standing.set_step(step);
    *standing.mutable_due_time() = ToTimestamp(mark + hours * kHourMicros);
  }
  return steps;
}

class EventService::Tree {
 public:
  Tree(const records::Reader& reader, std::string above, storage::Deadline deadline)
      : reader_(reader), above_(std::move(above)), deadline_(deadline) {}

  absl::StatusOr<bool> Covers(const std::string& department) {
    std::string at = department;
    for (int depth = 0; !at.empty() && depth < kDepartmentDepthMax; ++depth) {
      if (at == above_) return true;
      ASSIGN_OR_RETURN(at, ParentOf(at));
    }
    return false;
  }

 private:
  absl::StatusOr<std::string> ParentOf(const std::string& department) {
    const auto known = parents_.find(department);
    if (known != parents_.end()) return known->second;
    auto read = reader_.Get(department, 0, deadline_);
    if (!read.ok() && ReasonOf(read.status()) != type::v1::RESOURCE_NOT_FOUND) return read.status();
    std::string parent = read.ok() ? read->resource.department().parent() : "";
    parents_[department] = parent;
    return parent;
  }

  const records::Reader& reader_;
  const std::string above_;
  const storage::Deadline deadline_;
  std::map<std::string, std::string> parents_;
};

EventService::EventService(storage::Store& store, access::Writer::NewId new_id)
    : store_(store),
      reader_(store),
      writer_(store, new_id ? std::move(new_id) : records::NewUuid) {}

absl::StatusOr<MajorEvent> EventService::Read(const std::string& name,
                                              storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(records::ReadResource read, reader_.Get(name, 0, deadline));
  return records::WithToken(records::Unwrap<MajorEvent>(std::move(read.resource)), read.position);
}

absl::StatusOr<LogTime> EventService::Now(storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  return ToLogTime(status.log_time());
}

absl::Status EventService::CheckSubjects(const v1::MarkMajorEventRequest& request,
                                         storage::Deadline deadline) const {
  RETURN_IF_ERROR(
      records::CheckCount(request.subjects_size(), kSubjectsMax, FieldPath("subjects")));
  const FieldPath root;
  RETURN_IF_ERROR(records::CheckDistinct(request.subjects(), {}, root, "subjects"));
  std::vector<std::string> names;
  for (int i = 0; i < request.subjects_size(); ++i) {
    const std::string& name = request.subjects(i);
    const std::string_view collection = CollectionOf(name) == kGaps ? kGaps : kEntries;
    RETURN_IF_ERROR(records::CheckName(name, collection, FieldPath(root, "subjects", i)));
    names.push_back(name);
  }
  if (names.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const storage::ResourcePage found, store_.BatchGet(names, 0, deadline));
  for (const storage::Versioned& versioned : found.resources)
    std::erase(names, NameOf(versioned.resource));
  return names.empty() ? absl::OkStatus() : NotFound(names.front());
}

absl::StatusOr<MajorEvent> EventService::MarkMajorEvent(const Call& call,
                                                        const v1::MarkMajorEventRequest& request) {
  MajorEvent event;
  event.set_department(request.department());
  event.set_region(request.region());
  RETURN_IF_ERROR(access::RequireAnyOf(call, {Permission::kPublish, Permission::kWriteLedgers}));
  RETURN_IF_ERROR(records::CheckName(request.department(), kDepartments, FieldPath("department")));
  RETURN_IF_ERROR(CheckOptionalRegion(request.region(), "region"));
  RETURN_IF_ERROR(RequireAt(call, {Permission::kPublish, Permission::kWriteLedgers}, event));
  event.set_title(request.title());
  RETURN_IF_ERROR(CheckAndMask(event.mutable_title(), kTitleMax, FieldPath("title")));
  event.set_state(MajorEvent::OPEN);
  event.set_marker(call.caller.actor);
  *event.mutable_subjects() = request.subjects();
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<access::Draft> {
    RETURN_IF_ERROR(reader_.Get(request.department(), 0, call.deadline).status());
    RETURN_IF_ERROR(CheckSubjects(request, call.deadline));
    ASSIGN_OR_RETURN(const LogTime now, Now(call.deadline));
    event.set_name(MakeName(kEvents, records::MadeId("e", request_id)));
    *event.mutable_mark_time() = ToTimestamp(now);
    event.clear_steps();
    for (MajorEvent::StepStanding& step : StepsFrom(now)) *event.add_steps() = std::move(step);
    access::Draft draft;
    draft.preconditions.push_back(access::MustBeAbsent(event.name()));
    draft.puts.push_back(records::Wrap(event));
    return draft;
  };
  v1::MarkMajorEventRequest masked = request;  // its digest is kept
  masked.set_title(event.title());
  ASSIGN_OR_RETURN(access::Written written,
                   writer_.Write(call, masked, {.action = "MarkMajorEvent"}, compose));
  return records::WithToken(records::Unwrap<MajorEvent>(std::move(written.resource)),
                            written.position);
}

absl::StatusOr<MajorEvent> EventService::GetMajorEvent(const Call& call,
                                                       const v1::GetMajorEventRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(records::CheckName(request.name(), kEvents, FieldPath("name")));
  return Read(request.name(), call.deadline);
}

absl::StatusOr<v1::ListMajorEventsResponse> EventService::ListMajorEvents(
    const Call& call, const v1::ListMajorEventsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  if (!MajorEvent::State_IsValid(request.state())) {
    return FieldInvalid("state", std::to_string(request.state()), "请使用接口文档列出的状态。");
  }
  if (!request.department().empty()) {
    RETURN_IF_ERROR(
        records::CheckName(request.department(), kDepartments, FieldPath("department")));
  }
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEvents));
  query.set_page_size(storage::kPageSizeMax);
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::string timeline, reader_.Timeline(call.deadline));
    ASSIGN_OR_RETURN(const PagePosition start,
                     DecodePageToken(request.page_token(), timeline, request));
    query.set_after_name(start.last_key);
    query.set_kb_revision(start.kb_revision);
  }
  Tree tree(reader_, request.department(), call.deadline);
  v1::ListMajorEventsResponse response;
  size_t bytes = 0;
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, call.deadline));
    more = page.more && !page.resources.empty();
    query.set_kb_revision(page.position.kb_revision);
    for (storage::Versioned& versioned : page.resources) {
      auto event = records::Unwrap<MajorEvent>(std::move(versioned.resource));
      query.set_after_name(event.name());
      if (request.state() != MajorEvent::STATE_UNSPECIFIED && event.state() != request.state())
        continue;
      if (!request.department().empty()) {
        ASSIGN_OR_RETURN(const bool covered, tree.Covers(event.department()));
        if (!covered) continue;
      }
      bytes += event.ByteSizeLong();
      const int count = response.events_size();
      if (count == page_size || (bytes > records::kReplyBytesMax && count > 0)) {
        response.set_next_page_token(
            EncodePageToken({response.events(count - 1).name(), page.position.kb_revision},
                            page.position.timeline_id, request));
        return response;
      }
      *response.add_events() = records::WithToken(std::move(event), page.position);
    }
  }
  return response;
}

absl::Status EventService::CheckOnline(const std::string& entry, storage::Deadline deadline) const {
  if (entry.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(records::CheckName(entry, kEntries, FieldPath("entry")));
  ASSIGN_OR_RETURN(const records::ReadResource read, reader_.Get(entry, 0, deadline));
  if (read.resource.entry().has_online()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "这个条目没有上线的答复，请先发布，或留空。", {{"name", entry}});
}

template <typename Request>
absl::StatusOr<MajorEvent> EventService::ChangeEvent(
    const Call& call, const Request& request, const std::string& action,
    std::initializer_list<Permission> any_of, absl::FunctionRef<absl::Status(MajorEvent&)> change) {
  const auto compose = [&](const std::string&) -> absl::StatusOr<access::Draft> {
    ASSIGN_OR_RETURN(MajorEvent event, Read(request.name(), call.deadline));
    event.clear_consistency_token();
    RETURN_IF_ERROR(RequireAt(call, any_of, event));
    RETURN_IF_ERROR(records::CheckEtag(event.name(), request.etag(), event.etag()));
    RETURN_IF_ERROR(CheckOpen(event));
    RETURN_IF_ERROR(change(event));
    access::Draft draft;
    draft.preconditions.push_back(access::MustHaveEtag(event.name(), event.etag()));
    draft.puts.push_back(records::Wrap(std::move(event)));
    return draft;
  };
  ASSIGN_OR_RETURN(
      access::Written written,
      writer_.Write(
          call, request,
          {.action = action, .conflict_attempts = request.etag().empty() ? kConflictAttempts : 1},
          compose));
  return records::WithToken(records::Unwrap<MajorEvent>(std::move(written.resource)),
                            written.position);
}

absl::StatusOr<MajorEvent> EventService::CompleteStep(const Call& call,
                                                      const v1::CompleteStepRequest& request) {
  RETURN_IF_ERROR(access::RequireAnyOf(call, {Permission::kPublish, Permission::kWriteEntries}));
  RETURN_IF_ERROR(records::CheckName(request.name(), kEvents, FieldPath("name")));
  if (request.step() == MajorEvent::STEP_UNSPECIFIED) return FieldRequired("step");
  if (!MajorEvent::Step_IsValid(request.step())) {
    return FieldInvalid("step", std::to_string(request.step()), "请使用接口文档列出的步骤。");
  }
  std::string note = request.note();
  RETURN_IF_ERROR(CheckAndMask(&note, kNoteMax, FieldPath("note")));
  const auto change = [&](MajorEvent& event) -> absl::Status {
    RETURN_IF_ERROR(CheckOnline(request.entry(), call.deadline));
    ASSIGN_OR_RETURN(const LogTime now, Now(call.deadline));
    bool all_done = true;
    for (MajorEvent::StepStanding& step : *event.mutable_steps()) {
      if (step.step() == request.step()) {
        if (step.has_done_time()) return Conflict(event, "这一步已经办过，不能重复登记。");
        *step.mutable_done_time() = ToTimestamp(now);
        step.set_actor(call.caller.actor);
        step.set_entry(request.entry());
        step.set_note(note);
      }
      all_done = all_done && step.has_done_time();
    }
    if (all_done) event.set_state(MajorEvent::CLOSED);
    return absl::OkStatus();
  };
  v1::CompleteStepRequest masked = request;
  masked.set_note(note);
  return ChangeEvent(call, masked, "CompleteStep",
                     {Permission::kPublish, Permission::kWriteEntries}, change);
}

absl::StatusOr<MajorEvent> EventService::CloseMajorEvent(
    const Call& call, const v1::CloseMajorEventRequest& request) {
  RETURN_IF_ERROR(access::RequireAnyOf(call, {Permission::kPublish, Permission::kWriteLedgers}));
  RETURN_IF_ERROR(records::CheckName(request.name(), kEvents, FieldPath("name")));
  std::string reason = request.reason();
  RETURN_IF_ERROR(CheckAndMask(&reason, kNoteMax, FieldPath("reason")));
  const auto change = [&](MajorEvent& event) -> absl::Status {
    event.set_state(MajorEvent::CLOSED);
    event.set_reason(reason);
    return absl::OkStatus();
  };
  v1::CloseMajorEventRequest masked = request;
  masked.set_reason(reason);
  return ChangeEvent(call, masked, "CloseMajorEvent",
                     {Permission::kPublish, Permission::kWriteLedgers}, change);
}

// --- figures

std::vector<std::string_view> EventFigures::Collections() const { return {kEvents}; }

void EventFigures::Reset() {
  const std::lock_guard lock(mutex_);
  events_.clear();
}

void EventFigures::Put(const store::v1::Resource& resource, int64_t, const store::v1::Change*) {
  const std::lock_guard lock(mutex_);
  events_[resource.major_event().name()] = resource.major_event();
}

void EventFigures::Erase(std::string_view name, int64_t) {
  const std::lock_guard lock(mutex_);
  const auto found = events_.find(name);
  if (found != events_.end()) events_.erase(found);
}

void EventFigures::Reached(const storage::Position&, LogTime now) {
  const std::lock_guard lock(mutex_);
  now_ = std::max(now_, now);
}

EventFigures::Figures EventFigures::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures;
  for (const auto& [name, event] : events_) {
    const bool open = event.state() == MajorEvent::OPEN;
    if (open) ++figures.open;
    for (const MajorEvent::StepStanding& step : event.steps()) {
      const LogTime due = ToLogTime(step.due_time());
      if (step.has_done_time()) {
        figures.done_late_steps += ToLogTime(step.done_time()) > due ? 1 : 0;
      } else if (open && now_ > due) {
        ++figures.late_steps;
      }
    }
  }
  return figures;
}

}  // namespace hotline::insight
