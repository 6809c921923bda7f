// The events of the last 90 days in memory, kept up to the newest Change.
//
// While the base is loaded it learns which entries, facts and policies changed of late, and reads
// their versions; from then on it is told Change by Change. The second part is exact and serves
// feeds; the first one is for people: where an entry was rewritten since, the change of a fact that
// it no longer says may be missing, and of more than kVersionsMax versions the oldest ones.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "services/insight/change_feed.h"
#include "services/insight/change_feed_reader.h"
#include "services/records/projection.h"

namespace hotline::insight {

inline constexpr int kRecentDays = 90;
inline constexpr size_t kRecentChangesMax = 200'000;  // the oldest ones go first
inline constexpr int kVersionsMax = 100;              // looked at of one entry while loading
// Of Changes that wait for their turn, e.g. while history is loaded; beyond it they are not kept,
// but read from the log again.
inline constexpr size_t kWaitingBytesMax = size_t{64} << 20;

using ChangePointer = std::shared_ptr<const ChangeRecord>;

// Thread-safe.
class RecentChanges final : public records::Projection {
 public:
  using Trouble = std::function<void(const absl::Status&)>;

  // `store` must outlive this. `trouble` is told once of trouble, then with OK of its end.
  RecentChanges(storage::Store& store, Trouble trouble,
                size_t waiting_bytes_max = kWaitingBytesMax);
  ~RecentChanges() override;

  // Begins to work off what the projection was told.
  void Start();

  // Waits until everything up to `kb_revision` is there; UNAVAILABLE (BEHIND_TOKEN).
  absl::Status Await(int64_t kb_revision, storage::Deadline deadline) const;

  // The events after a position, at most about `max` of them and all of one Change; from memory as
  // far as that is exact, else one batch of the log. OUT_OF_RANGE (REVISION_NOT_REACHED) beyond the
  // head of the base.
  struct Slice {
    std::vector<ChangePointer> changes;
    int64_t reached = 0;  // the newest position that they include
  };
  absl::StatusOr<Slice> After(int64_t kb_revision, size_t max, storage::Deadline deadline) const;

  // The newest position whose events are here, and the log time.
  int64_t reached() const;
  LogTime now() const;

  // Calls `look` with each event since `since`, newest first, until it returns false.
  void Visit(LogTime since, const std::function<bool(const ChangePointer&)>& look) const;
  // The event of an entry at a position, 0 = its newest one; from the store when it is older than
  // the memory. NOT_FOUND.
  absl::StatusOr<ChangePointer> Find(const std::string& entry, int64_t kb_revision,
                                     storage::Deadline deadline) const;

  // Of the follower's thread.
  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& position, LogTime now) override;

 private:
  struct Loaded;  // what was noted while loading
  struct Queued {
    ChangeInput input;
    std::vector<knowledge::v1::Entry> rewritten;
    size_t bytes = 0;
  };
  static Queued QueuedOf(const store::v1::Change& change);
  // The positions whose versions are read: what was written after `cutoff` and before `end`. What
  // comes from `end` on is told by the follower, even when the store has it already.
  struct Span {
    int64_t cutoff = 0;
    int64_t end = 0;
  };
  void Run();
  absl::Status LoadHistory(const Loaded& loaded, uint64_t generation);
  absl::Status LoadEntry(const std::string& name, Span span, ChangeRecords* records) const;
  absl::Status LoadFact(const std::string& name, Span span, ChangeRecords* records) const;
  absl::Status LoadLapse(const std::string& name, Span span, ChangeRecords* records) const;
  absl::Status ApplyNext(const Queued& next, uint64_t generation);
  absl::Status Apply(const ChangeInput& input, uint64_t generation);
  absl::Status CatchUp(uint64_t generation);
  void NoteSaid(const knowledge::v1::Entry& entry);  // with index_mutex_
  std::vector<std::string> SayersOf(const std::string& fact) const;
  void Append(ChangeRecords records);  // with mutex_
  void Settle();                       // with mutex_
  void Trim();                         // with mutex_
  void Report(const absl::Status& status);
  ChangePointer Newest(const std::string& entry, int64_t kb_revision) const;

  storage::Store& store_;
  const Trouble trouble_;
  const size_t waiting_bytes_max_;
  const ChangeReader reader_;

  // Of the follower's thread.
  std::unique_ptr<Loaded> loading_;
  bool taken_ = false;  // input_ is the whole Change
  ChangeInput input_;
  std::vector<knowledge::v1::Entry> rewritten_;  // of input_: what they say may have changed

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  uint64_t generation_ = 0;
  std::unique_ptr<Loaded> to_load_;  // waits for the worker
  std::deque<Queued> queue_;
  size_t queue_bytes_ = 0;
  bool dropped_ = false;  // what follows reached_ (the queue worked off) is read from the log
  std::deque<ChangePointer> changes_;  // in order of their positions
  absl::flat_hash_map<std::string, std::vector<ChangePointer>> by_entry_;
  int64_t exact_from_ = -1;  // everything after it is here; -1 = not loaded
  int64_t reached_ = 0;      // as far as changes_ goes
  int64_t seen_ = 0;         // as far as the follower told
  LogTime now_ = 0;
  bool stopping_ = false;

  mutable std::mutex index_mutex_;
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> sayers_;  // by fact
  absl::flat_hash_map<std::string, std::vector<std::string>> said_;            // by entry

  bool in_trouble_ = false;  // of the worker
  std::thread thread_;       // last: it uses the others
};

}  // namespace hotline::insight
