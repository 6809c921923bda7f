#include "services/answer/watch_history.h"

#include <algorithm>

namespace hotline::answer {

void WatchInterest::Add(const EntryEvent& event) {
  const std::lock_guard lock(mutex_);
  const auto [at, added] =
      marks_.try_emplace(event.name, Mark{event, event.before, event.text_changed});
  if (added) return;
  at->second.event = event;
  at->second.text_changed |= event.text_changed;
}

std::optional<WatchInterest::Mark> WatchInterest::Take(uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  auto first = marks_.end();
  for (auto at = marks_.begin(); at != marks_.end(); ++at) {
    if (at->second.event.sequence > sequence) continue;
    if (first == marks_.end() || at->second.event.sequence < first->second.event.sequence)
      first = at;
  }
  if (first == marks_.end()) return std::nullopt;
  Mark mark = std::move(first->second);
  marks_.erase(first);
  return mark;
}

uint64_t WatchHistory::Append(std::vector<EntryEvent> events) {
  const std::lock_guard lock(mutex_);
  for (EntryEvent& event : events) {
    event.sequence = ++last_sequence_;
    const auto named = by_name_.find(event.name);
    if (named != by_name_.end()) {
      for (const auto& weak : named->second) {
        const auto interest = weak.lock();
        if (interest == nullptr) continue;
        interest->Add(event);
        to_wake_.emplace(interest.get(), weak);
      }
    }
    events_.push_back(std::move(event));
  }
  if (!events.empty()) to_wake_.insert(of_all_.begin(), of_all_.end());
  while (events_.size() > length_) {
    // Whoever stands at the position of a forgotten flip, or of what was told late, may have missed
    // it; of another forgotten Change, only who stands before it.
    const bool missed = events_.front().flip || events_.front().late;
    resumable_from_ = std::max(resumable_from_, events_.front().kb_revision + (missed ? 1 : 0));
    events_.pop_front();
  }
  return last_sequence_;
}

void WatchHistory::Wake() {
  std::unordered_map<const WatchInterest*, std::weak_ptr<WatchInterest>> wake;
  {
    const std::lock_guard lock(mutex_);
    wake.swap(to_wake_);
  }
  for (const auto& [address, weak] : wake) {
    if (const auto interest = weak.lock()) interest->Wake();
  }
}

void WatchHistory::Reset(int64_t kb_revision) {
  const std::lock_guard lock(mutex_);
  events_.clear();
  // Validities that began or ended at this position before we watched are not remembered, so only
  // later ones count.
  resumable_from_ = kb_revision + 1;
  reset_at_ = kb_revision;
}

uint64_t WatchHistory::Register(const std::shared_ptr<WatchInterest>& interest,
                                const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  if (names.empty()) of_all_.emplace(interest.get(), interest);
  for (const std::string& name : names) by_name_[name].push_back(interest);
  return last_sequence_;
}

void WatchHistory::Unregister(const WatchInterest& interest,
                              const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  of_all_.erase(&interest);
  to_wake_.erase(&interest);
  for (const std::string& name : names) {
    const auto named = by_name_.find(name);
    if (named == by_name_.end()) continue;
    std::erase_if(named->second, [&](const std::weak_ptr<WatchInterest>& weak) {
      const auto other = weak.lock();
      return other == nullptr || other.get() == &interest;
    });
    if (named->second.empty()) by_name_.erase(named);
  }
}

std::optional<EntryEvent> WatchHistory::Next(uint64_t sequence, uint64_t until, bool& lost) const {
  const std::lock_guard lock(mutex_);
  lost = false;
  if (sequence >= std::min(until, last_sequence_)) return std::nullopt;
  const uint64_t first = last_sequence_ - events_.size() + 1;
  if (sequence + 1 < first) {
    lost = true;
    return std::nullopt;
  }
  return events_[sequence + 1 - first];
}

std::optional<uint64_t> WatchHistory::ResumePoint(
    int64_t kb_revision, const std::function<bool(const EntryEvent&)>& concerns) const {
  const std::lock_guard lock(mutex_);
  if (kb_revision < resumable_from_) return std::nullopt;
  uint64_t point = last_sequence_;
  size_t at_position = 0;
  uint64_t before_position = last_sequence_;
  bool flip = false;
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    if (event->kb_revision < kb_revision) break;
    before_position = event->sequence - 1;
    if (event->kb_revision > kb_revision) {
      point = event->sequence - 1;
    } else if (concerns(*event)) {
      ++at_position;
      flip |= event->flip || event->late;
    }
  }
  return at_position > 1 || flip ? before_position : point;
}

std::optional<uint64_t> WatchHistory::PointOf(int64_t kb_revision) const {
  const std::lock_guard lock(mutex_);
  const bool from_the_first = kb_revision == reset_at_ && resumable_from_ == reset_at_ + 1;
  if (kb_revision < resumable_from_ && !from_the_first) return std::nullopt;
  uint64_t point = last_sequence_;
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    if (event->kb_revision < kb_revision) break;
    point = event->sequence - 1;
  }
  return point;
}

}  // namespace hotline::answer
