// The parts that all calls of one process share. Built once in main, before the services; must
// outlive the server.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

#include "hotline/config/v1/config.pb.h"
#include "services/runtime/authenticator.h"
#include "services/runtime/executor.h"
#include "services/runtime/logging.h"
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
  Executor& executor() { return executor_; }
  StreamSet& streams() { return streams_; }

  // Who says who calls; null (as in most tests) = callers are believed. Set before the server
  // starts; it must outlive the server.
  void set_authenticator(const Authenticator* authenticator) { authenticator_ = authenticator; }
  const Authenticator* authenticator() const { return authenticator_; }

  // From now on calls are refused with NOT_SERVING and streams end with it. Idempotent.
  // Server::Drain calls it.
  void BeginDrain();
  bool draining() const { return draining_; }

 private:
  const CallLimits limits_;
  Logger& logger_;
  const Authenticator* authenticator_ = nullptr;
  std::atomic<bool> draining_{false};
  Executor executor_;
  StreamSet streams_;  // after executor_: its thread posts there
};

}  // namespace hotline::runtime
