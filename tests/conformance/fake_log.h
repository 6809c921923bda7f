// A Log in memory that behaves like a remote one on a bad day.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "storage/log.h"

namespace hotline::storage {

// Thread-safe.
class FakeLog final : public Log {
 public:
  // What happens to one append.
  enum class Fault {
    kNone,
    kLostRequest,  // never arrives: kUnknown, nothing appended
    kLostReply,    // arrives, the answer does not: kUnknown, appended
    kDelayed,      // kUnknown now; arrives when the test calls DeliverDelayed()
    kRefused,      // kRefused, nothing appended
  };

  explicit FakeLog(std::string log_id) { info_.log_id = std::move(log_id); }

  // The faults of the next appends, in order; kNone when there are no more.
  void Plan(std::vector<Fault> faults);
  // Runs before the next append is looked at, as a competing writer would.
  void BeforeNextAppend(std::function<void()> competitor);
  // The delayed requests arrive now, in order. Returns how many of them were appended.
  int DeliverDelayed();

  AppendResult AppendIf(const LogHead& expected, const std::vector<LogRecord>& records,
                        StateBatch* state, Deadline deadline) override;
  bool CommitsState() const override { return false; }
  absl::StatusOr<LogHead> Barrier(Deadline deadline) override;
  absl::StatusOr<std::vector<LogRecord>> Read(int64_t first, int count, size_t bytes_max,
                                              Deadline deadline) override;
  absl::Status Trim(int64_t sequence, Deadline deadline) override;
  absl::StatusOr<LogInfo> Info(Deadline deadline) override;

 private:
  struct Request {
    LogHead expected;
    std::vector<LogRecord> records;
  };

  AppendResult Arrive(const Request& request);    // needs mutex_
  const LogRecord* Find(int64_t sequence) const;  // needs mutex_

  std::mutex mutex_;
  LogInfo info_;                   // all below are guarded by mutex_
  std::deque<LogRecord> entries_;  // from info_.first_sequence
  std::deque<Fault> faults_;
  std::deque<Request> delayed_;
  std::function<void()> competitor_;
};

}  // namespace hotline::storage
