// What was found out about what was said, for a while: answers are given many times at the same
// position.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "hotline/type/v1/channel.pb.h"

namespace hotline::insight {

// Thread-safe.
class SaidCache {
 public:
  struct Key {
    std::string entry;
    int64_t kb_revision = 0;
    type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;

    friend bool operator==(const Key&, const Key&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.entry, key.kb_revision, static_cast<int>(key.channel));
    }
  };
  // Was told on that channel at that position.
  struct Told {
    int64_t revision = 0;
    std::string content_hash;
  };

  std::shared_ptr<const Told> Find(const Key& key) {
    const std::lock_guard lock(mutex_);
    if (const auto found = young_.find(key); found != young_.end()) return found->second;
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    return young_.emplace(key, found->second).first->second;
  }

  void Keep(Key key, Told told) {
    const std::lock_guard lock(mutex_);
    if (young_.size() >= kGenerationMax) {  // what was not asked for since is forgotten
      old_ = std::move(young_);
      young_.clear();
    }
    young_.insert_or_assign(std::move(key), std::make_shared<const Told>(std::move(told)));
  }

 private:
  static constexpr size_t kGenerationMax = 4'096;

  using Generation = absl::flat_hash_map<Key, std::shared_ptr<const Told>>;
  std::mutex mutex_;
  Generation young_;  // guarded by mutex_
  Generation old_;    // guarded by mutex_
};

}  // namespace hotline::insight
