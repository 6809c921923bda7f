#include "services/insight/rise_watch.h"

#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "proto/cc/time.h"

namespace hotline::insight {
namespace {

using Response = v1::WatchRisingQuestionsResponse;
using Step = runtime::StreamStep<Response>;
using std::chrono::steady_clock;

// A count that differs by so much from the one told is told again.
constexpr double kChange = 1.5;

// States, not events: a slow peer is told what holds when it can take it.
class RiseWatch final : public runtime::StreamSource<Response> {
 public:
  RiseWatch(RiseBoard& rises, std::string region, steady_clock::duration heartbeat,
            runtime::Waker waker)
      : rises_(rises),
        region_(std::move(region)),
        heartbeat_(heartbeat),
        subscription_(rises.Subscribe(std::move(waker))) {}

  absl::StatusOr<Step> Next() override {
    if (waiting_.empty()) Look();
    Response response;
    if (!waiting_.empty()) {
      *response.mutable_rise() = std::move(waiting_.front());
      waiting_.pop_front();
    } else if (greeted_ && steady_clock::now() - said_ < heartbeat_) {
      return Step::NothingNow();
    } else {
      greeted_ = true;
    }
    said_ = steady_clock::now();
    return Step::Message(std::move(response));
  }

 private:
  using Key = std::tuple<std::string, int, std::string, LogTime>;
  static Key KeyOf(const v1::Rise& rise) {
    return {rise.name(), rise.channel(), rise.region(), ToLogTime(rise.begin_time())};
  }

  void Look() {
    const uint64_t version = rises_.version();
    if (looked_ && version == version_) return;
    looked_ = true;
    version_ = version;
    std::map<Key, int64_t> now;
    for (v1::Rise& rise : rises_.List({.region = region_, .show_ended = true})) {
      const Key key = KeyOf(rise);
      const auto told = told_.find(key);
      if (rise.has_end_time()) {
        if (told != told_.end()) waiting_.push_back(std::move(rise));
        continue;
      }
      const auto count = static_cast<double>(rise.ask_count());
      const bool news = told == told_.end() ||
                        count >= kChange * static_cast<double>(told->second) ||
                        count * kChange <= static_cast<double>(told->second);
      now[key] = news ? rise.ask_count() : told->second;
      if (news) waiting_.push_back(std::move(rise));
    }
    told_ = std::move(now);
  }

  RiseBoard& rises_;
  const std::string region_;
  const steady_clock::duration heartbeat_;
  const std::shared_ptr<void> subscription_;
  bool looked_ = false;
  bool greeted_ = false;  // a heartbeat has followed the present list
  uint64_t version_ = 0;
  steady_clock::time_point said_;
  std::map<Key, int64_t> told_;  // of those that last: the count that was told
  std::deque<v1::Rise> waiting_;
};

}  // namespace

std::unique_ptr<runtime::StreamSource<Response>> StartRiseWatch(RiseBoard& rises,
                                                                std::string region,
                                                                steady_clock::duration heartbeat,
                                                                runtime::Waker waker) {
  return std::make_unique<RiseWatch>(rises, std::move(region), heartbeat, std::move(waker));
}

}  // namespace hotline::insight
