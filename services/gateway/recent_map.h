// A map that remembers what was used last, and no more than so much of it.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hotline::gateway {

// One thread at a time.
template <typename Value>
class RecentMap {
 public:
  explicit RecentMap(size_t keys_max) : keys_max_(keys_max) {}

  // Null when the key is not there, or no longer. Finding it is a use.
  Value* Find(const std::string& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }

  // Puts what was not there; the key that was not used for longest makes room.
  Value& Put(const std::string& key, Value value) {
    order_.emplace_front(key, std::move(value));
    places_[key] = order_.begin();
    if (order_.size() > keys_max_) {
      places_.erase(order_.back().first);
      order_.pop_back();
    }
    return order_.front().second;
  }

  size_t size() const { return order_.size(); }

 private:
  using Order = std::list<std::pair<std::string, Value>>;
  const size_t keys_max_;
  Order order_;  // the newest use first
  std::unordered_map<std::string, typename Order::iterator> places_;
};

}  // namespace hotline::gateway
