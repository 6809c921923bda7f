#include "services/knowledge/task_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/cc/names.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/knowledge/calendar.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using access::Permission;
using v1::Task;

bool Matches(const Task& task, const v1::ListTasksRequest& request, LogTime now) {
  const bool overdue = task.state() == Task::OPEN && ToLogTime(task.due_time()) < now;
  return (request.department().empty() || request.department() == task.department()) &&
         (request.state() == Task::STATE_UNSPECIFIED || request.state() == task.state()) &&
         (!request.overdue() || overdue);
}

absl::Status CheckListTasks(const v1::ListTasksRequest& request) {
  if (!Task::State_IsValid(request.state())) return FieldInvalid("state", "", "取值未知。");
  if (request.department().empty()) return absl::OkStatus();
  return CheckName(request.department(), kDepartments, FieldPath("department"));
}

// Whoever can do what a task asks for may say that it is done: any work on texts or ledgers of its
// department.
absl::Status RequireToClose(const runtime::Call& call, const Task& task) {
  absl::Status refusal;
  for (const Permission permission : {Permission::kWriteLedgers, Permission::kWriteEntries,
                                      Permission::kReviewEntries, Permission::kPublish}) {
    absl::Status status = access::Require(call, permission, {.department = task.department()});
    if (status.ok()) return status;
    if (refusal.ok()) refusal = std::move(status);
  }
  return refusal;
}

}  // namespace

TaskService::TaskService(storage::Store& store, Writer::NewId new_id)
    : store_(store), reader_(store), writer_(store, new_id ? std::move(new_id) : NewUuid) {}

absl::StatusOr<v1::ListTasksResponse> TaskService::ListTasks(const Call& call,
                                                             const v1::ListTasksRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckListTasks(request));
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(call.deadline));
  const LogTime now = ToLogTime(status.log_time());
  ASSIGN_OR_RETURN(const PagePosition start,
                   DecodePageToken(request.page_token(), status.timeline_id(), request));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kTasks));
  query.set_page_size(std::min(page_size, kHistoryPageSize));
  query.set_after_name(start.last_key);
  query.set_kb_revision(start.kb_revision);
  v1::ListTasksResponse response;
  size_t bytes = 0;
  std::string last = start.last_key;
  const auto more = [&](int64_t position) {
    response.set_next_page_token(EncodePageToken({last, position}, status.timeline_id(), request));
  };
  for (int scanned = 0;;) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, call.deadline));
    for (storage::Versioned& found : page.resources) {
      Task& task = *found.resource.mutable_task();
      if (Matches(task, request, now)) {
        bytes += task.ByteSizeLong();
        const bool full = response.tasks_size() == page_size ||
                          (bytes > kReplyBytesMax && response.tasks_size() > 0);
        if (full) {
          more(page.position.kb_revision);
          return response;
        }
        last = task.name();
        *response.add_tasks() = WithToken(std::move(task), page.position);
      } else {
        last = task.name();
      }
    }
    if (!page.more) return response;
    scanned += static_cast<int>(page.resources.size());
    if (scanned >= kTasksScannedMax) {
      more(page.position.kb_revision);
      return response;
    }
    query.set_after_name(last);
    query.set_kb_revision(page.position.kb_revision);
  }
}

absl::StatusOr<Task> TaskService::CloseTask(const Call& call, const v1::CloseTaskRequest& request) {
  RETURN_IF_ERROR(CheckName(request.name(), kTasks, FieldPath("name")));
  std::string note = request.note();
  RETURN_IF_ERROR(CheckText(&note, {0, kReasonMax}, FieldPath("note")));
  if (request.dismiss() && note.empty()) return FieldRequired("note");
  // Before the write: a repeat is answered without composing.
  ASSIGN_OR_RETURN(const ReadResource before, reader_.Get(request.name(), 0, call.deadline));
  RETURN_IF_ERROR(RequireToClose(call, before.resource.task()));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    auto task = Unwrap<Task>(std::move(read.resource));
    if (task.state() != Task::OPEN) {
      return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                       "该待办已经关闭，无需再处理。",
                       {{"name", task.name()}, {"state", Task::State_Name(task.state())}});
    }
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(task.name(), task.etag()));
    task.set_state(request.dismiss() ? Task::DISMISSED : Task::DONE);
    task.set_closer(call.caller.actor);
    task.set_note(note);
    draft.puts.push_back(Wrap(std::move(task)));
    return draft;
  };
  const WriteOptions options{.action = "CloseTask", .conflict_attempts = kConflictAttemptsMax};
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  return WithToken(Unwrap<Task>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Calendar> TaskService::GetCalendar(const Call& call,
                                                      const v1::GetCalendarRequest&) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(std::string(kCalendarName), 0, call.deadline));
  return WithToken(Unwrap<v1::Calendar>(std::move(read.resource)), read.position);
}

absl::StatusOr<v1::Calendar> TaskService::UpdateCalendar(const Call& call,
                                                         const v1::UpdateCalendarRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageDepartments));
  const v1::Calendar& given = request.calendar();
  const FieldPath path("calendar");
  if (!given.name().empty() && given.name() != kCalendarName) {
    return FieldInvalid("calendar.name", given.name().substr(0, 100),
                        "只有 calendars/cn 一份日历，name 可以留空。");
  }
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    v1::Calendar calendar;
    calendar.set_name(std::string(kCalendarName));
    *calendar.mutable_holidays() = given.holidays();
    *calendar.mutable_work_days() = given.work_days();
    calendar.set_utc_offset_minutes(given.utc_offset_minutes());
    RETURN_IF_ERROR(CheckCalendar(&calendar, path));
    ASSIGN_OR_RETURN(const Clockwork now, ReadClockwork(store_, call.deadline));
    const std::string etag = now.calendar.has_value() ? now.calendar->etag() : "";
    RETURN_IF_ERROR(CheckEtag(calendar.name(), given.etag(), etag));
    Draft draft;
    draft.preconditions.push_back(etag.empty() ? MustBeAbsent(calendar.name())
                                               : MustHaveEtag(calendar.name(), etag));
    draft.puts.push_back(Wrap(std::move(calendar)));
    return draft;
  };
  const WriteOptions options{.action = "UpdateCalendar",
                             .conflict_attempts = given.etag().empty() ? kConflictAttemptsMax : 1};
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  return WithToken(Unwrap<v1::Calendar>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::AddWorkingDaysResponse> TaskService::AddWorkingDays(
    const Call& call, const v1::AddWorkingDaysRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  if (!request.has_from_time()) return FieldRequired("from_time");
  RETURN_IF_ERROR(CheckTimestamp(request.from_time(), FieldPath("from_time")));
  if (request.days() < 0 || request.days() > kWorkingDaysMax) {
    return FieldInvalid("days", std::to_string(request.days()),
                        "请填写 0 到 " + std::to_string(kWorkingDaysMax) + " 之间的天数。");
  }
  ASSIGN_OR_RETURN(const Clockwork clockwork, ReadClockwork(store_, call.deadline));
  const WorkingDays::Due due = clockwork.days.Add(ToLogTime(request.from_time()), request.days());
  v1::AddWorkingDaysResponse response;
  *response.mutable_due_time() = ToTimestamp(due.time);
  response.set_covered(due.covered);
  return response;
}

}  // namespace hotline::knowledge
