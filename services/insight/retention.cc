#include "services/insight/retention.h"

#include <chrono>
#include <cstdio>

#include "proto/cc/names.h"

namespace hotline::insight {
namespace {

using store::v1::Resource;

constexpr int kCaseDays = 730;
constexpr int kUsageDays = 400;
constexpr int kReadingDays = 400;
constexpr int kReportDays = 1'825;
constexpr LogTime kMicrosPerSecond = 1'000'000;

template <typename Message>
std::optional<LogTime> Closed(const Message& message) {
  if (!message.has_close_time()) return std::nullopt;
  return ToLogTime(message.close_time());
}

}  // namespace

std::vector<RetentionRule> RetentionRules(const config::v1::InsightConfig& config) {
  const auto days = [](int configured, int standard) {
    return configured > 0 ? configured : standard;
  };
  std::vector<RetentionRule> rules = {
      {kGaps, days(config.case_keep_days(), kCaseDays)},
      {kCorrections, days(config.case_keep_days(), kCaseDays)},
      {kUsages, days(config.usage_keep_days(), kUsageDays)},
      {kReadings, days(config.reading_keep_days(), kReadingDays)},
      {kReports, days(config.report_keep_days(), kReportDays)},
      {kEvents, days(config.report_keep_days(), kReportDays)},
  };
  if (config.receipt_keep_days() > 0) rules.push_back({kReceipts, config.receipt_keep_days()});
  return rules;
}

RetentionDay RetentionDayOf(const records::WorkingDays& days, LogTime now) {
  RetentionDay found{.day = days.DayOf(now)};
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(found.day))};
  char id[16];
  std::snprintf(id, sizeof id, "r%04d%02u%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  found.name = MakeName(kRetentions, id);
  return found;
}

LogTime OverBefore(const records::WorkingDays& days, records::WorkingDays::Day day, int keep_days) {
  return days.EndOf(day - keep_days - 1) + kMicrosPerSecond;
}

std::optional<LogTime> KeepingBegins(const Resource& resource) {
  switch (resource.kind_case()) {
    case Resource::kGap:
      return Closed(resource.gap());
    case Resource::kCorrection:
      return Closed(resource.correction());
    case Resource::kReceipt:
      return ToLogTime(resource.receipt().give_time());
    case Resource::kUsageBatch:
      return ToLogTime(resource.usage_batch().create_time());
    case Resource::kReadingBatch:
      return ToLogTime(resource.reading_batch().create_time());
    case Resource::kQualityReport:
      return ToLogTime(resource.quality_report().create_time());
    case Resource::kMajorEvent:
      if (resource.major_event().state() != v1::MajorEvent::CLOSED) return std::nullopt;
      return ToLogTime(resource.major_event().update_time());
    default:
      return std::nullopt;
  }
}

bool IsOver(const Resource& resource, LogTime before) {
  const std::optional<LogTime> begins = KeepingBegins(resource);
  return begins.has_value() && *begins < before;
}

void CountDeleted(const RetentionRule& rule, LogTime before, int64_t count, v1::RetentionRun* run) {
  for (v1::RetentionRun::Deletion& deletion : *run->mutable_deletions()) {
    if (deletion.collection() != rule.collection) continue;
    deletion.set_count(deletion.count() + count);
    return;
  }
  v1::RetentionRun::Deletion& deletion = *run->add_deletions();
  deletion.set_collection(std::string(rule.collection));
  deletion.set_count(count);
  deletion.set_keep_days(rule.keep_days);
  *deletion.mutable_before_time() = ToTimestamp(before);
}

}  // namespace hotline::insight
