// What can be set of a durable store.
#pragma once

#include <cstdint>
#include <string>

#include "storage/clocks.h"
#include "storage/follower_registry.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace hotline::storage {

struct RocksOptions {
  std::string dir;  // created when it does not exist
  // Space kept back for recalls and restarts on a full disk.
  int64_t reserve_mib = 256;
  // Space that must stay free beside it; below, writes other than recalls are refused.
  int64_t free_margin_mib = 64;
  // Block cache of RocksDB.
  int64_t cache_mib = 256;
  // Memory of rows that are not flushed yet, all columns together; the write-ahead log may hold
  // twice as much.
  int64_t write_buffer_mib = 64;
  // Longest refuse_after_ms that followers may announce.
  int64_t refuse_after_ms_max = kRefuseAfterMsMaxDefault;
  // Reads every block when opening, so that damage is found at the start and not by a citizen's
  // question.
  bool verify_checksums_at_open = true;
  // False only for the control run of the power-cut test, which must then lose acknowledged writes.
  bool sync = true;
  Clocks clocks = SystemClocks();
  // File access, for tests that inject faults; null = the machine's. Must outlive the store.
  rocksdb::Env* env = nullptr;
};

}  // namespace hotline::storage
