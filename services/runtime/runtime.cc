#include "services/runtime/runtime.h"

#include <algorithm>
#include <thread>

namespace hotline::runtime {
namespace {

// 0 means the default.
template <typename Value, typename Number>
void Override(Value& value, Number configured) {
  if (configured > 0) value = Value(configured);
}

int Cores() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

}  // namespace

CallLimits CallLimitsOf(const config::v1::ServerConfig& config) {
  CallLimits limits;
  Override(limits.handler_threads, config.handler_threads());
  Override(limits.queue_length, config.queue_length());
  Override(limits.streams_max, config.streams_max());
  Override(limits.deadline_max, config.deadline_ms_max());
  Override(limits.drain, config.drain_ms());
  return limits;
}

Runtime::Runtime(const CallLimits& limits, Logger& logger)
    : limits_(limits),
      logger_(logger),
      executor_({.threads = limits.handler_threads, .queue_length = limits.queue_length}),
      memory_executor_({.threads = Cores(), .queue_length = limits.queue_length}),
      streams_(limits.streams_max) {}

Runtime::Runtime(const config::v1::ServerConfig& config, Logger& logger)
    : Runtime(CallLimitsOf(config), logger) {
  metrics_file_ = std::make_unique<MetricsFile>(
      metrics_, config.metrics_file(), [&logger](const std::string& detail) {
        logger.Error("metrics file not written", {{"detail", detail}});
      });
}

void Runtime::BeginDrain() {
  draining_ = true;
  streams_.Close();
}

void Runtime::CallEnded() {
  if (--calls_ > 0) return;
  const std::lock_guard lock(
      calls_mutex_);  // so that a waiter between its look and its wait hears it
  no_calls_.notify_all();
}

bool Runtime::AwaitNoCalls(Deadline deadline) {
  std::unique_lock lock(calls_mutex_);
  return no_calls_.wait_until(lock, deadline, [this] { return calls_ == 0; });
}

}  // namespace hotline::runtime
