// Sudden rises against the usual, found while the counts come in. Pure: knows no clock, thread or
// base.
//
// For each key (what, channel, region) the last minute and the last five minutes are held against
// what is usual. The usual is a rate that was seen as `c` asks in `T` seconds: of the same hours of
// the week (given from outside), and of the two hours before. With Jeffreys' prior the rate is
// Gamma(c + 1/2, T), and the asks of the next W seconds are negative binomial:
//
//   P(X = k) = C(k + r - 1, k) (T/(T+W))^r (W/(T+W))^k,   r = c + 1/2
//
// (the Bayes scheme of outbreak detection: Riebler 2004; Höhle, "surveillance", Computational
// Statistics 22, 2007). A rise is seen when, for every usual that is known, P(X >= n) < alpha,
// n >= floor and n >= ratio times what is expected. alpha = budget / (keys × tests of a day), so
// that with counts as assumed at most `false_alarms_per_day` come by chance (Bonferroni over
// windows that do not overlap).
//
// A rise keeps the usual that it was seen against. It lasts five minutes at least, and ends when
// the last five minutes have less than end_ratio of that usual, or after a day: then it is usual.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "hotline/type/v1/channel.pb.h"
#include "services/insight/usage_book.h"

namespace hotline::insight {

// What is counted: an answer, a gap, or everything.
struct RiseKey {
  std::string name;  // entries/…, gaps/…; empty = all questions together
  type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;  // unspecified = all
  std::string region;                                         // empty = all

  template <typename H>
  friend H AbslHashValue(H h, const RiseKey& key) {
    return H::combine(std::move(h), key.name, static_cast<int>(key.channel), key.region);
  }
  friend bool operator==(const RiseKey&, const RiseKey&) = default;
};

// The keys under which one ask counts: alone and with its channel; with its region and those above
// it, but not the nation, which is everywhere.
std::vector<RiseKey> KeysOf(const std::string& name, type::v1::Channel channel,
                            const std::string& region);

struct DetectedRise {
  RiseKey key;
  LogTime begin = 0;
  LogTime end = 0;         // 0 while it lasts
  int64_t count = 0;       // in the window now
  double usual = 0;        // expected in the window
  int window_seconds = 0;  // 60 or 300
};

struct RiseLimits {
  double false_alarms_per_day = 1;
  int64_t floor = 8;        // fewer are never a rise
  double ratio = 2;         // of what is expected
  double end_ratio = 1.5;   // of what is expected: below this it is over
  int learn_seconds = 600;  // nothing is a rise before so much is known
  size_t keys_max = 100'000;
};

// P(X >= n) of the negative binomial above. `count` and `seconds` are what was seen before.
double ChanceOf(int64_t n, const Usual& usual, double window_seconds);

// Not thread-safe.
class RiseDetector {
 public:
  // What is usual at a time beyond what the detector has seen itself; no seconds = not known.
  using UsualOf = std::function<Usual(const RiseKey& key, LogTime now)>;

  explicit RiseDetector(UsualOf usual_of, RiseLimits limits = {});

  // So many asks between two times (not later than now), spread evenly. Times never go back by more
  // than an hour; what is older is left out.
  void Feed(LogTime begin, LogTime end, const RiseKey& key, int64_t count);

  // What began, changed by half or ended up to `now`. Call it every second.
  std::vector<DetectedRise> Tick(LogTime now);

  // Those that last, in no order.
  std::vector<DetectedRise> active() const;
  size_t keys() const { return series_.size(); }
  int64_t untracked() const { return untracked_; }  // asks that found no room

 private:
  static constexpr int kSlotSeconds = 5;
  static constexpr size_t kSlots = 72;  // six minutes
  static constexpr int kBinSeconds = 300;
  static constexpr size_t kBins = 26;  // a little more than two hours

  // Counts of one key: rings by time.
  struct Series {
    std::array<uint16_t, kSlots> slots{};
    std::array<uint32_t, kBins> bins{};
    int64_t newest_slot = 0;
    int64_t newest_bin = 0;
    bool touched = false;
  };
  struct Active {
    DetectedRise rise;
    double told = 0;  // count that was told last
  };

  Series* Find(const RiseKey& key, int64_t slot);
  static void Turn(Series& series, int64_t slot);
  static int64_t InWindow(const Series& series, int64_t slot, int seconds);
  Usual Recent(const Series& series, LogTime now, int window_seconds) const;
  void Judge(const RiseKey& key, const Series& series, LogTime now,
             std::vector<DetectedRise>& told);
  void Follow(LogTime now, std::vector<DetectedRise>& told);
  void Forget(LogTime now);
  double alpha() const;

  const UsualOf usual_of_;
  const RiseLimits limits_;
  LogTime start_ = 0;  // of the first feed or tick
  LogTime forgotten_ = 0;
  int64_t untracked_ = 0;
  absl::flat_hash_map<RiseKey, Series> series_;
  absl::flat_hash_map<RiseKey, Active> active_;
  std::vector<RiseKey> touched_;
};

}  // namespace hotline::insight
