// What people used and confirmed, written as few Changes.
//
// Confirmations are durable when Acknowledge returns. Uses are gathered for `use_pause` and lost
// when the process dies before: they decide who is asked to read, never what is said.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "hotline/insight/v1/reading.pb.h"
#include "services/insight/group_writer.h"
#include "services/insight/wiring.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace hotline::insight {

inline constexpr size_t kReadingRowsMax = 2'000;  // of one ReadingBatch
inline constexpr size_t kUsesWaitingMax =
    50'000;  // further ones are dropped until they are written
inline constexpr char kInsightActor[] = "kb-insight";

// One Change that makes `batch`, whose name it gives it; the position. `seed`: repeats of it make
// the same Change.
absl::StatusOr<int64_t> CommitReadings(storage::Store& store, v1::ReadingBatch batch,
                                       const std::string& seed, storage::Deadline deadline);

// Thread-safe.
class UseGatherer final : public UseRecorder {
 public:
  // Both must outlive it.
  UseGatherer(storage::Store& store, runtime::Metrics& metrics,
              std::chrono::milliseconds use_pause = std::chrono::seconds(10));
  // Writes what waits, for at most a few seconds.
  ~UseGatherer() override;

  // At most one row for each person, entry, revision and day of the wall clock. Ignores what is no
  // person or entry.
  void NoteUse(std::string_view person, std::string_view entry, int64_t revision) override;
  // Writes what waits now; the newest position that was written, 0 = nothing waited.
  absl::StatusOr<int64_t> Flush(storage::Deadline deadline);

 private:
  using Row = v1::ReadingBatch::Row;
  void Run();

  storage::Store& store_;
  const std::chrono::milliseconds pause_;
  runtime::Metric& written_;
  runtime::Metric& dropped_;
  std::mutex flushing_;  // one Flush at a time; taken before mutex_
  std::mutex mutex_;
  std::condition_variable wake_;
  absl::flat_hash_map<std::string, int64_t> seen_;  // day of the newest row
  std::vector<Row> waiting_;
  int64_t day_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

// Thread-safe.
class Acknowledger {
 public:
  struct Rows {
    std::vector<v1::ReadingBatch::Row> rows;
  };
  // Both must outlive it.
  Acknowledger(storage::Store& store, runtime::Metrics& metrics, GroupLimits limits = {});

  // The position at which the rows are durable. Errors of GroupWriter::Write and of the store.
  absl::StatusOr<int64_t> Acknowledge(std::vector<v1::ReadingBatch::Row> rows,
                                      storage::Deadline deadline);

 private:
  std::vector<absl::StatusOr<int64_t>> Flush(std::vector<Rows> items);

  storage::Store& store_;
  runtime::Metric& acknowledged_;
  GroupWriter<Rows, int64_t> writer_;  // last: it calls Flush
};

}  // namespace hotline::insight
