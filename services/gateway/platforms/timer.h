// Does things later, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace hotline::gateway::platforms {

// Thread-safe. What is still to be done at its end is not done.
class Timer {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  // `task` must be short.
  void At(Instant time, std::function<void()> task);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Instant, std::function<void()>> tasks_;
  bool over_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::gateway::platforms
