// Keeps the view current: loads the base, follows its feed, and proves by barriers that it is up to
// date.
//
// Two threads: one reads the feed and makes views, one sends barriers (ReportFollower) so that a
// lost store is noticed although the feed is merely silent. When the feed has a gap, or the base
// another timeline, the view is withdrawn and everything is loaded anew. When the store cannot be
// reached the view stays; the lease in it runs out by itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"

#include "services/answer/checkpointer.h"
#include "services/answer/corpus_builder.h"
#include "services/answer/freshness.h"
#include "services/answer/store_handle.h"
#include "services/answer/view_board.h"
#include "services/answer/watch_history.h"
#include "storage/store.h"

namespace hotline::answer {

// Thread-safe.
class Follower {
 public:
  enum class Weight { kNews, kTrouble };
  struct Options {
    std::string id = "answer";  // stable
    std::string instance;       // random per start
    LeaseLimits limits;
    // How long one read of the feed waits: also how often log time moves on while nothing happens.
    std::chrono::milliseconds feed_wait{500};
    // Where what is in memory is saved, and after how many Changes; no folder: nowhere.
    std::string checkpoint_dir;
    int64_t checkpoint_every_changes = 10'000;
    // Called about what an operator should know. Trouble that lasts is told once.
    std::function<void(Weight weight, std::string_view event, std::string_view detail)> notice =
        [](auto, auto, auto) {};
  };

  // Starts following. All references must outlive it.
  Follower(StoreHandle& store, const runtime::Clock& clock, ViewBoard& board, WatchHistory& history,
           Options options);
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  // Stops the threads.
  ~Follower();

  // Stops for good and tells the store that this follower serves nothing from now on. The view is
  // withdrawn. Idempotent.
  void Leave();

  // Waits until there is a view with a lease; DEADLINE_EXCEEDED.
  absl::Status AwaitServing(storage::Deadline deadline);

  const LeaseLimits& limits() const { return options_.limits; }

 private:
  void Follow();
  absl::Status Load();
  absl::StatusOr<std::unique_ptr<CorpusBuilder>> LoadFromStore();
  absl::Status ReadFeed();
  absl::Status CheckContinuity(const storage::FeedBatch& batch) const;
  void Quarantine(std::string_view why);
  void Publish(CorpusStep step);
  void TendIndex();
  std::chrono::milliseconds FeedWait() const;

  void SendBarriers();
  void SendBarrier();
  // Tells of trouble when it begins or changes, and of its end.
  void Report(std::string& last, std::string_view event, const absl::Status& status);
  bool Pause(std::chrono::milliseconds time);
  void Stop();

  StoreHandle& store_;
  const runtime::Clock& clock_;
  ViewBoard& board_;
  WatchHistory& history_;
  const Options options_;

  std::string barrier_trouble_;  // of the barrier thread: what was told last

  // Of the feed thread.
  std::string feed_trouble_;
  std::unique_ptr<CorpusBuilder> builder_;
  Checkpointer checkpointer_;
  std::future<index::MergeJob> merge_;

  std::mutex mutex_;  // guards what follows, and keeps views in order
  std::condition_variable wake_;
  BarrierTracker tracker_;
  std::shared_ptr<const Corpus> corpus_;  // what is served; null while loading
  LogTime log_time_ = 0;
  uint64_t event_sequence_ = 0;
  int64_t urgent_revision_ = 0;    // newest Change that is to be confirmed at once
  int64_t reported_revision_ = 0;  // visible_revision of the newest report that was answered
  bool barrier_now_ = false;
  bool other_base_ = false;  // a barrier met another timeline or an older head
  bool stopping_ = false;
  bool left_ = false;

  std::thread feed_thread_;
  std::thread barrier_thread_;
};

}  // namespace hotline::answer
