// The recent events of the corpus, and who waits for the next ones.
//
// A watcher is a cursor, never a queue: one that names entries has a mark per name (at most 100),
// one that watches all reads the ring by itself. A slow one therefore lags alone, and its memory is
// bounded.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "services/answer/corpus_builder.h"

namespace hotline::answer {

class WatchHistory;

// What one watcher of named entries has not told yet. Thread-safe.
class WatchInterest {
 public:
  // The newest event of an entry, what it merges included.
  struct Mark {
    EntryEvent event;               // the newest one
    EntryEvent::Side first_before;  // what held before the oldest one that is merged
    bool text_changed = false;      // in any of them
  };

  explicit WatchInterest(std::function<void()> wake) : wake_(std::move(wake)) {}

  void Add(const EntryEvent& event);
  void Wake() const { wake_(); }
  // Removes and returns the mark that comes first in the order of events, among those of events up
  // to `sequence`.
  std::optional<Mark> Take(uint64_t sequence);

 private:
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::unordered_map<std::string, Mark> marks_;
};

// Thread-safe.
class WatchHistory {
 public:
  // At most `length` events are remembered.
  explicit WatchHistory(size_t length) : length_(length) {}

  // Adds events in order and returns the sequence of the newest one. Watchers are not woken: that
  // is done when the view that includes them is published.
  uint64_t Append(std::vector<EntryEvent> events);

  // Wakes those who are interested in events since the last call.
  void Wake();

  // Forgets everything: another timeline, or a gap. Nobody can resume; whoever watches is told by
  // its stream's end. `kb_revision` is where the corpus stands now.
  void Reset(int64_t kb_revision);

  // Registers a watcher of `names` (empty = of all, which then reads by Next) until `interest` is
  // destroyed. Returns the sequence of the newest event: later ones will be marked.
  uint64_t Register(const std::shared_ptr<WatchInterest>& interest,
                    const std::vector<std::string>& names);
  void Unregister(const WatchInterest& interest, const std::vector<std::string>& names);

  // The next event after `sequence` and up to `until`; nullopt when there is none. `lost` is set
  // when events after `sequence` have been forgotten.
  std::optional<EntryEvent> Next(uint64_t sequence, uint64_t until, bool& lost) const;

  // Sequence after which everything lies that happened after `kb_revision`, for somebody who knows
  // the whole state there (validities that began or ended are not promised); what happened at that
  // position may come again. nullopt = not remembered.
  std::optional<uint64_t> PointOf(int64_t kb_revision) const;

  // Sequence after which a stream goes on that was told everything up to `kb_revision`: the events
  // at that position come again when there are several, because it may have been told only some of
  // them. nullopt = not remembered.
  std::optional<uint64_t> ResumePoint(int64_t kb_revision,
                                      const std::function<bool(const EntryEvent&)>& concerns) const;

 private:
  const size_t length_;
  mutable std::mutex mutex_;
  std::deque<EntryEvent> events_;
  uint64_t last_sequence_ = 0;
  int64_t resumable_from_ = INT64_MAX;  // least position that ResumePoint knows
  int64_t reset_at_ = INT64_MAX;        // where the history began
  std::unordered_map<std::string, std::vector<std::weak_ptr<WatchInterest>>> by_name_;
  std::unordered_map<const WatchInterest*, std::weak_ptr<WatchInterest>> of_all_;
  std::unordered_map<const WatchInterest*, std::weak_ptr<WatchInterest>> to_wake_;
};

}  // namespace hotline::answer
