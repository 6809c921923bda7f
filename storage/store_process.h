// What the two processes that own a base share: opening it as configured, and ending when its log
// has failed.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "storage/rocks_store.h"

namespace hotline::storage {

// The options that the configuration asks for; its zeros are the defaults.
RocksStore::Options OptionsOf(const config::v1::StoreConfig& config);

// How often followers are sent a heartbeat.
std::chrono::milliseconds HeartbeatOf(const config::v1::StoreConfig& config);

// Ends the process (SIGTERM to itself, so that main drains) when the log has failed: what the disk
// holds is then known only after it is opened again, so serving on would be serving what a restart
// may change.
class LogWatch {
 public:
  // `store` must outlive the watch.
  explicit LogWatch(Store& store);
  LogWatch(const LogWatch&) = delete;
  LogWatch& operator=(const LogWatch&) = delete;
  ~LogWatch();

  // OK, or what main returns: UNAVAILABLE (WRITE_OUTCOME_UNKNOWN) once the log has failed.
  absl::Status Verdict();

 private:
  void Run(Store& store);

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  bool failed_ = false;    // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace hotline::storage
