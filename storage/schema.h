// The layout on disk: columns, and the numbered steps from each version to the next.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

namespace hotline::storage {

class RocksDatabase;

enum class Column : size_t { kMeta, kLog, kVersion, kHead, kIndex, kRequest, kAudit, kPosition };
inline constexpr size_t kColumnCount = 8;

// Names of the column families, in the order of Column.
//
// clang-format off
//  column   | key         | value (protobuf)                 | rows
//  ---------+-------------+----------------------------------+-------------------------------------
//  default  | kSchemaKey… | SchemaRow, TimelineRow, TrimRow  | one each
//  log      | SequenceKey | LogRow                           | one per Change; the truth
//  version  | VersionKey  | store.v1.Resource                | one per effect; without kind = deleted
//  head     | name        | HeadRow                          | one per live resource
//  index    | IndexKey    | empty                            | IndexKeysOf each live resource
//  request  | request_id  | RequestRow                       | one per Change
//  audit    | SequenceKey | store.v1.AuditRecord             | one per Change, chained by hashes
//  position | SequenceKey | PositionRow (digest, log time)   | one per Change
// clang-format on
//
// All rows of a Change are written in one batch; column families are flushed together
// (atomic_flush), so that what survives a crash is a prefix of the batches in every column.
inline constexpr std::array<std::string_view, kColumnCount> kColumnNames = {
    "default", "log", "version", "head", "index", "request", "audit", "position"};

// Keys of column default.
inline constexpr std::string_view kSchemaKey = "schema";
inline constexpr std::string_view kTimelineKey = "timeline";
inline constexpr std::string_view kTrimKey = "trim";

// The version that this program writes.
//   2  column index: rows of IndexField::kReference (facts used, policies cited)
//   3  column index: rows of IndexField::kReceipt (receipts under their entries)
inline constexpr int kSchemaVersion = 3;

// One step to `version` from the one before. A step is written once and never changed.
struct Migration {
  int version;
  std::string_view name;
  absl::Status (*run)(RocksDatabase& database);
};

// Brings an existing directory to kSchemaVersion, or gives a new one its schema and timeline rows.
// FAILED_PRECONDITION when a newer program wrote it; DATA_LOSS when the row is missing though there
// is data.
absl::Status PrepareSchema(RocksDatabase& database);

// OK when the directory is of kSchemaVersion; FAILED_PRECONDITION otherwise. For readers that must
// not change it.
absl::Status CheckSchema(const RocksDatabase& database);

}  // namespace hotline::storage
