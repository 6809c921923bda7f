// From a resolved Change to rows: what each column holds after it. Free of files, threads and
// decisions: the same Change on the same state always gives the same rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/store/v1/change.pb.h"
#include "storage/audit_record.h"
#include "storage/digest.h"
#include "storage/log.h"
#include "storage/schema.h"
#include "storage/store.h"

namespace hotline::storage {

// A row to write, or to delete when there is no value.
struct RowEdit {
  Column column = Column::kMeta;
  std::string key;
  std::optional<std::string> value;
};

// A live version with its leaf in the digest.
struct LiveVersion {
  Versioned version;
  std::string leaf;
};

// The live version of a resource before the Change; nullopt when there is none.
using LookupLive = std::function<absl::StatusOr<std::optional<LiveVersion>>(std::string_view name)>;

// What grows from Change to Change.
struct Tip {
  LogHead head;
  LogTime commit_time = 0;
  StateDigest digest;
  int64_t resource_count = 0;
  int64_t audit_sequence = 0;
  std::string audit_hash;
};

// The rows that `change`, stored as `record`, writes on top of the state that `lookup` shows; moves
// `tip` to it. The row of the log itself is written by the log. Errors are those of `lookup`.
absl::StatusOr<std::vector<RowEdit>> Apply(const store::v1::Change& change, const LogRecord& record,
                                           const LookupLive& lookup, Tip& tip);

// The value of the request row of a Change, and of the position row at `tip`.
std::string RequestRowOf(const store::v1::Change& change);
std::string PositionRowOf(const Tip& tip);

}  // namespace hotline::storage
