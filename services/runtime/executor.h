// A pool of threads with a bounded queue: where handlers run, because a gRPC reaction must never
// block.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace hotline::runtime {

// Thread-safe. There are two queues: new calls (bounded, refused beyond) and the further steps of
// calls and streams that were admitted before. Threads take from them in turn, so that ten thousand
// woken streams cannot keep a new call out, nor the calls the streams.
class Executor {
 public:
  struct Limits {
    int threads = 64;
    size_t queue_length = 1024;  // new calls waiting
  };

  explicit Executor(Limits limits);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  // As Stop().
  ~Executor();

  // Queues a task; false (and the task is dropped) when the queue is full or the executor is
  // stopping.
  [[nodiscard]] bool TryPost(std::function<void()> task);

  // Queues a task of a call or stream that was admitted before: never refused while running. There
  // is at most one per admitted call, so the limits of calls and streams bound this queue. Dropped
  // after Stop().
  void Post(std::function<void()> task);

  // Refuses new TryPost, waits until all queued tasks have run (and what they Post), joins.
  // Idempotent. Not to be called from a task.
  void Stop();

  // Calls that wait now, for the log and tests.
  size_t queued() const;

  const Limits& limits() const { return limits_; }

 private:
  using Task = std::function<void()>;

  void Run();
  std::optional<Task> TakeLocked();

  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> calls_;
  std::deque<Task> steps_;
  bool steps_first_ = false;  // whose turn it is
  bool stopping_ = false;
  int running_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace hotline::runtime
