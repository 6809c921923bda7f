// Checks of what is counted.
#pragma once

#include <string_view>

#include "absl/status/status.h"

#include "hotline/insight/v1/usage_service.pb.h"
#include "services/runtime/call.h"

namespace hotline::insight {

inline constexpr size_t kUsageQuestionMax = 1'000;  // characters
inline constexpr int kRecordedRowsMax = 2'000;
inline constexpr int kRecordedMissesMax = 500;

// Empty, or a code: UNKNOWN_REGION.
absl::Status CheckOptionalRegion(std::string_view region, std::string_view field);

// Every field of a batch of asks: INVALID_ARGUMENT, after which the sender gives the batch up.
absl::Status CheckRecordAsks(const v1::RecordAsksRequest& request);

}  // namespace hotline::insight
