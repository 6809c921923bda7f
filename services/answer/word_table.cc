#include "services/answer/word_table.h"

#include <algorithm>

namespace hotline::answer {

std::vector<std::string> WordTable::All() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> words(ids_.size());
  for (const auto& [word, id] : ids_) words[id - 1] = word;
  return words;
}

std::vector<uint32_t> WordTable::FindTree(std::string_view path) const {
  const std::string below = std::string(path) + "/";
  std::vector<uint32_t> found;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [word, id] : ids_) {
      if (word == path || word.starts_with(below)) found.push_back(id);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace hotline::answer
