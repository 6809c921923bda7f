// An assessment report (质量评估报告) as an office files it: what its tables and charts show,
// before it has a form. Read from reports that were kept; nothing is measured for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/quality.pb.h"
#include "storage/store.h"

namespace hotline::insight {

// One row of the table of departments.
struct AssessedDepartment {
  int rank = 0;  // 1 = the best score; equal scores share a rank; 0 = none: nobody in particular,
                 // or no entries
  v1::DepartmentQuality figures;
  // Score now less score then; absent when there is no report of then with this department.
  std::optional<double> since_before;   // the report before this one
  std::optional<double> since_month;    // the newest one at least 30 days older
  std::optional<double> since_quarter;  // … 90 days
};

// One point of the trend.
struct TrendPoint {
  std::string day;  // ISO 8601
  v1::DepartmentQuality total;
};

struct Assessment {
  v1::QualityReport report;     // without rows
  std::string scope;            // display name of the department; empty = everything
  v1::DepartmentQuality total;  // of the scope
  bool summed = false;          // `total` was added up from rows: without medians
  std::vector<AssessedDepartment> departments;                     // by rank
  std::optional<double> since_before, since_month, since_quarter;  // of `total`
  std::string before_day;         // of the report before; empty = none
  std::vector<TrendPoint> trend;  // oldest first, one a day, the newest of the day
};

inline constexpr int kTrendDaysDefault = 90;
inline constexpr int kTrendDaysMax = 400;

// `name`: a report, or empty = the newest. `department`: it and those below, or empty. NOT_FOUND.
absl::StatusOr<Assessment> ReadAssessment(storage::Store& store, const std::string& name,
                                          const std::string& department, int trend_days,
                                          storage::Deadline deadline);

}  // namespace hotline::insight
