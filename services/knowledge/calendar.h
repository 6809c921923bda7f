// The calendar that clocks run on: kept in the base, so that each year's announcement is data.
#pragma once

#include "absl/status/status.h"

#include "hotline/knowledge/v1/resources.pb.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge {

// Checks a calendar and brings it into stored form: dates that exist, sorted, each once; work days
// lie on week-ends, no day is both; an offset of 0 becomes that of China.
absl::Status CheckCalendar(v1::Calendar* calendar, const FieldPath& path);

}  // namespace hotline::knowledge
