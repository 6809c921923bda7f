// What one entry can be faulted for by its own text, age and use. Pure: one rule each, without
// a look at other entries. Rules prefer silence to a wrong word: an inspection that accuses wrongly
// is not read again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hotline/insight/v1/quality_service.pb.h"
#include "hotline/insight/v1/usage.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "proto/cc/time.h"

namespace hotline::insight {

using Fault = v1::ListQualityFindingsRequest::Fault;

// Something that is wrong, with one Chinese sentence for people.
struct EntryFault {
  Fault fault = v1::ListQualityFindingsRequest::FAULT_UNSPECIFIED;
  std::string detail;
};

// Days of the past that figures of use and of clocks look at.
inline constexpr int kQualityDays = 90;
inline constexpr LogTime kMicrosPerDay = int64_t{24} * 3600 * 1'000'000;

// How the clocks of an entry stand: any of them makes it outdated (知识已失效).
struct Age {
  bool expired = false;     // its validity is over and it is still online
  bool review_due = false;  // its review date has come
  bool suspect = false;     // a policy that it cites lapsed (Entry.SUSPECT)
};
// `entry` is online.
Age AgeOf(const knowledge::v1::Entry& entry, LogTime now);
// One finding for each.
void FaultAge(const Age& age, const knowledge::v1::Entry& entry, std::vector<EntryFault>* faults);

// Opinions that a verdict of "useless" needs, at least.
inline constexpr int64_t kOpinionsMin = 5;

// Found, and more people found it useless than useful.
void FaultUsefulness(const v1::UsageRow& use, std::vector<EntryFault>* faults);
// Nobody was ever shown it in kQualityDays days though it was online all that time.
void FaultNeverFound(const v1::UsageRow* use, const knowledge::v1::Entry& entry, LogTime now,
                     std::vector<EntryFault>* faults);

}  // namespace hotline::insight
