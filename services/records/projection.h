// Views in memory that follow the base: each one is told of every record of its collections, first
// as they stand, then Change by Change.
//
// The shape: one thread loads all collections at one position, then follows the feed from there
// without gap or duplicate. A view that asks Await for a position sees every Change up to it.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"

#include "hotline/store/v1/change.pb.h"
#include "proto/cc/time.h"
#include "storage/store.h"

namespace hotline::records {

// What a view is told. All calls come from one thread, one at a time; the view locks what its
// readers see.
class Projection {
 public:
  virtual ~Projection() = default;

  // The collections that it looks at, e.g. "gaps". Asked once.
  virtual std::vector<std::string_view> Collections() const = 0;
  // Forgets everything: what follows is the base as it stands.
  virtual void Reset() = 0;
  // A record of one of its collections is this now; `change` is absent while loading.
  virtual void Put(const store::v1::Resource& resource, int64_t kb_revision,
                   const store::v1::Change* change) = 0;
  // It is no more.
  virtual void Erase(std::string_view name, int64_t kb_revision) = 0;
  // Everything up to this position was told. Called after loading, after each Change, and at least
  // every second with the newest log time.
  virtual void Reached(const storage::Position& position, LogTime now) = 0;
};

// Thread-safe but for Add.
class ProjectionFollower {
 public:
  // Makes the store that is followed; a remote one of its own, since it has one feed.
  using MakeStore = std::function<std::shared_ptr<storage::Store>()>;
  // Told of trouble, once until it is over; then with OK.
  using Trouble = std::function<void(const absl::Status&)>;

  ProjectionFollower(MakeStore make_store, Trouble trouble);
  ProjectionFollower(const ProjectionFollower&) = delete;
  ProjectionFollower& operator=(const ProjectionFollower&) = delete;
  ~ProjectionFollower();

  // Before Start. `projection` must outlive this.
  void Add(Projection& projection);
  // Loads and follows from now on. Once.
  void Start();
  // Tells the views nothing any more when it returns: they may go before this does. Waits for
  // positions end. Idempotent.
  void Stop();

  // Waits until everything was loaded; DEADLINE_EXCEEDED (NOT_SERVING).
  absl::Status AwaitLoaded(storage::Deadline deadline);
  // Waits until everything up to `kb_revision` was told; UNAVAILABLE (BEHIND_TOKEN) when it is not
  // in time.
  absl::Status Await(int64_t kb_revision, storage::Deadline deadline);

 private:
  void Run();
  absl::Status Load(storage::Store& store);
  absl::Status LoadCollection(storage::Store& store, const std::string& collection);
  absl::Status Follow(storage::Store& store);
  void Tell(const store::v1::Change& change);
  void Tell(const storage::Position& position, LogTime now);
  void Report(const absl::Status& status);
  bool stopping();

  const MakeStore make_store_;
  const Trouble trouble_;
  std::vector<Projection*> projections_;
  std::vector<std::pair<std::string, Projection*>> by_collection_;
  storage::Position position_;  // of the thread
  bool in_trouble_ = false;     // of the thread
  std::mutex mutex_;
  std::condition_variable wake_;
  bool loaded_ = false;    // guarded by mutex_
  int64_t reached_ = 0;    // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses the others
};

}  // namespace hotline::records
