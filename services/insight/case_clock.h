// The clocks that owners of cases run on: working days to the end, and who is told when they are
// over. Pure.
#pragma once

#include "services/records/working_days.h"

namespace hotline::insight {

// Escalation at the top: the hotline itself.
inline constexpr int kEscalationTop = 100;

// How a case is timed.
struct CaseClock {
  int days = 5;             // working days until it is late
  int escalation_days = 1;  // working days after which what is late is told one level higher
};

// The last instant at which a case that began at `from` is in time: the end of the day that is
// `clock.days` working days after it.
LogTime DueTime(const records::WorkingDays& days, const CaseClock& clock, LogTime from);

// Who is told at `now`: 0 = nobody, it is in time; 1 = the department above, one more for every
// `escalation_days` working days; kEscalationTop when `levels_above` departments stand above the
// owner and it is higher than those, or nobody owns it (`levels_above` = 0).
int EscalationAt(const records::WorkingDays& days, const CaseClock& clock, LogTime due, LogTime now,
                 int levels_above);

}  // namespace hotline::insight
