// The store as the answer service holds it: one that can be replaced. A RemoteStore is bound to the
// timeline that it met first, so after a restore of the base the follower begins with a new one.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "storage/store.h"

namespace hotline::answer {

// Thread-safe.
class StoreHandle {
 public:
  using Factory = std::function<std::shared_ptr<storage::Store>()>;

  // `make` is called now and at each Renew.
  explicit StoreHandle(Factory make) : make_(std::move(make)), store_(make_()) {}

  // A store that stays, because it is in this process. It must outlive the handle.
  explicit StoreHandle(storage::Store& store)
      : StoreHandle([&store] {
          return std::shared_ptr<storage::Store>(std::shared_ptr<void>(), &store);
        }) {}

  StoreHandle(const StoreHandle&) = delete;
  StoreHandle& operator=(const StoreHandle&) = delete;

  std::shared_ptr<storage::Store> Get() const {
    const std::lock_guard lock(mutex_);
    return store_;
  }

  // Calls under way finish with the store that they began with.
  void Renew() {
    auto store = make_();
    const std::lock_guard lock(mutex_);
    store_.swap(store);
  }

 private:
  const Factory make_;
  mutable std::mutex mutex_;
  std::shared_ptr<storage::Store> store_;
};

}  // namespace hotline::answer
