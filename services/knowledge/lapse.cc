#include "services/knowledge/lapse.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/standing.h"
#include "proto/cc/text.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/referrers.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

constexpr size_t kTaskTitleMax = 500;
constexpr size_t kEntriesPerTask = kTaskSubjectsMax - 1;  // the policy is one subject

std::string TitleOf(const v1::Policy& policy, size_t entries, LogTime now) {
  const std::string title = LapseReason(policy, now) + "，引用它的 " + std::to_string(entries) +
                            " 个条目已对公众暂停，请修改后重新发布或下线。";
  return std::string(Prefix(title, kTaskTitleMax));
}

}  // namespace

std::vector<v1::Task> LapseTasks(const v1::Policy& policy, const std::vector<HitEntry>& hits,
                                 std::string_view seed, const Clockwork& clockwork) {
  std::map<std::string, std::vector<std::string>> by_owner;
  for (const HitEntry& hit : hits) by_owner[hit.department].push_back(hit.name);
  const auto due = ToTimestamp(clockwork.days.Add(clockwork.now, kLapseWorkingDays).time);
  std::vector<v1::Task> tasks;
  for (const auto& [department, entries] : by_owner) {
    for (size_t first = 0; first < entries.size(); first += kEntriesPerTask) {
      if (tasks.size() == kTasksPerLapseMax) return tasks;
      const size_t last = std::min(entries.size(), first + kEntriesPerTask);
      v1::Task task;
      task.set_name(MakeName(
          kTasks, MadeId("t", std::string(seed) + '|' + department + '|' + std::to_string(first))));
      task.set_kind(v1::Task::POLICY_LAPSED);
      task.set_state(v1::Task::OPEN);
      task.set_department(department);
      task.add_subjects(policy.name());
      for (size_t i = first; i < last; ++i) task.add_subjects(entries[i]);
      task.set_title(TitleOf(policy, last - first, clockwork.now));
      *task.mutable_due_time() = due;
      tasks.push_back(std::move(task));
    }
  }
  return tasks;
}

std::string LapseSeed(const v1::Policy& policy, std::string_view request_id) {
  std::string seed = "lapse|" + policy.name() + '|';
  if (IsLapsedByStatus(policy)) return seed + std::string(request_id);
  return seed + std::to_string(ToLogTime(policy.validity().expire_time()));
}

absl::StatusOr<std::vector<HitEntry>> CitingEntries(storage::Store& store,
                                                    const std::string& policy,
                                                    storage::Deadline deadline) {
  std::vector<HitEntry> hits;
  RETURN_IF_ERROR(VisitReferrers(store, policy, deadline, [&](const v1::Entry& entry) {
    if (!entry.has_online()) return true;
    const v1::EntryContent& content = OnlineContent(entry);
    for (const std::string& cited : content.policies()) {
      if (cited == policy) hits.push_back({entry.name(), content.department()});
    }
    return hits.size() < kLapseEntriesMax;
  }));
  return hits;
}

absl::StatusOr<std::vector<v1::Task>> WithoutExisting(storage::Store& store,
                                                      std::vector<v1::Task> tasks,
                                                      storage::Deadline deadline) {
  // A task may be 60 KiB, a reply 8 MiB.
  constexpr size_t kNamesAtOnce = 100;
  std::set<std::string> existing;
  for (size_t first = 0; first < tasks.size(); first += kNamesAtOnce) {
    std::vector<std::string> names;
    for (size_t i = first; i < std::min(tasks.size(), first + kNamesAtOnce); ++i) {
      names.push_back(tasks[i].name());
    }
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store.BatchGet(names, 0, deadline));
    for (const storage::Versioned& found : page.resources) existing.insert(NameOf(found.resource));
  }
  std::erase_if(tasks, [&](const v1::Task& task) { return existing.contains(task.name()); });
  return tasks;
}

absl::Status AddLapseEffects(storage::Store& store, const v1::Policy* before,
                             const v1::Policy& after, std::string_view request_id,
                             storage::Deadline deadline, Draft* draft) {
  if (before == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Clockwork clockwork, ReadClockwork(store, deadline));
  if (IsLapsed(*before, clockwork.now) || !IsLapsed(after, clockwork.now)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<HitEntry> hits, CitingEntries(store, after.name(), deadline));
  // Who reads the tasks is told what is written now, not when the policy was last touched.
  v1::Policy named = after;
  *named.mutable_update_time() = ToTimestamp(clockwork.now);
  std::vector<v1::Task> tasks = LapseTasks(named, hits, LapseSeed(after, request_id), clockwork);
  ASSIGN_OR_RETURN(tasks, WithoutExisting(store, std::move(tasks), deadline));
  for (v1::Task& task : tasks) {
    draft->preconditions.push_back(MustBeAbsent(task.name()));
    draft->puts.push_back(Wrap(std::move(task)));
  }
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
