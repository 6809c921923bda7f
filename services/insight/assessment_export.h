// An assessment as a file, in parts.
#pragma once

#include <memory>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/quality_service.pb.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::insight {

// Bytes of one part, at most.
inline constexpr size_t kExportPartBytes = 64U << 10U;

// The report of the request (empty = the newest) as a file. NOT_FOUND when there is no report, or
// no such department; FIELD_INVALID for a form that is none; DISK_FULL.
absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::ExportQualityReportResponse>>>
OpenAssessmentExport(storage::Store& store, const v1::ExportQualityReportRequest& request,
                     storage::Deadline deadline);

}  // namespace hotline::insight
