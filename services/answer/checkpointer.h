// Checkpoints: what the follower has in memory, saved now and then, so that a restart reads it
// instead of making it anew from the store.
//
// A checkpoint is a cache and no state: it may be deleted at any time, and it is believed only when
// its bytes are whole, this program would have made the same of the same resources, and the store
// says that it had this very state at this position. Otherwise it is passed over, with a line in
// the log, and everything is loaded from the store.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/answer/corpus_builder.h"
#include "storage/store.h"

namespace hotline::answer {

// Used by one thread; it saves on another one of its own.
class Checkpointer {
 public:
  // Files that are kept, the newest.
  static constexpr size_t kKept = 2;
  // Of a disk, so much is left to others.
  static constexpr uint64_t kDiskLeft = 256U << 20U;
  // A checkpoint with more Changes after it than it has entries, and more than this, is too old:
  // loading is as quick.
  static constexpr int64_t kReplayMax = 10'000;

  struct Options {
    std::string dir;  // made when it is missing; empty = nothing is saved, nothing is read
    // Saved again after so many Changes; one with several effects counts as so many.
    int64_t every_changes = 10'000;
    // Called from both threads. `trouble`: an operator should look.
    std::function<void(bool trouble, std::string_view event, std::string_view detail)> notice =
        [](auto, auto, auto) {};
  };

  explicit Checkpointer(Options options) : options_(std::move(options)) {}
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  // Waits for a save that is under way.
  ~Checkpointer() = default;

  // A builder that stands where the newest sound checkpoint of this store does; null when there is
  // none. An error is the store's: ask again.
  absl::StatusOr<std::unique_ptr<CorpusBuilder>> Restore(storage::Store& store);

  // Everything was loaded from the store: a checkpoint is due.
  void OnLoaded();
  // Nothing that was saved is to be read again in this process: the base was found to be another.
  void Distrust() { distrusted_ = true; }
  void OnApplied(const std::vector<store::v1::Change>& changes);

  // Begins to save `corpus`, to which `log_time` belongs, when that is due and nothing is under
  // way. Neither readers nor the caller wait.
  void Tend(const Corpus& corpus, LogTime log_time, std::shared_ptr<storage::Store> store);
  // For the end: waits for what is under way and saves what has gathered since, unless that is
  // little (a hundredth of every_changes), which the next start reads from the feed as quickly.
  void Finish(const Corpus& corpus, LogTime log_time, std::shared_ptr<storage::Store> store);

 private:
  // The files of the folder, newest first.
  std::vector<std::string> Files() const;
  absl::StatusOr<std::unique_ptr<CorpusBuilder>> RestoreFrom(const std::string& path,
                                                             const store::v1::StoreStatus& status,
                                                             storage::Store& store) const;
  absl::StatusOr<std::string> Save(const Corpus& corpus, LogTime log_time,
                                   storage::Store& store) const;
  void SaveAndTell(const Corpus& corpus, LogTime log_time, storage::Store& store) const;
  void RemoveOld() const;

  const Options options_;
  bool distrusted_ = false;
  int64_t unsaved_ = 0;  // effects since the newest checkpoint was begun
  bool due_ = false;
  std::future<std::chrono::steady_clock::duration> saving_;
  std::chrono::steady_clock::time_point not_before_;
};

}  // namespace hotline::answer
