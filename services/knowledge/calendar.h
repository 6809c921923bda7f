// The calendar that clocks run on: kept in the base, so that each year's announcement is data.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/field_check.h"
#include "services/knowledge/working_days.h"
#include "storage/store.h"

namespace hotline::knowledge {

inline constexpr std::string_view kCalendarName = "calendars/cn";

// Checks a calendar and brings it into stored form: dates that exist, sorted, each once; work days
// lie on week-ends, no day is both; an offset of 0 becomes that of China.
absl::Status CheckCalendar(v1::Calendar* calendar, const FieldPath& path);

// The calendar of the base now, with its log time; without a calendar week-ends alone are free.
struct Clockwork {
  WorkingDays days;
  std::optional<v1::Calendar> calendar;
  LogTime now = 0;
};
absl::StatusOr<Clockwork> ReadClockwork(storage::Store& store, storage::Deadline deadline);

}  // namespace hotline::knowledge
