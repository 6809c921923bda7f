// Writes and checks the daily anchors of the audit chain (proto/cc/audit_anchor.h), in the process
// that owns the base.
//
// An anchor says where the chain stood at the end of a day of log time. A day is anchored once it
// is over; after a downtime all days since the last anchor are. Files appear whole (draft, fsync,
// rename, fsync of the folder) and are never written again: one that does not agree with the base
// is an alarm.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "storage/store.h"

namespace hotline::storage {

// At most this many days are caught up with in one round, so that a round ends.
inline constexpr int kAnchorDaysPerRound = 4'000;

// Where the anchors of a base are: audit.anchor_dir, or "anchors" in the store's directory.
std::string AnchorDirOf(const config::v1::Config& config);

// Writes the anchors of all days that are over by the store's log time and have none. The dates
// written. FAILED_PRECONDITION (STATE_CONFLICT) when the folder can't be made or written; any error
// of the store.
absl::StatusOr<std::vector<std::string>> WriteDueAnchors(Store& store, const std::string& dir,
                                                         Deadline deadline);

// What is wrong with the anchors in `dir`, in Chinese: unreadable files, other hashes or digests
// than the base has, positions that it does not have, missing days. Empty when sound or without
// anchors.
absl::StatusOr<std::vector<std::string>> CheckAnchors(Store& store, const std::string& dir,
                                                      Deadline deadline);

// Checks all anchors once at the start, then writes what is due, now and every `interval`.
// Thread-safe.
class AnchorKeeper {
 public:
  struct Notice {
    bool alarm = false;
    std::string event;  // short English phrase for the log
    std::string detail;
  };
  struct Options {
    std::string dir;
    std::chrono::milliseconds interval{60'000};
    std::function<void(const Notice&)> notice;  // from the keeper's thread
  };

  // `store` must outlive the keeper.
  AnchorKeeper(Store& store, Options options);
  AnchorKeeper(const AnchorKeeper&) = delete;
  AnchorKeeper& operator=(const AnchorKeeper&) = delete;
  ~AnchorKeeper();

 private:
  void Run();
  void CheckOnce();
  void WriteOnce();

  Store& store_;
  const Options options_;
  std::string last_trouble_;  // of the thread alone: a trouble that lasts is told once
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace hotline::storage
