// TaskService as plain functions: proto/hotline/knowledge/v1/fact_service.proto says what each one
// promises.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/fact_service.pb.h"
#include "services/knowledge/records.h"
#include "services/knowledge/writer.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Stateless; thread-safe; blocks for as long as the store does. Reading needs kReadEntries, closing
// a task kWriteLedgers at its department, the calendar kManageDepartments.
class TaskService final {
 public:
  // `store` must outlive this. `new_id` makes UUIDs; tests may give their own.
  explicit TaskService(storage::Store& store, Writer::NewId new_id = {});

  using Call = runtime::Call;

  // A page ends early, with a token, after kTasksScannedMax tasks that do not match.
  absl::StatusOr<v1::ListTasksResponse> ListTasks(const Call& call,
                                                  const v1::ListTasksRequest& request);
  // FAILED_PRECONDITION (STATE_CONFLICT) when it is closed already.
  absl::StatusOr<v1::Task> CloseTask(const Call& call, const v1::CloseTaskRequest& request);
  // NOT_FOUND as long as none was given.
  absl::StatusOr<v1::Calendar> GetCalendar(const Call& call, const v1::GetCalendarRequest& request);
  absl::StatusOr<v1::Calendar> UpdateCalendar(const Call& call,
                                              const v1::UpdateCalendarRequest& request);
  absl::StatusOr<v1::AddWorkingDaysResponse> AddWorkingDays(
      const Call& call, const v1::AddWorkingDaysRequest& request);

 private:
  storage::Store& store_;
  Reader reader_;
  Writer writer_;
};

}  // namespace hotline::knowledge
