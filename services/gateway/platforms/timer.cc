#include "services/gateway/platforms/timer.h"

#include <utility>

namespace hotline::gateway::platforms {

Timer::Timer() : thread_([this] { Run(); }) {}

Timer::~Timer() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Timer::At(Instant time, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.emplace(time, std::move(task));
  }
  changed_.notify_all();
}

void Timer::Run() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (tasks_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const Instant next = tasks_.begin()->first;
    if (std::chrono::steady_clock::now() < next) {
      changed_.wait_until(lock, next);
      continue;
    }
    const std::function<void()> task = std::move(tasks_.extract(tasks_.begin()).mapped());
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace hotline::gateway::platforms
