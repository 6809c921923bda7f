// The high-water mark: the newest acknowledged log entry, kept outside of RocksDB.
//
// RocksDB takes a write-ahead log that is missing or cut for a normal end of the log and opens with
// fewer writes. The mark is what it is compared with. File HIGHWATER: two slots of 4 KiB, written
// in turn with pwrite + fdatasync after each group of commits and before they are acknowledged; a
// torn slot leaves the one before. A slot is magic (8) | size (4, LE) | CRC-32 of the payload (4,
// LE) | MarkRow.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "storage/log.h"

namespace hotline::storage {

struct Mark {
  std::string log_id;
  LogHead head;
};

// Not thread-safe.
class HighWaterMark {
 public:
  // The mark in `dir`; nullopt when there is no file. DATA_LOSS when no slot can be read.
  static absl::StatusOr<std::optional<Mark>> Read(const std::string& dir);

  // Opens the file for writing, or creates it (durably: temporary file, fsync, rename, fsync of the
  // directory). RESOURCE_EXHAUSTED (DISK_FULL), INTERNAL.
  static absl::StatusOr<std::unique_ptr<HighWaterMark>> Open(const std::string& dir,
                                                             const Mark& mark);
  ~HighWaterMark();
  HighWaterMark(const HighWaterMark&) = delete;
  HighWaterMark& operator=(const HighWaterMark&) = delete;

  // Durable when it returns OK.
  absl::Status Write(const LogHead& head);

 private:
  HighWaterMark(int fd, std::string log_id, int64_t generation);

  const int fd_;
  const std::string log_id_;
  int64_t generation_;
};

}  // namespace hotline::storage
