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
    if (added) words_.push_back(&at->first);
    return at->second;
  }

  // The word of a number; empty for kNone and for numbers that were never given.
  std::string_view WordOf(uint32_t id) const {
    const std::shared_lock lock(mutex_);
    return id == kNone || id > words_.size() ? std::string_view() : *words_[id - 1];
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
  std::vector<const std::string*> words_;  // keys of ids_, in the order of their numbers
};

}  // namespace hotline::answer
