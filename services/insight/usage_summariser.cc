#include "services/insight/usage_summariser.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/writer.h"
#include "services/records/ids.h"
#include "services/records/resources.h"
#include "services/records/working_days.h"

namespace hotline::insight {
namespace {

constexpr char kActor[] = "system:usage";
constexpr char kAction[] = "SummariseUsage";
constexpr size_t kReadAtOnce = 100;
// A part with so many rows takes no more.
constexpr size_t kPartFull = kSummaryRows / 2;

// "20261126".
std::string CompactDay(DayNumber day) {
  std::string iso = records::WorkingDays::FormatDay(day);
  std::erase(iso, '-');
  return iso;
}

// d20261126: a day; h20261126-13: an hour of it, in local time.
std::string DayStem(DayNumber day) { return "d" + CompactDay(day); }
std::string HourStem(HourNumber hour) {
  const LogTime begin = BeginOf(hour);
  const DayNumber day = LocalDayOf(begin);
  return absl::StrFormat("h%s-%02d", CompactDay(day), HourOf(begin) - HourOf(BeginOfLocalDay(day)));
}

// The number of a part with this stem; 0 = it is none.
int PartOf(const std::string& name, const std::string& stem) {
  const std::string prefix = MakeName(kUsages, stem) + "-";
  int part = 0;
  if (!name.starts_with(prefix) || !absl::SimpleAtoi(name.substr(prefix.size()), &part)) return 0;
  return part;
}

struct Group {
  LogTime begin = 0;
  int newest_part = 0;
  const UsageBatchFacts* open_part = nullptr;  // the newest, when it has room
  std::vector<const UsageBatchFacts*> fresh;
};

bool IsConflict(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  return reason == type::v1::ETAG_MISMATCH || reason == type::v1::RESOURCE_ALREADY_EXISTS ||
         reason == type::v1::RESOURCE_NOT_FOUND;
}

}  // namespace

std::vector<SummaryPlan> PlanSummaries(const std::vector<UsageBatchFacts>& batches, LogTime now) {
  const DayNumber today = LocalDayOf(now);
  const HourNumber oldest_hour = HourOf(now) - kHoursKept;
  std::map<std::string, Group> groups;
  for (const UsageBatchFacts& batch : batches) {
    const DayNumber day = LocalDayOf(BeginOf(batch.hour));
    if (day >= today) continue;
    const bool by_day = HourOf(BeginOfLocalDay(day + 1)) <= oldest_hour;
    const std::string stem = by_day ? DayStem(day) : HourStem(batch.hour);
    Group& group = groups[stem];
    group.begin = by_day ? BeginOfLocalDay(day) : BeginOf(batch.hour);
    if (const int part = PartOf(batch.name, stem); part > 0) {
      if (part > group.newest_part) {
        group.newest_part = part;
        group.open_part = batch.rows < kPartFull ? &batch : nullptr;
      }
    } else if (batch.summary ? by_day : batch.create_time + kRepeatMicros <= now) {
      group.fresh.push_back(&batch);
    }
  }
  std::vector<SummaryPlan> plans;
  for (auto& [stem, group] : groups) {
    if (group.fresh.empty()) continue;
    std::sort(group.fresh.begin(), group.fresh.end(), [](const auto* a, const auto* b) {
      return std::pair(a->hour, std::string_view(a->name)) <
             std::pair(b->hour, std::string_view(b->name));
    });
    SummaryPlan& plan = plans.emplace_back();
    plan.name = MakeName(kUsages, absl::StrFormat("%s-%d", stem, group.newest_part + 1));
    plan.begin = group.begin;
    // Only what leaves room for another batch, so that each Change gets on.
    if (group.open_part != nullptr &&
        group.open_part->rows + group.fresh.front()->rows <= kSummaryRows) {
      plan.inputs.push_back(group.open_part->name);
      plan.continues = true;
    }
    for (const UsageBatchFacts* batch : group.fresh) {
      if (plan.inputs.size() == kSummarisedAtOnce) break;
      plan.inputs.push_back(batch->name);
    }
  }
  std::stable_sort(plans.begin(), plans.end(),
                   [](const auto& a, const auto& b) { return a.begin < b.begin; });
  return plans;
}

absl::StatusOr<int> UsageSummariser::Run(storage::Deadline deadline) {
  int changes = 0;
  for (bool more = true; more;) {
    more = false;
    for (const SummaryPlan& plan : PlanSummaries(book_.Batches(), book_.now())) {
      ASSIGN_OR_RETURN(const bool written, Sum(plan, deadline));
      if (!written) return changes;
      ++changes;
      more = true;  // further batches of its hour
    }
  }
  return changes;
}

// False: somebody else changed the batches meanwhile.
absl::StatusOr<bool> UsageSummariser::Sum(const SummaryPlan& plan, storage::Deadline deadline) {
  store::v1::CommitRequest commit;
  commit.set_actor(kActor);
  commit.set_action(kAction);
  *commit.add_preconditions() = access::MustBeAbsent(plan.name);
  commit.add_effects();  // the summary
  std::string seed = plan.name;
  RowSum sum;
  int64_t replaced = 0;
  bool full = false;
  for (size_t at = 0; at < plan.inputs.size() && !full; at += kReadAtOnce) {
    const std::vector<std::string> names(
        plan.inputs.begin() + static_cast<std::ptrdiff_t>(at),
        plan.inputs.begin() +
            static_cast<std::ptrdiff_t>(std::min(at + kReadAtOnce, plan.inputs.size())));
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.BatchGet(names, 0, deadline));
    if (page.resources.size() != names.size()) return false;
    for (const storage::Versioned& versioned : page.resources) {
      const v1::UsageBatch& batch = versioned.resource.usage_batch();
      full = !sum.AddWithin(batch.rows(), kSummaryRows);
      if (full) break;
      replaced += std::max(1, batch.replaced_count());
      *commit.add_preconditions() = access::MustExist(batch.name());
      commit.add_effects()->set_delete_name(batch.name());
      seed += '\n' + batch.name();
    }
  }
  // A part that only replaces itself would be written for ever.
  if (commit.effects_size() <= (plan.continues ? 2 : 1)) return false;
  v1::UsageBatch& summary = *commit.mutable_effects(0)->mutable_put()->mutable_usage_batch();
  summary.set_name(plan.name);
  summary.set_day(records::WorkingDays::FormatDay(LocalDayOf(plan.begin)));
  summary.set_summary(true);
  summary.set_replaced_count(static_cast<int32_t>(replaced));
  *summary.mutable_begin_time() = ToTimestamp(plan.begin);
  for (v1::UsageRow& row : sum.Take()) *summary.add_rows() = std::move(row);
  commit.set_request_id("usage-" + records::Base32Digest(seed, 32));
  commit.set_request_fingerprint(Sha256(seed));
  const auto committed = store_.Commit(commit, deadline);
  if (!committed.ok() && IsConflict(committed.status())) return false;
  RETURN_IF_ERROR(committed.status());
  RETURN_IF_ERROR(follower_.Await(committed->kb_revision(), deadline));
  return true;
}

}  // namespace hotline::insight
