// Does things later: one thread for all that waits, none for each.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace hotline::runtime {

// Thread-safe. What is still to be done at its end is not done.
class Timer {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  Timer() : thread_([this](const std::stop_token& stop) { Run(stop); }) {}

  // Calls `task` once at `time`, or at once when that is over. It must be short and may call the
  // timer.
  void At(Instant time, std::function<void()> task);
  void After(std::chrono::microseconds time, std::function<void()> task) {
    At(std::chrono::steady_clock::now() + time, std::move(task));
  }

 private:
  void Run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any sooner_;
  std::multimap<Instant, std::function<void()>> due_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace hotline::runtime
