// Rendered answers of what is asked often. A rendering belongs to one text
// (PublishedEntry::serial) and to one set of values of the facts that it includes, so nothing in
// here can become wrong: a changed entry has another serial, an entry that is not visible is never
// looked up, and of the facts of one text the greatest serial (PublishedFact::serial grows with
// every change of any fact) tells each set of values from all others.
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

  // What a rendering is made of. `facts` is the greatest serial of the facts that the text
  // includes, 0 without any; a text of which a fact is missing must not be kept.
  struct Source {
    uint64_t text = 0;
    uint64_t facts = 0;
    friend bool operator==(const Source&, const Source&) = default;
  };

  // The rendering of `source` for `wish`, made by `render` when it is not here.
  std::shared_ptr<const v1::Answer> Get(const Source& source, const RenderWish& wish,
                                        const std::function<v1::Answer()>& render);

 private:
  static constexpr size_t kShards = 16;
  struct Key {
    Source source;
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

  static Key KeyFor(const Source& source, const RenderWish& wish);

  std::array<Shard, kShards> shards_;
};

}  // namespace hotline::answer
