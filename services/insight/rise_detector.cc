#include "services/insight/rise_detector.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "proto/cc/regions.h"

namespace hotline::insight {
namespace {

constexpr LogTime kSecond = 1'000'000;
constexpr std::array<int, 2> kWindows = {60, 300};
constexpr int kShortRecentSeconds = 1'800;
constexpr int kLongRecentSeconds = 7'200;
constexpr LogTime kShortest = kWindows.back() * kSecond;
constexpr LogTime kLongest = LogTime{24} * 3'600 * kSecond;
constexpr LogTime kForgetEvery = 300 * kSecond;
constexpr double kTold = 1.5;
// Of a day: windows of each length that do not overlap.
constexpr double kTestsPerDay = 86'400.0 / 60 + 86'400.0 / 300;
constexpr double kKeysMin = 100;

int64_t Slot(LogTime time, int seconds) { return time / (seconds * kSecond); }

template <typename Ring>
void TurnRing(Ring& ring, int64_t& newest, int64_t to) {
  const auto size = static_cast<int64_t>(ring.size());
  if (to <= newest) return;
  if (to - newest >= size) {
    ring.fill(0);
  } else {
    for (int64_t at = newest + 1; at <= to; ++at) ring[static_cast<size_t>(at % size)] = 0;
  }
  newest = to;
}

template <typename Ring>
void AddToRing(Ring& ring, int64_t newest, int64_t at, int64_t count) {
  const auto size = static_cast<int64_t>(ring.size());
  if (at > newest || newest - at >= size) return;
  auto& cell = ring[static_cast<size_t>(at % size)];
  using Cell = std::remove_reference_t<decltype(cell)>;
  cell =
      static_cast<Cell>(std::min<int64_t>(int64_t{cell} + count, std::numeric_limits<Cell>::max()));
}

}  // namespace

std::vector<RiseKey> KeysOf(const std::string& name, type::v1::Channel channel,
                            const std::string& region) {
  std::vector<RiseKey> keys = {{name, type::v1::CHANNEL_UNSPECIFIED, ""}};
  if (channel != type::v1::CHANNEL_UNSPECIFIED) keys.push_back({name, channel, ""});
  for (std::string at = region; IsRegion(at) && at != kNation; at = ParentRegion(at))
    keys.push_back({name, type::v1::CHANNEL_UNSPECIFIED, at});
  return keys;
}

double ChanceOf(int64_t n, const Usual& usual, double window_seconds) {
  const double r = usual.count + 0.5;
  const double q = window_seconds / (usual.seconds + window_seconds);
  const auto k = static_cast<double>(n);
  if (k <= r * q / (1 - q)) return 1;  // not more than is expected
  double term = std::exp(std::lgamma(k + r) - std::lgamma(r) - std::lgamma(k + 1) +
                         r * std::log1p(-q) + k * std::log(q));
  double sum = 0;
  // Above the mean the terms fall, in the end like q^k.
  for (double at = k; term > sum * 1e-6; ++at) {
    sum += term;
    term *= (at + r) / (at + 1) * q;
  }
  return std::min(sum, 1.0);
}

RiseDetector::RiseDetector(UsualOf usual_of, RiseLimits limits)
    : usual_of_(std::move(usual_of)), limits_(limits) {}

double RiseDetector::alpha() const {
  const double keys = std::max(static_cast<double>(series_.size()), kKeysMin);
  return limits_.false_alarms_per_day / (keys * kTestsPerDay);
}

void RiseDetector::Turn(Series& series, int64_t slot) {
  TurnRing(series.slots, series.newest_slot, slot);
  TurnRing(series.bins, series.newest_bin, slot * kSlotSeconds / kBinSeconds);
}

RiseDetector::Series* RiseDetector::Find(const RiseKey& key, int64_t slot) {
  const auto found = series_.find(key);
  if (found != series_.end()) return &found->second;
  if (series_.size() >= limits_.keys_max) return nullptr;
  Series& series = series_[key];
  series.newest_slot = slot;
  series.newest_bin = slot * kSlotSeconds / kBinSeconds;
  return &series;
}

void RiseDetector::Feed(LogTime begin, LogTime end, const RiseKey& key, int64_t count) {
  if (start_ == 0) start_ = end;
  const int64_t last = Slot(end, kSlotSeconds);
  Series* series = Find(key, last);
  if (series == nullptr) {
    untracked_ += count;
    return;
  }
  Turn(*series, last);
  const int64_t first = std::clamp(Slot(begin + kSlotSeconds * kSecond, kSlotSeconds),
                                   last - 3'600 / kSlotSeconds, last);
  const int64_t parts = last - first + 1;
  for (int64_t i = 0; i < parts; ++i) {
    const int64_t part = count * (i + 1) / parts - count * i / parts;
    if (part == 0) continue;
    const int64_t slot = first + i;
    AddToRing(series->slots, series->newest_slot, slot, part);
    AddToRing(series->bins, series->newest_bin, slot * kSlotSeconds / kBinSeconds, part);
  }
  if (!std::exchange(series->touched, true)) touched_.push_back(key);
}

int64_t RiseDetector::InWindow(const Series& series, int64_t slot, int seconds) {
  int64_t count = 0;
  for (int64_t at = slot - seconds / kSlotSeconds + 1; at <= slot; ++at) {
    if (at > series.newest_slot || series.newest_slot - at >= static_cast<int64_t>(kSlots))
      continue;
    count += series.slots[static_cast<size_t>(at % static_cast<int64_t>(kSlots))];
  }
  return count;
}

// What was seen in the whole bins of `span` seconds that ended before the window.
Usual RiseDetector::Recent(const Series& series, LogTime now, int span) const {
  Usual usual;
  const int64_t last = Slot(now - kWindows.back() * kSecond, kBinSeconds) - 1;
  const int64_t known = Slot(start_ - 1, kBinSeconds) + 1;  // the first that was seen whole
  for (int64_t at = std::max(last - span / kBinSeconds + 1, known); at <= last; ++at) {
    usual.seconds += kBinSeconds;
    if (at > series.newest_bin || series.newest_bin - at >= static_cast<int64_t>(kBins)) continue;
    usual.count += series.bins[static_cast<size_t>(at % static_cast<int64_t>(kBins))];
  }
  return usual;
}

void RiseDetector::Judge(const RiseKey& key, const Series& series, LogTime now,
                         std::vector<DetectedRise>& told) {
  const int64_t slot = Slot(now, kSlotSeconds);
  std::vector<Usual> usuals;
  for (const int window : kWindows) {
    const int64_t count = InWindow(series, slot, window);
    if (count < limits_.floor) continue;
    if (usuals.empty()) {
      usuals = {Recent(series, now, kShortRecentSeconds), Recent(series, now, kLongRecentSeconds),
                usual_of_ ? usual_of_(key, now) : Usual()};
      std::erase_if(usuals, [&](const Usual& usual) {
        return usual.seconds < static_cast<double>(limits_.learn_seconds);
      });
      if (usuals.empty()) return;
    }
    double expected = 0;
    double chance = 0;
    for (const Usual& usual : usuals) {
      expected = std::max(expected, usual.count / usual.seconds * window);
      chance = std::max(chance, ChanceOf(count, usual, window));
    }
    if (chance >= alpha() || static_cast<double>(count) < limits_.ratio * expected) continue;
    Active& active = active_[key];
    active.rise = {key, now, 0, count, expected, window};
    active.told = static_cast<double>(count);
    told.push_back(active.rise);
    return;
  }
}

void RiseDetector::Follow(LogTime now, std::vector<DetectedRise>& told) {
  const int64_t slot = Slot(now, kSlotSeconds);
  std::vector<RiseKey> ended;
  for (auto& [key, active] : active_) {
    DetectedRise& rise = active.rise;
    const auto series = series_.find(key);
    rise.count = series == series_.end() ? 0 : InWindow(series->second, slot, rise.window_seconds);
    const auto count = static_cast<double>(rise.count);
    const int64_t lately =
        series == series_.end() ? 0 : InWindow(series->second, slot, kWindows.back());
    const double calm =
        std::max(limits_.end_ratio * rise.usual * kWindows.back() / rise.window_seconds,
                 static_cast<double>(limits_.floor));
    const bool over = (now - rise.begin >= kShortest && static_cast<double>(lately) < calm) ||
                      now - rise.begin >= kLongest;
    if (over) {
      rise.end = now;
      told.push_back(rise);
      ended.push_back(key);
    } else if (count >= active.told * kTold || count * kTold <= active.told) {
      active.told = std::max(count, 1.0);
      told.push_back(rise);
    }
  }
  for (const RiseKey& key : ended) active_.erase(key);
}

void RiseDetector::Forget(LogTime now) {
  if (now - forgotten_ < kForgetEvery) return;
  forgotten_ = now;
  const int64_t oldest = Slot(now, kBinSeconds) - static_cast<int64_t>(kBins);
  absl::erase_if(series_, [&](const auto& item) {
    return item.second.newest_bin < oldest && !active_.contains(item.first);
  });
}

std::vector<DetectedRise> RiseDetector::Tick(LogTime now) {
  if (start_ == 0) start_ = now;
  std::vector<DetectedRise> told;
  Follow(now, told);
  for (const RiseKey& key : std::exchange(touched_, {})) {
    const auto series = series_.find(key);
    if (series == series_.end()) continue;
    series->second.touched = false;
    if (!active_.contains(key)) Judge(key, series->second, now, told);
  }
  Forget(now);
  return told;
}

std::vector<DetectedRise> RiseDetector::active() const {
  std::vector<DetectedRise> rises;
  rises.reserve(active_.size());
  for (const auto& [key, active] : active_) rises.push_back(active.rise);
  return rises;
}

}  // namespace hotline::insight
