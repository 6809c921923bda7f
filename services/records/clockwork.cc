#include "services/records/clockwork.h"

#include <string>
#include <utility>

#include "proto/cc/errors.h"

namespace hotline::records {

absl::StatusOr<Clockwork> ReadClockwork(storage::Store& store, storage::Deadline deadline) {
  Clockwork clockwork;
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(deadline));
  clockwork.now = ToLogTime(status.log_time());
  ASSIGN_OR_RETURN(storage::ResourcePage page,
                   store.BatchGet({std::string(kCalendarName)}, 0, deadline));
  if (page.resources.empty()) return clockwork;
  clockwork.calendar = std::move(*page.resources.front().resource.mutable_calendar());
  clockwork.days = WorkingDays(*clockwork.calendar);
  return clockwork;
}

}  // namespace hotline::records
