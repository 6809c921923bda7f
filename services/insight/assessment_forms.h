// The forms of an assessment: the bytes of a file.
#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "services/insight/assessment.h"

namespace hotline::insight {

// UTF-8 with byte order mark, RFC 4180, no cell a formula: the cover, the table of departments, the
// trend, the meaning of each column; tables are parted by an empty line.
std::string AssessmentCsv(const Assessment& assessment);

// One self-contained page for A4: no script, nothing from elsewhere; every text is escaped.
std::string AssessmentHtml(const Assessment& assessment);

// Office Open XML with worksheets 概要, 各单位, 趋势, 说明 and native charts. Written to a
// temporary file without a name that outlives the call. RESOURCE_EXHAUSTED: DISK_FULL.
absl::StatusOr<std::string> AssessmentXlsx(const Assessment& assessment);

}  // namespace hotline::insight
