// One measurement of the base: what is wrong with each entry, and the figures of that. Reads at one
// position, page by page; memory grows with findings and departments, not with texts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/quality.pb.h"
#include "hotline/insight/v1/quality_service.pb.h"
#include "services/insight/quality_evidence.h"
#include "services/insight/quality_figures.h"

namespace hotline::insight {

// Neighbours are asked for so many entries of one measurement, at most; the rest is said.
inline constexpr int kNeighbourChecksMax = 2'000;
// Findings of one list, at most.
inline constexpr size_t kFindingsMax = 200'000;

// Measures now. The report has no name and is not written. NOT_FOUND for a department that is not
// there; CANCELLED (CALLER_CANCELLED) when `scope.stopped`; errors of the store.
absl::StatusOr<v1::QualityReport> MeasureQuality(const QualitySources& sources,
                                                 const QualityScope& scope,
                                                 storage::Deadline deadline);

// What is to be mended, by entry, then by sort of fault.
struct QualityFindings {
  std::vector<v1::ListQualityFindingsResponse::Finding> findings;
  int64_t kb_revision = 0;
};
// Errors as MeasureQuality; LIMIT_EXCEEDED beyond kFindingsMax.
absl::StatusOr<QualityFindings> FindQualityFaults(const QualitySources& sources, QualityScope scope,
                                                  storage::Deadline deadline);

// All departments at a position.
absl::StatusOr<DepartmentNames> ReadDepartmentNames(storage::Store& store, int64_t kb_revision,
                                                    storage::Deadline deadline);

}  // namespace hotline::insight
