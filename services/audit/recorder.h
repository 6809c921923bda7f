// Writes events into the chain of the log: many as one AuditBatch, off the path of the calls that
// caused them.
//
// What can be lost: events of the last audit.batch_ms (and the commit under way) when the process
// or the machine dies. While the store is away or full events wait, at most kEventsWaitingMax of
// them (equal ones merged) and kBytesWaitingMax bytes; those that find no room, and those that
// still wait when a stop runs out of patience, are counted: in lost_count of the next batch, and in
// the log of the process.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"

#include "hotline/config/v1/config.pb.h"
#include "hotline/store/v1/store_service.pb.h"
#include "services/audit/event_rules.h"
#include "services/audit/pending_events.h"
#include "services/runtime/audit_sink.h"
#include "services/runtime/logging.h"
#include "storage/store.h"

namespace hotline::audit {

inline constexpr size_t kEventsWaitingMax = 10'000;
inline constexpr size_t kBytesWaitingMax = 16U << 20U;

struct RecorderOptions {
  std::string recorder;  // which process, e.g. "kb-answer"
  std::chrono::milliseconds batch{1'000};
  std::chrono::milliseconds retry_min{200};
  std::chrono::milliseconds retry_max{5'000};
  std::chrono::milliseconds commit_deadline{10'000};
  // How long the destructor tries to write what waits.
  std::chrono::milliseconds patience{3'000};
  PendingEvents::Limits limits{.events = kEventsWaitingMax, .bytes = kBytesWaitingMax};
};

// The options that the configuration asks for; its zeros are the defaults.
RecorderOptions RecorderOptionsOf(const config::v1::AuditConfig& config, std::string recorder);

// Thread-safe.
class AuditRecorder final : public runtime::AuditSink {
 public:
  // `store` and `logger` must outlive this, and this the server.
  AuditRecorder(storage::Store& store, runtime::Logger& logger, RecorderOptions options);
  ~AuditRecorder() override;

  void Record(v1::AuditEvent event) override;
  void Observe(const runtime::Call& call, const google::protobuf::Message* request,
               const google::protobuf::Message* reply, const absl::Status& status) override;

  // Events that were given up since the start, for tests and the log.
  int64_t lost() const { return lost_; }

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  // Waits until there is something to write; false when all is written and the end has come.
  bool AwaitEvents(std::unique_lock<std::mutex>& lock);
  // One try to write `open`; what it leaves is to be tried again.
  void Write(std::optional<store::v1::CommitRequest>& open, storage::Deadline deadline);
  store::v1::CommitRequest Compose(v1::AuditBatch batch) const;
  void GiveUp(const v1::AuditBatch& batch, std::string_view why);
  void NoteTrouble(const absl::Status& status);

  storage::Store& store_;
  runtime::Logger& logger_;
  const RecorderOptions options_;
  const EventRules rules_;
  std::atomic<int64_t> lost_{0};
  bool in_trouble_ = false;  // of the thread alone
  std::mutex mutex_;
  std::condition_variable wake_;
  PendingEvents pending_;                                 // guarded by mutex_
  bool stopping_ = false;                                 // guarded by mutex_
  Clock::time_point give_up_ = Clock::time_point::max();  // guarded by mutex_
  std::thread thread_;                                    // last: it uses the others
};

}  // namespace hotline::audit
