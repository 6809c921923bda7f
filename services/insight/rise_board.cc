#include "services/insight/rise_board.h"

#include <algorithm>
#include <utility>

#include "proto/cc/regions.h"
#include "proto/cc/time.h"

namespace hotline::insight {
namespace {

constexpr std::chrono::seconds kStep{1};
constexpr LogTime kEndedKept = LogTime{24} * 3'600 * 1'000'000;
constexpr size_t kEndedMax = 2'000;

bool IsEverywhere(const RiseKey& key) {
  return key.channel == type::v1::CHANNEL_UNSPECIFIED && key.region.empty();
}

double Steepness(const v1::Rise& rise) {
  return static_cast<double>(rise.ask_count()) / (rise.usual_count() + 1);
}

}  // namespace

RiseBoard::RiseBoard(RiseDetector::UsualOf usual_of, SubjectOf subject_of, Now now,
                     RiseLimits limits)
    : subject_of_(std::move(subject_of)),
      now_(std::move(now)),
      detector_(std::move(usual_of), limits) {}

RiseBoard::~RiseBoard() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RiseBoard::Start() {
  thread_ = std::thread([this] { Run(); });
}

void RiseBoard::Run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, kStep, [this] { return stopping_; })) return;
    }
    Tick();
  }
}

void RiseBoard::Feed(LogTime begin, const std::string& name, type::v1::Channel channel,
                     const std::string& region, int64_t count) {
  const LogTime now = now_();
  const std::vector<RiseKey> keys = KeysOf(name, channel, region);
  const std::lock_guard lock(mutex_);
  for (const RiseKey& key : keys) detector_.Feed(std::min(begin, now), now, key, count);
}

void RiseBoard::Tick() {
  const LogTime now = now_();
  std::vector<DetectedRise> told;
  {
    const std::lock_guard lock(mutex_);
    told = detector_.Tick(now);
  }
  // Reads of the base, without the lock.
  std::vector<Shown> shown;
  for (DetectedRise& rise : told) {
    Subject subject;
    if (!rise.key.name.empty() && rise.end == 0) {
      std::unique_lock lock(mutex_);
      const auto known = active_.find(rise.key);
      if (known != active_.end()) {
        subject = known->second.subject;
      } else {
        lock.unlock();
        subject = subject_of_(rise.key.name);
      }
    }
    shown.push_back({std::move(rise), std::move(subject)});
  }
  std::vector<std::shared_ptr<runtime::Waker>> wakers;
  {
    const std::lock_guard lock(mutex_);
    for (const DetectedRise& rise : detector_.active()) {
      const auto known = active_.find(rise.key);
      if (known != active_.end()) known->second.rise.count = rise.count;
    }
    for (Shown& item : shown) {
      const auto known = active_.find(item.rise.key);
      if (item.rise.end == 0) {
        if (known == active_.end()) ++begun_;
        active_[item.rise.key] = std::move(item);
      } else if (known != active_.end()) {
        known->second.rise = item.rise;
        ended_.push_back(std::move(known->second));
        active_.erase(known);
      }
    }
    while (!ended_.empty() &&
           (now - ended_.front().rise.end > kEndedKept || ended_.size() > kEndedMax)) {
      ended_.pop_front();
    }
    if (shown.empty()) return;
    ++version_;
    std::erase_if(wakers_, [](const auto& waker) { return waker.expired(); });
    for (const auto& waker : wakers_) {
      if (auto alive = waker.lock()) wakers.push_back(std::move(alive));
    }
  }
  for (const auto& waker : wakers) (*waker)();
}

v1::Rise RiseBoard::ToProto(const Shown& shown) {
  v1::Rise rise;
  rise.set_name(shown.rise.key.name);
  rise.set_question(shown.subject.question);
  rise.set_department(shown.subject.department);
  rise.set_channel(shown.rise.key.channel);
  rise.set_region(shown.rise.key.region);
  *rise.mutable_begin_time() = ToTimestamp(shown.rise.begin);
  if (shown.rise.end != 0) *rise.mutable_end_time() = ToTimestamp(shown.rise.end);
  rise.set_ask_count(shown.rise.count);
  rise.set_usual_count(shown.rise.usual);
  return rise;
}

bool RiseBoard::Fits(const RiseKey& key, const Filter& filter) {
  if (filter.channel != type::v1::CHANNEL_UNSPECIFIED && key.channel != filter.channel)
    return false;
  if (filter.region.empty()) return true;
  return !key.region.empty() && RegionDistance(key.region, filter.region).has_value();
}

std::vector<v1::Rise> RiseBoard::List(const Filter& filter) const {
  const bool filtered = filter.channel != type::v1::CHANNEL_UNSPECIFIED || !filter.region.empty();
  std::vector<v1::Rise> rises;
  {
    const std::lock_guard lock(mutex_);
    const auto hidden = [&](const RiseKey& key) {
      return !filtered && !IsEverywhere(key) && active_.contains(RiseKey{.name = key.name});
    };
    for (const auto& [key, shown] : active_) {
      if (Fits(key, filter) && !hidden(key)) rises.push_back(ToProto(shown));
    }
    if (filter.show_ended) {
      for (const Shown& shown : ended_) {
        if (Fits(shown.rise.key, filter)) rises.push_back(ToProto(shown));
      }
    }
  }
  std::sort(rises.begin(), rises.end(), [](const v1::Rise& a, const v1::Rise& b) {
    if (a.has_end_time() != b.has_end_time()) return b.has_end_time();
    if (Steepness(a) != Steepness(b)) return Steepness(a) > Steepness(b);
    return std::tie(a.name(), a.region()) < std::tie(b.name(), b.region());
  });
  return rises;
}

bool RiseBoard::IsRising(const std::string& entry, type::v1::Channel channel) const {
  const std::lock_guard lock(mutex_);
  return active_.contains(RiseKey{.name = entry}) ||
         active_.contains(RiseKey{.name = entry, .channel = channel});
}

std::shared_ptr<void> RiseBoard::Subscribe(runtime::Waker waker) {
  auto handle = std::make_shared<runtime::Waker>(std::move(waker));
  const std::lock_guard lock(mutex_);
  wakers_.push_back(handle);
  return handle;
}

uint64_t RiseBoard::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

RiseBoard::Figures RiseBoard::figures() const {
  const std::lock_guard lock(mutex_);
  return {static_cast<int64_t>(active_.size()), static_cast<int64_t>(detector_.keys()),
          detector_.untracked(), begun_};
}

}  // namespace hotline::insight
