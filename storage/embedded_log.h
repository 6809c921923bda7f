// The log in a column of RocksDB.
//
// Because state and log are one database, AppendIf commits the effects (a RocksBatch) in the same
// synced batch as the entries. After each append, and before it is acknowledged, the high-water
// mark is moved.
//
// A repeat after kUnknown is recognised: when the entries behind `expected` are byte for byte the
// ones given, the outcome is kCommitted.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/log.h"
#include "storage/rocks_database.h"
#include "storage/rocks_mark.h"
#include "storage/rocks_options.h"

namespace hotline::storage {

// Thread-safe.
class EmbeddedLog final : public Log {
 public:
  // The log in `database`, which must outlive it. Checks the high-water mark `mark` (nullopt =
  // there was none) and the chain of hashes over everything that was not flushed when the process
  // last ended. DATA_LOSS (STORE_CORRUPTED) when acknowledged entries are missing or damaged.
  static absl::StatusOr<std::unique_ptr<EmbeddedLog>> Open(RocksDatabase& database,
                                                           const std::optional<Mark>& mark);

  // As written in log.h. `state` must be null or a RocksBatch. kRefused: INVALID_ARGUMENT for
  // records that do not stand behind `expected` or whose hashes are wrong, DEADLINE_EXCEEDED,
  // UNAVAILABLE after a failure. Any error of the disk is kUnknown, after which the database
  // refuses everything until it is opened again.
  AppendResult AppendIf(const LogHead& expected, const std::vector<LogRecord>& records,
                        StateBatch* state, Deadline deadline) override;
  bool CommitsState() const override { return true; }
  absl::StatusOr<LogHead> Barrier(Deadline deadline) override;
  absl::StatusOr<std::vector<LogRecord>> Read(int64_t first, int count, size_t bytes_max,
                                              Deadline deadline) override;
  absl::Status Trim(int64_t sequence, Deadline deadline) override;
  absl::StatusOr<LogInfo> Info(Deadline deadline) override;

 private:
  friend absl::StatusOr<struct ReadOnlyLog> ReadLog(RocksDatabase& database,
                                                    const std::optional<Mark>& mark);
  explicit EmbeddedLog(RocksDatabase& database) : database_(database) {}

  absl::Status LoadHead();
  absl::Status CheckMark(const std::optional<Mark>& mark) const;
  absl::Status CheckTail() const;
  absl::StatusOr<std::string> HashAt(int64_t sequence) const;
  bool Holds(const LogHead& expected, const std::vector<LogRecord>& records) const;

  RocksDatabase& database_;
  LogInfo info_;     // log_id and epoch never change while open; the rest is guarded by mutex_
  LogHead trimmed_;  // guarded by mutex_
  std::unique_ptr<HighWaterMark> mark_;  // guarded by mutex_
  mutable std::mutex mutex_;
};

// An embedded log of its own directory, without a store above it.
absl::StatusOr<std::unique_ptr<Log>> OpenEmbeddedLog(const RocksOptions& options);

// Head and identity of the log in a database that is open to read only, and what the mark says
// about it
// (`against_mark`): for verify, which goes on and looks at the rest. DATA_LOSS when there is no log
// to look at.
struct ReadOnlyLog {
  LogInfo info;
  absl::Status against_mark;
};
absl::StatusOr<ReadOnlyLog> ReadLog(RocksDatabase& database, const std::optional<Mark>& mark);

// Opens the database of `options.dir` with schema and mark, for a log or a store.
struct OpenedDatabase {
  std::unique_ptr<RocksDatabase> database;
  std::unique_ptr<EmbeddedLog> log;
};
absl::StatusOr<OpenedDatabase> OpenDatabase(const RocksOptions& options);

}  // namespace hotline::storage
