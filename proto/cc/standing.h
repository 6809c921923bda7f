// How facts and policies stand at an instant: whether they hold, and how they are said. One rule
// for the write path, which makes tasks of it, and the read path, which doubts answers by it.
#pragma once

#include <string>

#include "hotline/knowledge/v1/resources.pb.h"
#include "proto/cc/time.h"

namespace hotline {

// True when an answer that cites this policy is doubtful at `now`: it is marked as expired,
// repealed or replaced, or its validity is over.
bool IsLapsed(const knowledge::v1::Policy& policy, LogTime now);

// True when it lapsed by its status, whatever the time.
bool IsLapsedByStatus(const knowledge::v1::Policy& policy);

// Why a lapsed policy is, in Chinese, without a full stop:
// "依据的《…》（文号）自2026年1月1日起已失效". Days are those of `utc_offset_minutes`.
std::string LapseReason(const knowledge::v1::Policy& policy, LogTime now,
                        int utc_offset_minutes = 480);

// True when the fact's validity is over at `now`, or has not begun.
bool IsLapsed(const knowledge::v1::Fact& fact, LogTime now);

// The value as it is said, with its unit: "30个工作日", "2360元/月", "80%", "2026年1月1日"; in
// English "30 working days", "30 days", "2026-01-01", other values as they are.
std::string SaidValue(const knowledge::v1::Fact& fact,
                      type::v1::Language language = type::v1::ZH_CN);

// SaidValue for a place in CommonMark behind the byte `before`: nothing of it is read as markup,
// and a URL becomes a link of its own unless it stands as the destination of one.
std::string SaidInMarkdown(const knowledge::v1::Fact& fact, type::v1::Language language,
                           char before);

// "2026年1月1日": the day of an instant in local time.
std::string ChineseDay(LogTime time, int utc_offset_minutes = 480);

}  // namespace hotline
