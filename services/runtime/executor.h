// A pool of threads with a bounded queue: where handlers run, because a gRPC reaction must never block.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hotline::runtime {

class Executor {
 public:
  struct Limits {
    int threads = 64;
    size_t queue_length = 1024;
  };

  explicit Executor(Limits limits);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  // Runs what is queued, then joins.
  ~Executor();

  // Queues a task; false (and the task is dropped) when the queue is full or the executor is stopping.
  [[nodiscard]] bool TryPost(std::function<void()> task);

  // Queues a task of a call or stream that was admitted before: never refused while running.
  void Post(std::function<void()> task);

  // Refuses new TryPost, waits until all queued tasks have run, joins. Idempotent.
  void Stop();

 private:
  void Run();

  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hotline::runtime
