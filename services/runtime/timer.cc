#include "services/runtime/timer.h"

#include <utility>

namespace hotline::runtime {

void Timer::At(Instant time, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    due_.emplace(time, std::move(task));
  }
  sooner_.notify_one();
}

void Timer::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (due_.empty()) {
      sooner_.wait(lock, stop, [this] { return !due_.empty(); });
      continue;
    }
    const Instant next = due_.begin()->first;
    if (next > std::chrono::steady_clock::now()) {
      sooner_.wait_until(lock, stop, next, [&] { return due_.begin()->first < next; });
      continue;
    }
    const std::function<void()> task = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace hotline::runtime
