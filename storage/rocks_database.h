// One directory on disk: RocksDB with our columns, the lock, the reserve, and the latch that stops
// everything after the first error of the log.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message_lite.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

#include "storage/log.h"
#include "storage/rocks_disk.h"
#include "storage/rocks_options.h"
#include "storage/schema.h"

namespace hotline::storage {

// The batch that carries the effects of log entries into the same database as the log.
class RocksBatch final : public StateBatch {
 public:
  rocksdb::WriteBatch rows;
};

// Thread-safe.
class RocksDatabase {
 public:
  // Opens the directory, or makes a new base in it. `existing` tells whether there must be one
  // already. DATA_LOSS: something is missing or damaged; FAILED_PRECONDITION: in use by another
  // process, no permission, or of a newer schema; RESOURCE_EXHAUSTED: the disk is full even without
  // the reserve.
  static absl::StatusOr<std::unique_ptr<RocksDatabase>> Open(const RocksOptions& options,
                                                             bool existing);

  // Opens it to read only, beside nobody or a running process; sees what was on disk at this
  // moment.
  static absl::StatusOr<std::unique_ptr<RocksDatabase>> OpenReadOnly(const std::string& dir);

  ~RocksDatabase();
  RocksDatabase(const RocksDatabase&) = delete;
  RocksDatabase& operator=(const RocksDatabase&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* column(Column column) const {
    return columns_[static_cast<size_t>(column)];
  }
  DiskGuard& disk() { return *disk_; }
  const RocksOptions& options() const { return options_; }

  // Writes durably (unless options.sync is off), all or nothing. Any error closes the latch: the
  // rows may or may not be there after the next start.
  absl::Status Write(rocksdb::WriteBatch& batch);

  // The value of a row; nullopt when there is none.
  absl::StatusOr<std::optional<std::string>> Row(Column column, std::string_view key,
                                                 const rocksdb::Snapshot* snapshot = nullptr) const;

  // The message in a row; false when there is none. DATA_LOSS when it can't be decoded.
  absl::StatusOr<bool> Message(Column column, std::string_view key,
                               const rocksdb::Snapshot* snapshot,
                               google::protobuf::MessageLite& message) const;

  std::unique_ptr<rocksdb::Iterator> Iterate(Column column,
                                             const rocksdb::Snapshot* snapshot = nullptr) const;

  // Closes the latch.
  void Fail();
  bool failed() const { return failed_.load(); }

  // OK, or UNAVAILABLE (NOT_SERVING) after a failure.
  absl::Status CheckServing() const;

  // RocksDB stopped its background work for want of space; Resume starts it again.
  bool out_of_space() const { return out_of_space_->load(); }
  void Resume();

 private:
  RocksDatabase(RocksOptions options, std::unique_ptr<DiskGuard> disk);

  absl::Status OpenColumns(const rocksdb::DBOptions& db_options, bool read_only, bool existing);

  const RocksOptions options_;
  const std::unique_ptr<DiskGuard> disk_;
  const std::shared_ptr<std::atomic<bool>> out_of_space_;  // also written by RocksDB's threads
  std::atomic<bool> failed_ = false;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // all, also unknown ones of a newer schema
  std::array<rocksdb::ColumnFamilyHandle*, kColumnCount> columns_{};
};

// A slice of text of ours.
inline rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace hotline::storage
