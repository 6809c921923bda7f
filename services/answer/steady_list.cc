// An insertion sort that starts from the list as it was shown: an entry moves up past the one above
// it only when it is better by the margin – or at all, when neither was shown before.
#include "services/answer/steady_list.h"

#include <algorithm>

namespace hotline::answer {

const std::vector<uint64_t>& SteadyList::Follow(std::span<const RankedKey> ranking) {
  struct Item {
    RankedKey entry;
    bool shown = false;
  };
  std::vector<Item> items;
  for (const uint64_t key : shown_) {
    const auto at = std::find_if(ranking.begin(), ranking.end(),
                                 [&](const RankedKey& entry) { return entry.key == key; });
    if (at != ranking.end()) items.push_back({*at, true});
  }
  const auto shown = static_cast<std::ptrdiff_t>(items.size());
  for (const RankedKey& entry : ranking) {
    const bool known = std::any_of(items.begin(), items.begin() + shown,
                                   [&](const Item& item) { return item.entry.key == entry.key; });
    if (!known) items.push_back({entry, false});
  }
  for (size_t i = 1; i < items.size(); ++i) {
    for (size_t at = i; at > 0; --at) {
      const Item& above = items[at - 1];
      const Item& item = items[at];
      const double needed = above.shown ? above.entry.score * margin_ : above.entry.score;
      if (item.entry.score <= needed) break;
      std::swap(items[at - 1], items[at]);
    }
  }
  shown_.clear();
  for (const Item& item : items) {
    if (shown_.size() == size_) break;
    shown_.push_back(item.entry.key);
  }
  return shown_;
}

}  // namespace hotline::answer
