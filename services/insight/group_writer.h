// Many small writes as few Changes: what callers hand in within a short window is written together,
// and each call returns when its own is durable.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "proto/cc/errors.h"
#include "storage/store.h"

namespace hotline::insight {

struct GroupLimits {
  std::chrono::milliseconds window{20};  // how long the first one waits for others
  size_t group_max = 1'000;              // written together
  size_t waiting_max = 20'000;           // further ones are refused: OVERLOADED
};

// Thread-safe. Item is what a caller hands in, Result what it gets.
template <typename Item, typename Result>
class GroupWriter {
 public:
  // Writes the items; one result for each, in their order. Called from one thread.
  using Flush = std::function<std::vector<absl::StatusOr<Result>>(std::vector<Item> items)>;

  GroupWriter(GroupLimits limits, Flush flush)
      : limits_(limits), flush_(std::move(flush)), thread_([this] { Run(); }) {}
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;
  // Writes what waits.
  ~GroupWriter() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  // The result of the item, once it is written. OVERLOADED when too many wait: certainly not
  // written. DEADLINE_EXCEEDED: it may still be written; repeat it with the same request_id.
  absl::StatusOr<Result> Write(Item item, storage::Deadline deadline) {
    auto waiting = std::make_shared<Waiting>(std::move(item));
    std::unique_lock lock(mutex_);
    if (stopping_ || queue_.size() >= limits_.waiting_max) {
      return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                       "等待写入的记录过多，请稍后重试。",
                       {{"limit", std::to_string(limits_.waiting_max)}});
    }
    queue_.push_back(waiting);
    if (queue_.size() == 1 || queue_.size() == limits_.group_max) wake_.notify_one();
    if (!waiting->done.wait_until(lock, deadline, [&] { return waiting->result.has_value(); })) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                       "写入未在时限内完成，请用同一请求编号重试。");
    }
    return *std::move(waiting->result);
  }

 private:
  struct Waiting {
    explicit Waiting(Item given) : item(std::move(given)) {}
    Item item;
    std::optional<absl::StatusOr<Result>> result;  // guarded by mutex_
    std::condition_variable done;
  };

  void Run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      wake_.wait_for(lock, limits_.window,
                     [this] { return stopping_ || queue_.size() >= limits_.group_max; });
      std::vector<std::shared_ptr<Waiting>> group;
      std::vector<Item> items;
      while (!queue_.empty() && group.size() < limits_.group_max) {
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
        items.push_back(std::move(group.back()->item));
      }
      lock.unlock();
      std::vector<absl::StatusOr<Result>> results = flush_(std::move(items));
      lock.lock();
      for (size_t i = 0; i < group.size(); ++i) {
        group[i]->result.emplace(std::move(results[i]));
        group[i]->done.notify_one();
      }
    }
  }

  const GroupLimits limits_;
  const Flush flush_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Waiting>> queue_;  // guarded by mutex_
  bool stopping_ = false;                       // guarded by mutex_
  std::thread thread_;                          // last: it uses the others
};

}  // namespace hotline::insight
