// How counts get into the base: rows as UsageBatch resources, appended, with the hashes of the
// requests that they count.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/store/v1/store_service.pb.h"
#include "services/insight/usage_book.h"
#include "services/insight/usage_rows.h"
#include "storage/store.h"

namespace hotline::insight {

inline constexpr size_t kUsageRowsMax = 2'000;  // of one batch

// First 8 bytes of SHA-256 of a request id, in lower case.
uint64_t RequestHash(std::string_view request_id);

// One Change that appends these counts of one hour: batches of at most kUsageRowsMax rows with new
// names, the hashes in the first. `prefix` is one letter. It may be committed again and again.
store::v1::CommitRequest UsageCommit(std::string_view prefix, LogTime begin,
                                     std::vector<v1::UsageRow> rows,
                                     const std::vector<uint64_t>& hashes);

// Counts of asks, gathered for a while and then written. What was not written when the process is
// killed is lost; a stop writes it. Thread-safe.
class UsageWriter {
 public:
  struct Options {
    std::chrono::milliseconds every{10'000};
    size_t rows_max = 100'000;  // that wait; further ones are refused
    // Told of trouble, once until it is over; then with OK.
    std::function<void(const absl::Status&)> trouble;
  };

  // Both must outlive this.
  UsageWriter(storage::Store& store, const UsageBook& book, Options options);
  UsageWriter(const UsageWriter&) = delete;
  UsageWriter& operator=(const UsageWriter&) = delete;
  ~UsageWriter();

  // Takes rows that were counted from `begin`. False: a request with this hash was counted before.
  // OVERLOADED when too many wait.
  absl::StatusOr<bool> Add(uint64_t hash, LogTime begin, const std::vector<v1::UsageRow>& rows);

 private:
  struct Pending {
    RowSum rows;
    std::vector<uint64_t> hashes;
  };
  using ByHour = std::map<HourNumber, Pending>;

  void Run();
  bool Write(storage::Deadline deadline);
  void Report(const absl::Status& status);

  storage::Store& store_;
  const UsageBook& book_;
  const Options options_;
  std::vector<store::v1::CommitRequest> open_;         // of the thread: being written
  std::vector<std::pair<int64_t, uint64_t>> written_;  // of the thread: position, hash
  std::vector<uint64_t> open_hashes_;                  // of the thread
  bool in_trouble_ = false;                            // of the thread
  std::mutex mutex_;
  std::condition_variable wake_;
  ByHour pending_;                       // guarded by mutex_, as all below
  absl::flat_hash_set<uint64_t> taken_;  // not yet seen in the book
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::insight
