#include "storage/change_signal.h"

#include <algorithm>
#include <utility>

namespace hotline::storage {

class ChangeSignal::Ticket final : public Store::Subscription {
 public:
  Ticket(ChangeSignal& signal, int64_t id) : signal_(signal), id_(id) {}
  ~Ticket() override { signal_.Unsubscribe(id_); }

 private:
  ChangeSignal& signal_;
  const int64_t id_;
};

ChangeSignal::ChangeSignal() : thread_([this] { CallListeners(); }) {}

ChangeSignal::~ChangeSignal() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    closed_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ChangeSignal::Publish(int64_t kb_revision) {
  {
    const std::lock_guard lock(mutex_);
    head_ = std::max(head_, kb_revision);
  }
  changed_.notify_all();
}

void ChangeSignal::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void ChangeSignal::WaitBeyond(int64_t kb_revision, Deadline deadline) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return head_ > kb_revision || closed_; });
}

std::unique_ptr<Store::Subscription> ChangeSignal::Subscribe(std::function<void()> listener) {
  int64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = next_id_++;
  }
  {
    const std::lock_guard lock(listeners_mutex_);
    listeners_.emplace(id, std::move(listener));
  }
  return std::make_unique<Ticket>(*this, id);
}

void ChangeSignal::Unsubscribe(int64_t id) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.erase(id);
}

void ChangeSignal::CallListeners() {
  std::unique_lock lock(mutex_);
  int64_t told = 0;
  while (!stopped_) {
    changed_.wait(lock, [&] { return stopped_ || head_ > told; });
    if (stopped_) return;
    told = head_;
    lock.unlock();
    {
      const std::lock_guard listeners_lock(listeners_mutex_);
      for (const auto& [id, listener] : listeners_) listener();
    }
    lock.lock();
  }
}

}  // namespace hotline::storage
