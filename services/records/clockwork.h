// The time that clocks of the base run by: its calendar and its log time, read together.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include "services/records/working_days.h"
#include "storage/store.h"

namespace hotline::records {

inline constexpr std::string_view kCalendarName = "calendars/cn";

// The calendar of the base now, with its log time; without a calendar week-ends alone are free.
struct Clockwork {
  WorkingDays days;
  std::optional<knowledge::v1::Calendar> calendar;
  LogTime now = 0;
};
absl::StatusOr<Clockwork> ReadClockwork(storage::Store& store, storage::Deadline deadline);

}  // namespace hotline::records
