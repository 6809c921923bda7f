// Wakes those who wait for the next Change: waiters inside a call, and listeners on a thread of the
// store.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "storage/store.h"

namespace hotline::storage {

// Thread-safe. Subscriptions must not outlive it.
class ChangeSignal {
 public:
  ChangeSignal();
  ~ChangeSignal();
  ChangeSignal(const ChangeSignal&) = delete;
  ChangeSignal& operator=(const ChangeSignal&) = delete;

  // The head is `kb_revision` now: wakes waiters and, soon after, calls the listeners. Several
  // Changes in quick succession may be one call.
  void Publish(int64_t kb_revision);

  // Wakes every waiter for good: the store closes or has failed.
  void Close();

  // Waits until the head is beyond `kb_revision`, the signal is closed, or `deadline`.
  void WaitBeyond(int64_t kb_revision, Deadline deadline);

  // As Store::Subscribe.
  std::unique_ptr<Store::Subscription> Subscribe(std::function<void()> listener);

 private:
  class Ticket;

  void Unsubscribe(int64_t id);
  void CallListeners();

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t head_ = 0;      // guarded by mutex_
  bool closed_ = false;   // guarded by mutex_
  bool stopped_ = false;  // guarded by mutex_
  int64_t next_id_ = 1;   // guarded by mutex_
  // Held while listeners run; taken after nothing else, so that Unsubscribe waits for a running
  // call.
  std::mutex listeners_mutex_;
  std::map<int64_t, std::function<void()>> listeners_;  // guarded by listeners_mutex_
  std::thread thread_;
};

}  // namespace hotline::storage
