// A RocksDB environment whose write-ahead log fails on command.
#pragma once

#include <atomic>
#include <memory>

#include "rocksdb/env.h"

namespace hotline::testing {

// What the next operations on write-ahead log files do.
struct LogFaults {
  std::atomic<int> syncs_to_fail = 0;    // fdatasync returns EIO; the bytes are in the file
  std::atomic<int> appends_to_fail = 0;  // write returns EIO; nothing is in the file
};

// `faults` must outlive the environment.
std::unique_ptr<rocksdb::Env> MakeFaultEnv(LogFaults& faults);

}  // namespace hotline::testing
