// Numbers for words that many entries share (category paths, departments), so that filters compare
// numbers.
#pragma once

#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hotline::answer {

// Words are only ever added, so a number means the same in every snapshot. Thread-safe.
class WordTable {
 public:
  static constexpr uint32_t kNone = 0;  // of the empty word

  uint32_t Add(std::string_view word) {
    if (word.empty()) return kNone;
    const std::unique_lock lock(mutex_);
    const auto [at, added] =
        ids_.emplace(std::string(word), static_cast<uint32_t>(ids_.size() + 1));
    return at->second;
  }

  // The number of a word; a number that no entry has when the word is unknown.
  uint32_t Find(std::string_view word) const {
    const std::shared_lock lock(mutex_);
    const auto at = ids_.find(std::string(word));
    return at == ids_.end() ? UINT32_MAX : at->second;
  }

  // All words, in the order of their numbers, the first of which is 1.
  std::vector<std::string> All() const;

  // Numbers of `path` and of the paths below it ("a" -> "a", "a/b"), in ascending order.
  std::vector<uint32_t> FindTree(std::string_view path) const;

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, uint32_t> ids_;
};

}  // namespace hotline::answer
