// The lease: how a follower knows, without trusting a wall clock, that what it serves is current.
//
// A barrier sent at boot time t answers with a head that includes everything committed before t.
// Once that head is applied, the follower is "fresh as of t" – the time of sending, never of the
// reply. Past mark_stale_after it says that it is stale, past the serving limit it refuses
// (engine.md 6.4). Pure: time comes as an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "services/runtime/clock.h"

namespace hotline::answer {

using runtime::BootTime;

struct LeaseLimits {
  BootTime mark_stale_after{2'000'000};
  BootTime refuse_after{5'000'000};
};

enum class LeaseState {
  kFresh,
  kStale,    // serve, and say so
  kRefused,  // serve nothing
};

// How long a follower that announced `refuse_after` may serve: a little shorter, so that drift of
// the clock (0.1 %) and the time to write a reply stay on the safe side.
BootTime ServingLimit(BootTime refuse_after);

// What may be served at `now` from a snapshot that is fresh as of `fresh_as_of` (nullopt = never
// confirmed).
LeaseState Judge(const LeaseLimits& limits, std::optional<BootTime> fresh_as_of, BootTime now);

// Turns barriers and progress into `fresh_as_of`. Not thread-safe.
class BarrierTracker {
 public:
  // At most this many barriers wait for their heads; then the youngest but one is given up, which
  // only makes the lease look older than it is.
  static constexpr size_t kPendingMax = 16;

  // A barrier sent at `sent` was answered with `head`, while `applied` is what this follower has.
  void OnBarrier(BootTime sent, int64_t head, int64_t applied);
  // Everything up to `applied` is in the served snapshot.
  void OnApplied(int64_t applied);
  // Forgets everything: another timeline, or a gap.
  void Reset();

  std::optional<BootTime> fresh_as_of() const { return fresh_as_of_; }

 private:
  struct Barrier {
    BootTime sent;
    int64_t head;
  };
  std::deque<Barrier> pending_;  // in order of sending
  std::optional<BootTime> fresh_as_of_;
};

}  // namespace hotline::answer
