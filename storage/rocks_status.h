// The one place where rocksdb::Status becomes absl::Status.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace hotline::storage {

// For calls on an open database. The text of RocksDB (paths, offsets) is kept out of messages for
// callers.
absl::Status FromRocks(const rocksdb::Status& status);

// For opening: the operator is told what RocksDB found. `existing` = the directory held a base
// before, so what is missing is lost.
absl::Status FromRocksOpen(const rocksdb::Status& status, bool existing);

}  // namespace hotline::storage
