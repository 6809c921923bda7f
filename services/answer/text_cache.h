// What was made of texts that are asked for often: renderings, list items. Each belongs to one text
// (PublishedEntry::serial) and to one set of values of the facts that it includes, so nothing in
// here can become wrong: a changed entry has another serial, an entry that is not visible is never
// looked up, and of the facts of one text the greatest serial (PublishedFact::serial grows with
// every change of any fact) tells each set of values from all others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "absl/functional/function_ref.h"

namespace hotline::answer {

// Which text with which facts, and what was made of it.
struct TextKey {
  uint64_t serial = 0;
  uint64_t facts = 0;  // greatest serial of the facts that it includes; 0 without any
  uint64_t form = 0;
  friend bool operator==(const TextKey&, const TextKey&) = default;
};

// Thread-safe. `Value` is a protobuf message.
template <typename Value>
class TextCache {
 public:
  // `bytes_max`: memory that the values may take together, about; the least recently used go first.
  explicit TextCache(size_t bytes_max) : shard_bytes_max_(bytes_max / kShards) {}

  // The value for `key`, made by `make` when it is not here.
  std::shared_ptr<const Value> Get(const TextKey& key, absl::FunctionRef<Value()> make) {
    Shard& shard = shards_[KeyHash()(key) % kShards];
    {
      const std::lock_guard lock(shard.mutex);
      const auto found = shard.by_key.find(key);
      if (found != shard.by_key.end()) {
        shard.rows.splice(shard.rows.begin(), shard.rows, found->second);
        return found->second->value;
      }
    }
    auto value = std::make_shared<const Value>(make());
    Add(shard, {.key = key, .value = value, .bytes = value->SpaceUsedLong() + sizeof(Row)});
    return value;
  }

 private:
  static constexpr size_t kShards = 16;
  struct KeyHash {
    size_t operator()(const TextKey& key) const {
      constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
      const uint64_t mixed = (key.serial ^ ((key.form ^ (key.facts * kMix)) * kMix)) * kMix;
      return static_cast<size_t>(mixed ^ (mixed >> 32U));
    }
  };
  struct Row {
    TextKey key;
    std::shared_ptr<const Value> value;
    size_t bytes = 0;
  };
  struct Shard {
    std::mutex mutex;
    std::list<Row> rows;  // most recently used first
    std::unordered_map<TextKey, typename std::list<Row>::iterator, KeyHash> by_key;
    size_t bytes = 0;
  };

  void Add(Shard& shard, Row row) {
    if (row.bytes > shard_bytes_max_) return;
    const std::lock_guard lock(shard.mutex);
    if (shard.by_key.contains(row.key)) return;
    shard.bytes += row.bytes;
    shard.rows.push_front(std::move(row));
    shard.by_key.emplace(shard.rows.front().key, shard.rows.begin());
    while (shard.bytes > shard_bytes_max_) {
      shard.bytes -= shard.rows.back().bytes;
      shard.by_key.erase(shard.rows.back().key);
      shard.rows.pop_back();
    }
  }

  const size_t shard_bytes_max_;
  std::array<Shard, kShards> shards_;
};

}  // namespace hotline::answer
