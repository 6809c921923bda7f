// The parts that all calls of one process share. Built once in main, before the services; must
// outlive the server.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "hotline/config/v1/config.pb.h"
#include "services/runtime/audit_sink.h"
#include "services/runtime/authenticator.h"
#include "services/runtime/call.h"
#include "services/runtime/executor.h"
#include "services/runtime/logging.h"
#include "services/runtime/metrics.h"
#include "services/runtime/streams.h"

namespace hotline::runtime {

// The named limits of calls, with the defaults that config.proto documents.
struct CallLimits {
  int handler_threads = 64;
  size_t queue_length = 1024;
  size_t streams_max = 10'000;
  // Longest deadline of a call; also the longest time that a stream may wait for its peer to read
  // or to speak.
  std::chrono::milliseconds deadline_max{600'000};
  // How long a stop waits for calls under way.
  std::chrono::milliseconds drain{5'000};
  // How often an idle stream's source is asked again, unless the stream says otherwise.
  std::chrono::milliseconds stream_pulse{250};
};

CallLimits CallLimitsOf(const config::v1::ServerConfig& config);

// Thread-safe.
class Runtime {
 public:
  // `logger` must outlive the runtime.
  Runtime(const CallLimits& limits, Logger& logger);
  Runtime(const config::v1::ServerConfig& config, Logger& logger);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime() = default;

  const CallLimits& limits() const { return limits_; }
  Logger& logger() { return logger_; }
  // Where handlers run that may wait: for a disk, a lock, another service.
  Executor& executor() { return executor_; }
  // Where handlers run that only compute: as many threads as cores, since more would only take
  // turns on them. Under load a thread goes from one call to the next and none has to be woken.
  Executor& memory_executor() { return memory_executor_; }
  StreamSet& streams() { return streams_; }
  // What the process counts.
  Metrics& metrics() { return metrics_; }

  // Who records what must be; null: nobody. Set it before the server starts; it must outlive the
  // server.
  void set_audit(AuditSink* audit) { audit_ = audit; }
  AuditSink* audit() const { return audit_; }
  // Who says who calls; null (as in most tests) = callers are believed. Set before the server
  // starts; it must outlive the server.
  void set_authenticator(const Authenticator* authenticator) { authenticator_ = authenticator; }
  const Authenticator* authenticator() const { return authenticator_; }

  // From now on calls are refused with NOT_SERVING and streams end with it. Idempotent.
  // Server::Drain calls it.
  void BeginDrain();
  bool draining() const { return draining_; }

  // Each call that is under way, from its admission to the moment when gRPC is done with it, counts
  // itself.
  void CallBegan() { ++calls_; }
  void CallEnded();
  // Waits until no call is under way; false when `deadline` came first.
  bool AwaitNoCalls(Deadline deadline);

 private:
  const CallLimits limits_;
  Logger& logger_;
  Metrics metrics_;
  const Authenticator* authenticator_ = nullptr;
  std::atomic<bool> draining_{false};
  std::atomic<int64_t> calls_{0};
  std::mutex calls_mutex_;  // for waiting only
  std::condition_variable no_calls_;
  std::atomic<AuditSink*> audit_{nullptr};
  Executor executor_;
  Executor memory_executor_;
  StreamSet streams_;  // after executor_: its thread posts there
  std::unique_ptr<MetricsFile> metrics_file_;
};

}  // namespace hotline::runtime
