// The audit chain as rows: record by record, each with the details that its Change has.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"

#include "storage/rocks_view.h"
#include "storage/store.h"

namespace hotline::storage {

// As Store::ReadAudit, on the state that `view` shows. Every record is checked against the one
// before it and against its details.
absl::StatusOr<AuditPage> ReadAuditRows(const RocksView& view, int64_t after_kb_revision,
                                        int page_size, Deadline deadline);

}  // namespace hotline::storage
