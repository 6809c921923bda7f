#include "services/insight/case_clock.h"

#include <algorithm>

namespace hotline::insight {

LogTime DueTime(const records::WorkingDays& days, const CaseClock& clock, LogTime from) {
  return days.Add(from, clock.days).time;
}

int EscalationAt(const records::WorkingDays& days, const CaseClock& clock, LogTime due, LogTime now,
                 int levels_above) {
  if (now <= due) return 0;
  const int step = std::max(clock.escalation_days, 1);
  for (int level = 1; level <= levels_above; ++level) {
    // This level has until the end of the day on which the next one is told.
    if (now <= days.Add(due, level * step).time) return level;
  }
  return kEscalationTop;
}

}  // namespace hotline::insight
