// The state at one position, to read from: a snapshot of RocksDB taken when that position was
// published.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "storage/apply.h"
#include "storage/rocks_database.h"
#include "storage/store.h"

namespace hotline::storage {

// Immutable; thread-safe. All of `at` arguments are positions from 1 to head(), or 0 = before the
// first Change.
class RocksView {
 public:
  // `database` must outlive the view, and be at `tip`.
  RocksView(const RocksDatabase& database, std::string timeline_id, Tip tip);
  ~RocksView();
  RocksView(const RocksView&) = delete;
  RocksView& operator=(const RocksView&) = delete;

  const Tip& tip() const { return tip_; }
  int64_t head() const { return tip_.head.sequence; }
  const std::string& timeline_id() const { return timeline_id_; }
  const RocksDatabase& database() const { return database_; }
  const rocksdb::Snapshot* snapshot() const { return snapshot_; }

  // The live version at head(), with its leaf.
  absl::StatusOr<std::optional<LiveVersion>> Live(std::string_view name) const;

  // The version that is live at `at`.
  absl::StatusOr<std::optional<Versioned>> At(std::string_view name, int64_t at) const;

  // A page of a checked request.
  absl::StatusOr<ResourcePage> List(const store::v1::ListResourcesRequest& request, int64_t at,
                                    Deadline deadline) const;

  // The first entry at head() that uses or cites `name`, among those for which `counts` is true.
  absl::StatusOr<std::optional<std::string>> FirstReferrer(
      std::string_view name, const std::function<bool(const std::string&)>& counts) const;

  // Versions written before `before` (0 = all). NOT_FOUND when no version of `name` was ever
  // written.
  absl::StatusOr<HistoryPage> Versions(std::string_view name, int64_t before, int page_size) const;

  // What a request_id did; nullopt when nothing.
  struct Outcome {
    store::v1::CommitResponse response;
    std::string fingerprint;
  };
  absl::StatusOr<std::optional<Outcome>> OutcomeOf(std::string_view request_id) const;

  // The newest position with a log time at or before `time`.
  absl::StatusOr<int64_t> RevisionAt(LogTime time) const;

  absl::StatusOr<std::string> DigestAt(int64_t at) const;

 private:
  struct Page;

  absl::Status ListVersionRows(const store::v1::ListResourcesRequest& request, int64_t at,
                               Deadline deadline, Page& page) const;
  absl::Status ListIndexRows(const store::v1::ListResourcesRequest& request, Deadline deadline,
                             Page& page) const;
  absl::Status ListReceiptRows(const store::v1::ListResourcesRequest& request, Deadline deadline,
                               Page& page) const;
  absl::StatusOr<LogTime> TimeOf(int64_t at) const;

  const RocksDatabase& database_;
  const std::string timeline_id_;
  const Tip tip_;
  const rocksdb::Snapshot* const snapshot_;
};

}  // namespace hotline::storage
