#include "services/knowledge/calendar.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "proto/cc/errors.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

constexpr int kUtcOffsetMinutesMax = 14 * 60;

absl::Status CheckDates(google::protobuf::RepeatedPtrField<std::string>* dates,
                        const FieldPath& parent, std::string_view name) {
  RETURN_IF_ERROR(CheckCount(dates->size(), kCalendarDaysMax, FieldPath(parent, name)));
  for (int i = 0; i < dates->size(); ++i) {
    if (!IsIsoDate(dates->Get(i))) {
      return FieldInvalid(FieldPath(parent, name, i).ToString(), dates->Get(i).substr(0, 40),
                          "请填写存在的日期，如 2026-01-01。");
    }
  }
  std::sort(dates->begin(), dates->end());
  const auto twice = std::adjacent_find(dates->begin(), dates->end());
  if (twice == dates->end()) return absl::OkStatus();
  return FieldInvalid(FieldPath(parent, name).ToString(), *twice, "同一天写了两次。");
}

}  // namespace

absl::Status CheckCalendar(v1::Calendar* calendar, const FieldPath& path) {
  RETURN_IF_ERROR(CheckDates(calendar->mutable_holidays(), path, "holidays"));
  RETURN_IF_ERROR(CheckDates(calendar->mutable_work_days(), path, "work_days"));
  for (int i = 0; i < calendar->work_days_size(); ++i) {
    const std::string& date = calendar->work_days(i);
    const FieldPath item(path, "work_days", i);
    // A work day is the exception of a week-end; anything else is a slip of the pen.
    if (WorkingDays().IsWorked(WorkingDays::ParseDay(date))) {
      return FieldInvalid(item.ToString(), date, "这一天不是周末，本来就上班，请核对日期。");
    }
    if (std::binary_search(calendar->holidays().begin(), calendar->holidays().end(), date)) {
      return FieldInvalid(item.ToString(), date, "这一天同时列为放假和上班，请核对。");
    }
  }
  if (calendar->utc_offset_minutes() == 0) {
    calendar->set_utc_offset_minutes(kUtcOffsetMinutesDefault);
  }
  if (std::abs(calendar->utc_offset_minutes()) > kUtcOffsetMinutesMax) {
    return FieldInvalid(FieldPath(path, "utc_offset_minutes").ToString(),
                        std::to_string(calendar->utc_offset_minutes()),
                        "请填写与协调世界时相差的分钟数，中国为 480。");
  }
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
