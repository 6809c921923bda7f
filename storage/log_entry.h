// Entries of the log: how a Change becomes bytes in the chain of hashes, and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/store/v1/change.pb.h"
#include "storage/log.h"

namespace hotline::storage {

inline constexpr int kLogEntryFormat = 1;

// Who writes: all that an entry says about its writer.
struct LogWriter {
  std::string log_id;
  int64_t epoch = 1;
  std::string nonce;  // random per process start
};

// SHA-256(prev_hash || bytes).
std::string ChainHash(std::string_view prev_hash, std::string_view bytes);

// The record that puts `change` behind `head`; change.kb_revision must be head.sequence + 1.
LogRecord MakeLogRecord(const LogWriter& writer, const LogHead& head,
                        const store::v1::Change& change);

// The entry in `record`, which must stand behind `prev_hash`.
// DATA_LOSS (STORE_CORRUPTED) when it can't be read, names another position or log, or breaks the
// chain; FAILED_PRECONDITION when its format or hash algorithm is one that this program does not
// know.
absl::StatusOr<store::v1::LogEntry> ReadLogRecord(const LogRecord& record,
                                                  std::string_view prev_hash,
                                                  std::string_view log_id);

// DATA_LOSS (STORE_CORRUPTED): what is damaged, and what the operator must do.
absl::Status Corrupted(std::string_view what);

}  // namespace hotline::storage
