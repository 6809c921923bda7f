// One group of commits on its way into the log: each is decided on the state that the ones before
// it in the group leave behind, and all of them become one batch.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "storage/apply.h"
#include "storage/log_entry.h"
#include "storage/rocks_database.h"
#include "storage/rocks_view.h"

namespace hotline::storage {

// Not thread-safe.
class CommitGroup {
 public:
  // `view` is the newest state; it and `writer` must outlive the group.
  CommitGroup(const RocksView& view, const LogWriter& writer);

  // Decides a checked request, stamped with `now`, and adds what it changes. The reply holds once
  // the group is written; an error is certain at once.
  absl::StatusOr<store::v1::CommitResponse> Add(const store::v1::CommitRequest& request,
                                                LogTime now);

  bool empty() const { return records_.empty(); }
  const LogHead& expected() const { return expected_; }
  const std::vector<LogRecord>& records() const { return records_; }
  RocksBatch& batch() { return batch_; }
  const Tip& tip() const { return tip_; }

 private:
  struct FirstUse {
    store::v1::CommitResponse response;
    std::string fingerprint;
  };

  absl::StatusOr<std::optional<LiveVersion>> Live(std::string_view name);
  // An entry that uses or cites `name` as of tip_.
  absl::StatusOr<std::optional<std::string>> Referrer(std::string_view name);
  absl::StatusOr<std::optional<FirstUse>> FirstUseOf(const std::string& request_id) const;
  void Keep(const store::v1::Change& change, const std::vector<RowEdit>& edits);

  const RocksView& view_;
  const LogWriter& writer_;
  const LogHead expected_;
  Tip tip_;
  // Live versions as of tip_ of every name that the group has looked at or written.
  std::map<std::string, std::optional<LiveVersion>, std::less<>> live_;
  std::map<std::string, FirstUse, std::less<>> requests_;
  std::vector<LogRecord> records_;
  RocksBatch batch_;
};

}  // namespace hotline::storage
