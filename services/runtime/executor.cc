#include "services/runtime/executor.h"

#include <utility>

namespace hotline::runtime {

Executor::Executor(Limits limits) : limits_(limits) {
  threads_.reserve(static_cast<size_t>(limits_.threads));
  for (int i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { Run(); });
}

Executor::~Executor() { Stop(); }

bool Executor::TryPost(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || calls_.size() >= limits_.queue_length) return false;
    calls_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

void Executor::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    // While stopping, running tasks may still have a next step; once the threads have left nothing
    // would run it.
    if (stopping_ && running_ == 0) return;
    steps_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void Executor::Stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

size_t Executor::queued() const {
  const std::lock_guard lock(mutex_);
  return calls_.size();
}

std::optional<Executor::Task> Executor::TakeLocked() {
  if (calls_.empty() && steps_.empty()) return std::nullopt;
  const bool from_steps = calls_.empty() || (steps_first_ && !steps_.empty());
  steps_first_ = !from_steps;
  std::deque<Task>& queue = from_steps ? steps_ : calls_;
  Task task = std::move(queue.front());
  queue.pop_front();
  return task;
}

void Executor::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    // A thread may leave only when no running task can still post a step.
    wake_.wait(lock, [this] {
      return !calls_.empty() || !steps_.empty() || (stopping_ && running_ == 0);
    });
    std::optional<Task> task = TakeLocked();
    if (!task.has_value()) break;
    ++running_;
    lock.unlock();
    (*task)();
    task.reset();  // what the task owns is destroyed outside the lock
    lock.lock();
    --running_;
  }
  lock.unlock();
  wake_.notify_all();
}

}  // namespace hotline::runtime
