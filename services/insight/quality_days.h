// Local days and the nights between them, as the quality meter counts. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "proto/cc/time.h"
#include "services/records/working_days.h"

namespace hotline::insight {

// Minutes after midnight of "HH:MM"; nullopt for "off"; empty = 02:00. FIELD_INVALID otherwise.
absl::StatusOr<std::optional<int>> ParseQualityTime(std::string_view text);

// The newest night that has begun: the local day of it, and its instant.
struct Night {
  std::string day;
  LogTime begin = 0;
};
Night NewestNight(LogTime now, int minutes, const records::WorkingDays& days);

// `reports/q20261126`: one name for each night, whoever measures.
std::string NightlyName(std::string_view iso_day);
// `reports/q20261126-153012-xxxx…`: names sort by time, but that a night's comes first of its day.
std::string OnDemandName(LogTime now, const records::WorkingDays& days, std::string_view seed);

}  // namespace hotline::insight
