// One FollowChanges stream, kept open in the background and checked for continuity.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "storage/remote_store_channel.h"
#include "storage/store.h"

namespace hotline::storage {

// Remembers the first timeline that a follower met: what it holds is of that one and of no other.
// Thread-safe.
class TimelinePin {
 public:
  // FAILED_PRECONDITION (OTHER_TIMELINE) when `timeline_id` is not the first one seen.
  absl::Status Check(const std::string& timeline_id);
  std::string timeline_id() const;

 private:
  mutable std::mutex mutex_;
  std::string timeline_id_;  // guarded by mutex_; empty = none seen yet
};

// The batch in `message`, which must go on right after `after` on the pinned timeline.
// FAILED_PRECONDITION (OTHER_TIMELINE) for another timeline or for a gap.
absl::StatusOr<FeedBatch> ReadFeedMessage(store::v1::FollowChangesResponse message, int64_t after,
                                          TimelinePin& pin);

// Thread-safe, but meant for one follower: a caller that asks for another position restarts the
// stream.
class RemoteFeed {
 public:
  // Batches that wait here before the stream is left to wait at the store.
  static constexpr size_t kBatchesMax = 4;
  // A stream that was silent for longer counts as broken; the store sends heartbeats far more
  // often.
  static constexpr std::chrono::seconds kSilenceMax{5};
  static constexpr std::chrono::milliseconds kBackoffMax{1'000};

  // Both must outlive the feed. `follower` is for the store's log.
  RemoteFeed(RemoteChannel& channel, TimelinePin& pin, std::string follower);
  RemoteFeed(const RemoteFeed&) = delete;
  RemoteFeed& operator=(const RemoteFeed&) = delete;
  // Ends the stream and wakes whoever waits.
  ~RemoteFeed();

  // The Changes after `after`; waits for them until `deadline`, then an empty batch, if the store
  // was heard of within kSilenceMax. UNAVAILABLE (STORE_UNREACHABLE) after each failed attempt to
  // reach it; the refusals of the store (OUT_OF_RANGE, OTHER_TIMELINE …) as they come.
  absl::StatusOr<FeedBatch> Next(int64_t after, Deadline deadline);

 private:
  void Run();
  // Reads one stream until it breaks or is no longer wanted, and says why.
  absl::Status Follow(uint64_t generation, int64_t after);
  // Buffers a batch; false when the stream is no longer wanted.
  bool Push(uint64_t generation, FeedBatch batch);
  void Restart(int64_t after);  // needs mutex_
  bool Wanted(uint64_t generation) const { return !stopping_ && generation == generation_; }

  RemoteChannel& channel_;
  TimelinePin& pin_;
  const std::string follower_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // all below are guarded by mutex_
  bool started_ = false;
  bool parked_ = false;      // refused by the store: wait for the next question
  uint64_t generation_ = 0;  // grows with every restart: what an older stream brings is dropped
  int64_t cursor_ = 0;       // what the follower has
  int64_t read_to_ = 0;      // what the stream has brought
  std::deque<FeedBatch> batches_;  // between the two
  FeedBatch newest_;               // newest head and log time
  std::chrono::steady_clock::time_point heard_;
  uint64_t failures_ = 0;
  absl::Status failure_;
  grpc::ClientContext* context_ = nullptr;  // of the stream under way, to cancel it
  std::thread thread_;
};

}  // namespace hotline::storage
