// The rises that last or ended within a day, for everybody who looks at them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "hotline/insight/v1/usage_service.pb.h"
#include "services/insight/rise_detector.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// Thread-safe.
class RiseBoard {
 public:
  // What a rise is about, for people: its question and the department that owns it.
  struct Subject {
    std::string question;
    std::string department;
  };
  using SubjectOf = std::function<Subject(const std::string& name)>;
  // The log's time now.
  using Now = std::function<LogTime()>;

  RiseBoard(RiseDetector::UsualOf usual_of, SubjectOf subject_of, Now now, RiseLimits limits = {});
  RiseBoard(const RiseBoard&) = delete;
  RiseBoard& operator=(const RiseBoard&) = delete;
  ~RiseBoard();

  // Looks each second from now on.
  void Start();

  // An ask, under all of its keys.
  void Feed(LogTime begin, const std::string& name, type::v1::Channel channel,
            const std::string& region, int64_t count);
  // Looks once; Start does it each second.
  void Tick();

  struct Filter {
    type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;
    std::string region;
    bool show_ended = false;
  };
  // Steepest first, those that last before those that ended. Without a filter a rise of everything
  // hides those of the same name on one channel or in one region, which are part of it.
  std::vector<v1::Rise> List(const Filter& filter) const;
  // True while the entry rises on the channel, or everywhere.
  bool IsRising(const std::string& entry, type::v1::Channel channel) const;

  // Wakes `waker` after each change until the handle is gone.
  std::shared_ptr<void> Subscribe(runtime::Waker waker);
  // Grows with every change.
  uint64_t version() const;

  struct Figures {
    int64_t active = 0;
    int64_t keys = 0;
    int64_t untracked = 0;
    int64_t begun = 0;
  };
  Figures figures() const;

 private:
  struct Shown {
    DetectedRise rise;
    Subject subject;
  };
  static v1::Rise ToProto(const Shown& shown);
  static bool Fits(const RiseKey& key, const Filter& filter);
  void Run();

  const SubjectOf subject_of_;
  const Now now_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  RiseDetector detector_;  // guarded by mutex_, as all below
  absl::flat_hash_map<RiseKey, Shown> active_;
  std::deque<Shown> ended_;  // oldest first
  std::vector<std::weak_ptr<runtime::Waker>> wakers_;
  uint64_t version_ = 0;
  int64_t begun_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace hotline::insight
