// Wakes somebody a little later: one thread for all who wait, none for each.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace hotline::answer {

// Thread-safe. What is called must be quick and may call After.
class WakeTimer {
 public:
  WakeTimer() : thread_([this](const std::stop_token& stop) { Run(stop); }) {}

  // Calls `wake` once after `time`, unless the timer is destroyed before.
  void After(std::chrono::microseconds time, std::function<void()> wake);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void Run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any sooner_;
  std::multimap<Time, std::function<void()>> due_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace hotline::answer
