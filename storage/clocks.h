// The two clocks of a store, as arguments, so that tests are exact.
#pragma once

#include <chrono>
#include <functional>

#include "proto/cc/time.h"

namespace hotline::storage {

struct Clocks {
  // Time since boot, suspend included: the clock of silences. Never goes back.
  std::function<std::chrono::microseconds()> boot;
  // Wall clock for stamping Changes; may jump.
  std::function<LogTime()> wall;
};

// The machine's clocks (CLOCK_BOOTTIME and CLOCK_REALTIME).
Clocks SystemClocks();

// Log time: follows the wall clock and never goes back. Not thread-safe.
class LogClock {
 public:
  // Never stamps before `last`, the newest stamp that is known.
  LogClock(std::function<LogTime()> wall, LogTime last) : wall_(std::move(wall)), last_(last) {}

  // The log time now: at or after every earlier result.
  LogTime Now();

  // The newest stamp given.
  LogTime last() const { return last_; }

 private:
  std::function<LogTime()> wall_;
  LogTime last_;
};

}  // namespace hotline::storage
