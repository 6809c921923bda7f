// What a RocksStore is made of, and how a group of commits passes through it.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "storage/change_signal.h"
#include "storage/embedded_log.h"
#include "storage/follower_registry.h"
#include "storage/log_entry.h"
#include "storage/rocks_database.h"
#include "storage/rocks_queue.h"
#include "storage/rocks_store.h"
#include "storage/rocks_view.h"

namespace hotline::storage {

// The newest position of an opened database, from its rows. DATA_LOSS when log and state do not end
// together.
absl::StatusOr<Tip> LoadTip(const RocksDatabase& database, const LogHead& head);

// The store's log time. While a group is being written the time that followers are told stands
// still at its stamp: a follower must never be told a time at which a Change happened that it was
// not told of. Thread-safe.
class StampClock {
 public:
  StampClock(std::function<LogTime()> wall, LogTime last) : clock_(std::move(wall), last) {}
  LogTime Now();
  LogTime BeginWrite();
  void EndWrite();

 private:
  std::mutex mutex_;
  LogClock clock_;        // guarded by mutex_
  bool writing_ = false;  // guarded by mutex_
};

// Destroyed from the bottom up: first nobody is called any more, then the view goes, the log, the
// database.
struct RocksStore::Parts {
  Parts(const Options& opened_with, OpenedDatabase opened, LogWriter log_writer, Tip tip);

  // The newest published state, or UNAVAILABLE after a failure.
  absl::StatusOr<std::shared_ptr<const RocksView>> View() const;
  // The same, whatever happened.
  std::shared_ptr<const RocksView> LastView() const;
  void Publish(Tip tip);

  // DISK_FULL, or OK when a write may go ahead.
  absl::Status AdmitWrite(int64_t bytes, bool urgent);
  // NOT_SERVING after a failure; WRITE_OUTCOME_UNKNOWN for the writes that it caught.
  absl::Status CheckWritable(const std::string& request_id) const;

  std::vector<CommitQueue::Response> RunGroup(
      const std::vector<const store::v1::CommitRequest*>& requests);
  // What becomes of the replies of a group that was not committed: those after `head` turn into
  // errors.
  void Reject(const AppendResult& result, int64_t head,
              const std::vector<const store::v1::CommitRequest*>& requests,
              std::vector<CommitQueue::Response>& responses);

  const Options options;
  const std::unique_ptr<RocksDatabase> database;
  const std::unique_ptr<EmbeddedLog> log;
  const LogWriter writer;
  StampClock clock;
  mutable std::mutex mutex;
  std::shared_ptr<const RocksView> view;  // guarded by mutex
  std::set<std::string> unknown;          // guarded by mutex; request ids, at most one group
  FollowerRegistry followers;
  ChangeSignal signal;
  CommitQueue queue;
};

}  // namespace hotline::storage
