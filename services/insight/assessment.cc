#include "services/insight/assessment.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/insight/quality_evidence.h"
#include "services/insight/quality_figures.h"
#include "services/insight/quality_measure.h"
#include "services/records/working_days.h"

namespace hotline::insight {
namespace {

using records::WorkingDays;
using v1::DepartmentQuality;
using v1::QualityReport;

constexpr int kMonthDays = 30;
constexpr int kQuarterDays = 90;

DepartmentQuality TotalOf(const QualityReport& report, const std::string& department,
                          const DepartmentNames& names) {
  if (department.empty()) return report.total();
  std::vector<DepartmentQuality> rows;
  for (const DepartmentQuality& row : report.departments()) {
    if (names.Covers(department, row.department())) rows.push_back(row);
  }
  return SumOf(rows);
}

std::optional<double> Since(const std::optional<QualityReport>& then,
                            const DepartmentQuality& now) {
  if (!then.has_value()) return std::nullopt;
  for (const DepartmentQuality& row : then->departments()) {
    if (row.department() == now.department()) return now.score() - row.score();
  }
  return std::nullopt;
}

// True when `a` was measured before `b`.
bool IsBefore(const QualityReport& a, const QualityReport& b) {
  return ToLogTime(a.create_time()) < ToLogTime(b.create_time());
}

// Remembers the newest of the reports that it is shown.
void KeepNewest(const QualityReport& report, std::optional<QualityReport>* kept) {
  if (!kept->has_value() || IsBefore(**kept, report)) *kept = report;
}

absl::StatusOr<QualityReport> NewestReport(storage::Store& store, storage::Deadline deadline) {
  std::optional<QualityReport> newest;
  RETURN_IF_ERROR(
      VisitCollection(store, kReports, 0, {}, deadline, [&](const store::v1::Resource& resource) {
        KeepNewest(resource.quality_report(), &newest);
        return absl::OkStatus();
      }));
  if (newest.has_value()) return *std::move(newest);
  return MakeError(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND,
                   "还没有质量测评报告，请先用 kbctl quality measure --record 测评一次。");
}

// The reports that are compared with, found in one pass.
struct Earlier {
  std::optional<QualityReport> before, month, quarter;
};

absl::StatusOr<Earlier> ReadEarlier(storage::Store& store, const std::string& department,
                                    const DepartmentNames& names, int trend_days,
                                    storage::Deadline deadline, Assessment* assessment) {
  Earlier earlier;
  const QualityReport& report = assessment->report;
  const WorkingDays::Day today = WorkingDays::ParseDay(report.day());
  std::vector<std::pair<LogTime, TrendPoint>> trend;
  RETURN_IF_ERROR(
      VisitCollection(store, kReports, 0, {}, deadline, [&](const store::v1::Resource& resource) {
        const QualityReport& other = resource.quality_report();
        const bool itself = other.name() == report.name();
        if (!itself && !IsBefore(other, report)) return absl::OkStatus();
        const WorkingDays::Day age = today - WorkingDays::ParseDay(other.day());
        if (!itself) KeepNewest(other, &earlier.before);
        if (age >= kMonthDays) KeepNewest(other, &earlier.month);
        if (age >= kQuarterDays) KeepNewest(other, &earlier.quarter);
        if (age < trend_days) {
          trend.emplace_back(ToLogTime(other.create_time()),
                             TrendPoint{other.day(), TotalOf(other, department, names)});
        }
        return absl::OkStatus();
      }));
  std::sort(trend.begin(), trend.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.day, a.first) < std::tie(b.second.day, b.first);
  });
  for (auto& [time, point] : trend) {
    if (!assessment->trend.empty() && assessment->trend.back().day == point.day)
      assessment->trend.pop_back();
    assessment->trend.push_back(std::move(point));
  }
  return earlier;
}

// True of a department that answers for entries: the others have nothing to be ranked by.
bool IsRanked(const AssessedDepartment& row) {
  return !row.figures.department().empty() && row.figures.entry_count() > 0;
}

void Rank(const Earlier& earlier, std::vector<AssessedDepartment>* departments) {
  std::stable_sort(departments->begin(), departments->end(), [](const auto& a, const auto& b) {
    if (IsRanked(a) != IsRanked(b)) return IsRanked(a);
    return a.figures.score() > b.figures.score();
  });
  for (size_t i = 0; i < departments->size(); ++i) {
    AssessedDepartment& row = (*departments)[i];
    const bool equal = i > 0 && (*departments)[i - 1].figures.score() == row.figures.score();
    if (IsRanked(row)) row.rank = equal ? (*departments)[i - 1].rank : static_cast<int>(i) + 1;
    row.since_before = Since(earlier.before, row.figures);
    row.since_month = Since(earlier.month, row.figures);
    row.since_quarter = Since(earlier.quarter, row.figures);
  }
}

}  // namespace

absl::StatusOr<Assessment> ReadAssessment(storage::Store& store, const std::string& name,
                                          const std::string& department, int trend_days,
                                          storage::Deadline deadline) {
  Assessment assessment;
  if (name.empty()) {
    ASSIGN_OR_RETURN(assessment.report, NewestReport(store, deadline));
  } else {
    ASSIGN_OR_RETURN(storage::Versioned read, store.Get(name, 0, deadline));
    assessment.report = std::move(*read.resource.mutable_quality_report());
  }
  ASSIGN_OR_RETURN(const DepartmentNames names, ReadDepartmentNames(store, 0, deadline));
  if (!department.empty()) {
    if (!names.Has(department)) return NotFound(department);
    assessment.scope = names.DisplayName(department);
    assessment.summed = names.Below(department).size() > 1;
  }
  ASSIGN_OR_RETURN(const Earlier earlier,
                   ReadEarlier(store, department, names, trend_days, deadline, &assessment));
  for (const DepartmentQuality& row : assessment.report.departments()) {
    if (names.Covers(department, row.department()))
      assessment.departments.push_back({.figures = row});
  }
  Rank(earlier, &assessment.departments);
  assessment.total = TotalOf(assessment.report, department, names);
  const auto since = [&](const std::optional<QualityReport>& then) -> std::optional<double> {
    if (!then.has_value()) return std::nullopt;
    return assessment.total.score() - TotalOf(*then, department, names).score();
  };
  assessment.since_before = since(earlier.before);
  assessment.since_month = since(earlier.month);
  assessment.since_quarter = since(earlier.quarter);
  if (earlier.before.has_value()) assessment.before_day = earlier.before->day();
  assessment.report.clear_departments();
  return assessment;
}

}  // namespace hotline::insight
