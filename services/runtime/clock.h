// Clocks as arguments, so that leases and log time can be tested exactly.
#pragma once

#include <chrono>
#include <cstdint>

#include "proto/cc/time.h"

namespace hotline::runtime {

// Time since boot, suspend included (CLOCK_BOOTTIME): the clock of leases.
using BootTime = std::chrono::microseconds;

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  virtual BootTime Boot() const = 0;  // for leases and ages
  virtual LogTime Wall()
      const = 0;  // for stamping Changes; may jump, the store never lets log time go back
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  BootTime Boot() const override;
  LogTime Wall() const override;
};

}  // namespace hotline::runtime
