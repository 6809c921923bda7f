// Few large batches in place of many small ones: when a local day is over and its requests are too
// old to be repeated, its batches become one summary for each hour; after kHoursKept these become
// one for the day. Each summary has at most kSummaryRows rows, so there may be several parts.
//
// One Change = one summary part and the deletes of exactly the batches that it sums, under the
// condition that these exist and the part does not. So nothing is ever counted twice or lost,
// wherever a crash falls, and of two processes that sum the same one is refused.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/insight/usage_book.h"
#include "services/records/projection.h"
#include "storage/store.h"

namespace hotline::insight {

inline constexpr size_t kSummaryRows = 2'000;       // of one part
inline constexpr size_t kSummarisedAtOnce = 1'000;  // batches that one Change replaces
inline constexpr int kHoursKept = 24 * 35;          // hours that are told apart
// Repeats of a request are recognised for at least so long.
inline constexpr LogTime kRepeatMicros = LogTime{24} * 3'600 * 1'000'000;

// What one summary is to stand for.
struct SummaryPlan {
  std::string name;  // of the next part
  LogTime begin = 0;
  std::vector<std::string> inputs;  // oldest first; an open part of before comes first
  bool continues = false;           // the first input is that part
};

// What is due, in order of time. Pure.
std::vector<SummaryPlan> PlanSummaries(const std::vector<UsageBatchFacts>& batches, LogTime now);

// Not thread-safe. Several processes may run one each.
class UsageSummariser {
 public:
  // All must outlive this.
  UsageSummariser(storage::Store& store, const UsageBook& book,
                  records::ProjectionFollower& follower)
      : store_(store), book_(book), follower_(follower) {}

  // Does what is due now; the number of Changes. Ends early, and well, when another process is at
  // it.
  absl::StatusOr<int> Run(storage::Deadline deadline);

 private:
  absl::StatusOr<bool> Sum(const SummaryPlan& plan, storage::Deadline deadline);

  storage::Store& store_;
  const UsageBook& book_;
  records::ProjectionFollower& follower_;
};

}  // namespace hotline::insight
