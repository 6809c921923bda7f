#include "services/answer/wake_timer.h"

#include <utility>

namespace hotline::answer {

void WakeTimer::After(std::chrono::microseconds time, std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    due_.emplace(std::chrono::steady_clock::now() + time, std::move(wake));
  }
  sooner_.notify_one();
}

void WakeTimer::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (due_.empty()) {
      sooner_.wait(lock, stop, [this] { return !due_.empty(); });
      continue;
    }
    const Time next = due_.begin()->first;
    if (next > std::chrono::steady_clock::now()) {
      sooner_.wait_until(lock, stop, next, [&] { return due_.begin()->first < next; });
      continue;
    }
    const std::function<void()> wake = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    lock.unlock();
    wake();
    lock.lock();
  }
}

}  // namespace hotline::answer
