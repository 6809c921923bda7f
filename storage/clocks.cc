#include "storage/clocks.h"

#include <algorithm>

#include <time.h>

namespace hotline::storage {
namespace {

int64_t MicrosOf(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

Clocks SystemClocks() {
  return {.boot = [] { return std::chrono::microseconds(MicrosOf(CLOCK_BOOTTIME)); },
          .wall = [] { return LogTime{MicrosOf(CLOCK_REALTIME)}; }};
}

LogTime LogClock::Now() {
  last_ = std::max(last_, wall_());
  return last_;
}

}  // namespace hotline::storage
