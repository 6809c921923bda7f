// Checks every invariant of the rows on disk against the log, in memory that does not grow with the
// base.
//
// Pass 1 reads the log from its first entry: dense, chained, decodable, log time not going back;
// and for each Change the request row, audit record, position row (digest and count of resources)
// and version rows that it must have written. The digest is recomputed from the version rows
// before, which pass 1 has checked earlier. Pass 2 reads the history: each newest version has its
// head row (or none, if deleted) with the right leaf, each live entry and receipt its index rows.
// Rows beyond those are found by counting: every column must hold exactly as many rows as the
// passes asked for.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "storage/keys.h"
#include "storage/rocks_store.h"
#include "storage/rocks_view.h"

namespace hotline::storage {

inline constexpr size_t kViolationsMax = 100;

// Checks the state that `view` shows. What is wrong is in the report; an error means that the check
// itself could not be finished (DEADLINE_EXCEEDED, a file that can't be read).
absl::StatusOr<VerifyReport> VerifyView(const RocksView& view, Deadline deadline);

// One run of VerifyView. Not thread-safe.
class Verifier {
 public:
  Verifier(const RocksView& view, Deadline deadline) : view_(view), deadline_(deadline) {}
  absl::StatusOr<VerifyReport> Run();

 private:
  absl::Status CheckLog();
  absl::Status CheckChange(const LogRecord& record);
  absl::Status CheckEffects(const store::v1::Change& change);
  absl::Status CheckEffect(const store::v1::Effect& effect, int64_t kb_revision);
  absl::Status CheckHistory();
  absl::Status CheckNewest(const VersionKey& key, const std::string& bytes);
  absl::Status CheckCounts();
  // Expects `value` in the row; counts the row.
  absl::Status Expect(Column column, const std::string& key, std::string_view value,
                      std::string_view what);
  absl::StatusOr<int64_t> CountRows(Column column);
  absl::Status CheckTime();
  void Violation(const std::string& what);

  const RocksView& view_;
  const Deadline deadline_;
  VerifyReport report_;
  Tip tip_;  // rebuilt from the log
  std::map<Column, int64_t> expected_rows_;
  int64_t steps_ = 0;
};

}  // namespace hotline::storage
