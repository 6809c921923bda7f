// Checks that every store makes of the arguments of reads, so that all of them refuse alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "storage/store.h"

namespace hotline::storage {

// DEADLINE_EXCEEDED (DEADLINE_PASSED) once `deadline` is reached.
absl::Status CheckDeadline(Deadline deadline);

// The position that a read with `kb_revision` (0 = now) is at: INVALID_ARGUMENT when negative,
// OUT_OF_RANGE (REVISION_NOT_REACHED) beyond `head`.
absl::StatusOr<int64_t> ReadPosition(int64_t kb_revision, int64_t head);

// INVALID_ARGUMENT unless 1 <= page_size <= kPageSizeMax.
absl::Status CheckPageSize(int page_size);

// As CheckPageSize; INVALID_ARGUMENT when `after_kb_revision` is negative, OUT_OF_RANGE
// (REVISION_NOT_REACHED) beyond `head`.
absl::Status CheckAuditRead(int64_t after_kb_revision, int page_size, int64_t head);

// INVALID_ARGUMENT when there are none or more than kPageSizeMax.
absl::Status CheckBatchNames(const std::vector<std::string>& names);

// INVALID_ARGUMENT: an unknown collection, a bad page_size, a filter on anything but entries; a
// filter on receipts without an entry, with another collection, with a position, or half a place to
// go on from.
absl::Status CheckListRequest(const store::v1::ListResourcesRequest& request);

// OUT_OF_RANGE (REVISION_NOT_REACHED).
absl::Status RevisionNotReached(int64_t kb_revision, int64_t head);

// NOT_FOUND (REQUEST_NOT_FOUND).
absl::Status RequestNotFound(std::string_view request_id);

}  // namespace hotline::storage
