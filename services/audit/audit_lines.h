// Links of the chain as people read them: one line for a Change, one for each event of a batch.
#pragma once

#include <vector>

#include "absl/status/statusor.h"

#include "hotline/audit/v1/audit_service.pb.h"
#include "hotline/store/v1/store_service.pb.h"

namespace hotline::audit {

// The action of a line that tells of lost events.
inline constexpr char kLostAction[] = "EVENTS_LOST";

// In order of the batch. DATA_LOSS (STORE_CORRUPTED) for bytes that can't be read.
absl::StatusOr<std::vector<v1::AuditLine>> LinesOf(const store::v1::AuditLink& link);

// True when all filters of the request but the times hold.
bool Matches(const v1::ListAuditRecordsRequest& request, const v1::AuditLine& line);

}  // namespace hotline::audit
