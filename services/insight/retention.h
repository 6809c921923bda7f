// Retention: what is deleted when its time is over. Pure; retention_sweeper.h does it.
//
//   over(record, now) = { the record is closed (or never open) }
//                     and { its time lies before the local day `now` less the days that its kind is
//                     kept }
//
// What has a clock that still runs is kept however old it is. The times are those of the log, so
// every process decides alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/config/v1/config.pb.h"
#include "hotline/insight/v1/privacy.pb.h"
#include "hotline/store/v1/change.pb.h"
#include "proto/cc/time.h"
#include "services/records/working_days.h"

namespace hotline::insight {

// How long one collection is kept.
struct RetentionRule {
  std::string_view collection;
  int keep_days = 0;  // 1 or more
};

// The rules of a configuration, in the order of their deletions. Receipts only when they are
// configured: they are proof of what was said.
std::vector<RetentionRule> RetentionRules(const config::v1::InsightConfig& config);

// The local day on which a sweep decides, and the name of its record: `retentions/r<yyyymmdd>`.
struct RetentionDay {
  records::WorkingDays::Day day = 0;
  std::string name;
};
RetentionDay RetentionDayOf(const records::WorkingDays& days, LogTime now);

// Everything whose time lies before this instant is over: the first microsecond of the local day
// `keep_days` days before `day`.
LogTime OverBefore(const records::WorkingDays& days, records::WorkingDays::Day day, int keep_days);

// The instant from which the keeping of a record counts; nullopt: it is still open, or of a kind
// that is never deleted.
std::optional<LogTime> KeepingBegins(const store::v1::Resource& resource);

// True when the record is to be deleted.
bool IsOver(const store::v1::Resource& resource, LogTime before);

// Adds a deletion of `count` records of the rule to the run.
void CountDeleted(const RetentionRule& rule, LogTime before, int64_t count, v1::RetentionRun* run);

}  // namespace hotline::insight
