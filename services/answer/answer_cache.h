// Rendered answers of what is asked often. A rendering belongs to one text
// (PublishedEntry::serial), so nothing in here can become wrong: a changed entry has another
// serial, and an entry that is not visible is never looked up.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/renderer.h"

namespace hotline::answer {

// Thread-safe.
class AnswerCache {
 public:
  // Memory that renderings may take together, about; the least recently used go first.
  static constexpr size_t kBytesMax = 64U << 20U;

  // The rendering of the text `serial` for `wish`, made by `render` when it is not here.
  std::shared_ptr<const v1::Answer> Get(uint64_t serial, const RenderWish& wish,
                                        const std::function<v1::Answer()>& render);

 private:
  static constexpr size_t kShards = 16;
  struct Key {
    uint64_t serial = 0;
    uint64_t wish = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  struct Row {
    Key key;
    std::shared_ptr<const v1::Answer> answer;
    size_t bytes = 0;
  };
  struct Shard {
    std::mutex mutex;
    std::list<Row> rows;  // most recently used first
    std::unordered_map<Key, std::list<Row>::iterator, KeyHash> by_key;
    size_t bytes = 0;
  };

  static Key KeyFor(uint64_t serial, const RenderWish& wish);

  std::array<Shard, kShards> shards_;
};

}  // namespace hotline::answer
