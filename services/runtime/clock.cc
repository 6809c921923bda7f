#include "services/runtime/clock.h"

#include <time.h>

namespace hotline::runtime {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kNanosPerMicro = 1'000;

int64_t MicrosOf(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);  // cannot fail for the two clocks below
  return static_cast<int64_t>(now.tv_sec) * kMicrosPerSecond + now.tv_nsec / kNanosPerMicro;
}

}  // namespace

BootTime SystemClock::Boot() const { return BootTime(MicrosOf(CLOCK_BOOTTIME)); }

LogTime SystemClock::Wall() const { return MicrosOf(CLOCK_REALTIME); }

}  // namespace hotline::runtime
