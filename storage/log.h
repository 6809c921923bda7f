// The ordered change log, engine-neutral.
//
// The log holds entries 1, 2, 3 … of bytes; each carries the hash of the one before, so the head
// {sequence, hash} names the whole history. An append is conditional on the head: this is what
// makes it safe to repeat after an unknown outcome. One contract suite
// (tests/conformance/log_contract_test) runs over every engine and over a fake that injects faults.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hotline::storage {

// The newest entry: its sequence (0 = empty log) and its hash (empty = empty log).
struct LogHead {
  int64_t sequence = 0;
  std::string hash;
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

// Who counts: a log never changes its id; the epoch grows when an operator fences the writers
// before.
struct LogInfo {
  std::string log_id;
  int64_t epoch = 1;
  LogHead head;
  int64_t first_sequence = 1;  // entries before it were trimmed
};

// Bytes of an entry with its hash, as stored.
struct LogRecord {
  int64_t sequence = 0;
  std::string bytes;  // serialised hotline.store.v1.LogEntry
  std::string hash;   // hash of prev_hash || bytes, by the algorithm that the entry names
};

// What came of an append.
struct AppendResult {
  enum class Outcome {
    kCommitted,  // the entries are durable at expected.sequence + 1 …
    kConflict,   // certainly not appended: `head` is the head that was found
    kUnknown,    // may or may not be appended: repeat the same bytes on the same head
    kRefused,    // certainly not appended, for the reason in `status` (disk full, closed)
  };
  Outcome outcome = Outcome::kUnknown;
  LogHead head;
  absl::Status status;  // why, for kUnknown and kRefused
};

// The effects of the entries on the local state. An engine that lives in the same database as the
// state (embedded) writes both in one batch; other engines ignore it, and the caller applies after
// kCommitted.
class StateBatch {
 public:
  StateBatch() = default;
  StateBatch(const StateBatch&) = delete;
  StateBatch& operator=(const StateBatch&) = delete;
  virtual ~StateBatch() = default;
};

class Log {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  // Appends `records` (sequences expected.sequence + 1 …) if the head is still `expected`: all of
  // them or none.
  virtual AppendResult AppendIf(const LogHead& expected, const std::vector<LogRecord>& records,
                                StateBatch* state, Deadline deadline) = 0;

  // True when AppendIf commits `state` together with the entries.
  virtual bool CommitsState() const = 0;

  // A head that includes every append that was committed before the call began.
  virtual absl::StatusOr<LogHead> Barrier(Deadline deadline) = 0;

  // Entries from `first`, in order, at most `count` and about `bytes_max`; fewer at the end of the
  // log. OUT_OF_RANGE when `first` was trimmed; DATA_LOSS when an entry is damaged or missing.
  virtual absl::StatusOr<std::vector<LogRecord>> Read(int64_t first, int count, size_t bytes_max,
                                                      Deadline deadline) = 0;

  // Drops entries up to and including `sequence`, which followers have.
  virtual absl::Status Trim(int64_t sequence, Deadline deadline) = 0;

  virtual absl::StatusOr<LogInfo> Info(Deadline deadline) = 0;
};

}  // namespace hotline::storage
