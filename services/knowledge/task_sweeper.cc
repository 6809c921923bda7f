#include "services/knowledge/task_sweeper.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/standing.h"
#include "proto/cc/text.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using std::chrono::steady_clock;

constexpr char kActor[] = "system:tasks";
constexpr char kAction[] = "SweepTasks";
constexpr size_t kTaskTitleMax = 500;
// A task of a lapse may hold 1,000 names, one of a review a single one.
constexpr size_t kLapseTasksPerChange = 50;
constexpr size_t kReviewTasksPerChange = 500;
constexpr size_t kHandledMax = 100'000;
constexpr int kEntriesAtOnce = 200;
constexpr std::chrono::minutes kSweepDeadline{10};

// Calls `visit` for each resource of a collection.
template <typename Visit>
absl::Status VisitAll(storage::Store& store, std::string_view collection, int page_size,
                      storage::Deadline deadline, const Visit& visit) {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(collection));
  query.set_page_size(page_size);
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store.List(query, deadline));
    more = page.more && !page.resources.empty();
    for (const storage::Versioned& found : page.resources) {
      query.set_after_name(NameOf(found.resource));
      RETURN_IF_ERROR(visit(found.resource));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<v1::Task> ReviewTask(const v1::Entry& entry, const Clockwork& clockwork) {
  if (!entry.has_online()) return std::nullopt;
  const v1::EntryContent& content = OnlineContent(entry);
  if (!content.validity().has_review_time()) return std::nullopt;
  const LogTime review = ToLogTime(content.validity().review_time());
  if (review > clockwork.now) return std::nullopt;
  v1::Task task;
  task.set_name(
      MakeName(kTasks, MadeId("t", "review|" + entry.name() + '|' + std::to_string(review))));
  task.set_kind(v1::Task::REVIEW_DUE);
  task.set_state(v1::Task::OPEN);
  task.set_department(content.department());
  task.add_subjects(entry.name());
  task.set_title(std::string(Prefix("《" + content.question() + "》的复核日期（" +
                                        ChineseDay(review) + "）已到，请核对后更新复核日期。",
                                    kTaskTitleMax)));
  *task.mutable_due_time() = ToTimestamp(clockwork.days.Add(review, kReviewWorkingDays).time);
  return task;
}

bool IsEndedByTime(const v1::Policy& policy, LogTime now) {
  return !IsLapsedByStatus(policy) && IsLapsed(policy, now);
}

TaskSweeper::~TaskSweeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TaskSweeper::Start(Options options) {
  options_ = std::move(options);
  thread_ = std::thread([this] { Run(); });
}

bool TaskSweeper::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void TaskSweeper::Run() {
  auto reviews = steady_clock::now() + options_.policies_every;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, options_.policies_every, [this] { return stopping_; })) return;
    }
    absl::Status swept = SweepPolicies(steady_clock::now() + kSweepDeadline);
    if (swept.ok() && steady_clock::now() >= reviews) {
      swept = SweepReviews(steady_clock::now() + kSweepDeadline);
      reviews = steady_clock::now() + options_.reviews_every;
    }
    if (!swept.ok() && !stopping()) options_.trouble(swept);
  }
}

absl::Status TaskSweeper::SweepPolicies(storage::Deadline deadline) {
  const std::lock_guard lock(sweep_mutex_);
  ASSIGN_OR_RETURN(const Clockwork clockwork, ReadClockwork(store_, deadline));
  std::vector<v1::Policy> ended;
  RETURN_IF_ERROR(VisitAll(store_, kPolicies, storage::kPageSizeMax, deadline,
                           [&](const store::v1::Resource& resource) {
                             if (IsEndedByTime(resource.policy(), clockwork.now)) {
                               ended.push_back(resource.policy());
                             }
                             return absl::OkStatus();
                           }));
  for (const v1::Policy& policy : ended) {
    if (stopping()) return absl::OkStatus();
    RETURN_IF_ERROR(SweepPolicy(policy, clockwork, deadline));
  }
  return absl::OkStatus();
}

absl::Status TaskSweeper::SweepPolicy(const v1::Policy& policy, const Clockwork& clockwork,
                                      storage::Deadline deadline) {
  const std::string seed = LapseSeed(policy, "");
  if (handled_.contains(seed)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<HitEntry> hits,
                   CitingEntries(store_, policy.name(), deadline));
  if (hits.empty()) return absl::OkStatus();  // whoever cites it later is told then
  ASSIGN_OR_RETURN(std::vector<v1::Task> tasks,
                   WithoutExisting(store_, LapseTasks(policy, hits, seed, clockwork), deadline));
  // The sweep that finds nothing missing is the last one to look.
  if (!tasks.empty()) return Put(std::move(tasks), kLapseTasksPerChange, deadline);
  if (handled_.size() >= kHandledMax) handled_.clear();
  handled_.insert(seed);
  return absl::OkStatus();
}

absl::Status TaskSweeper::SweepReviews(storage::Deadline deadline) {
  const std::lock_guard lock(sweep_mutex_);
  ASSIGN_OR_RETURN(const Clockwork clockwork, ReadClockwork(store_, deadline));
  std::vector<v1::Task> due;
  size_t written = 0;
  const auto flush = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(std::vector<v1::Task> missing,
                     WithoutExisting(store_, std::exchange(due, {}), deadline));
    written += missing.size();
    return Put(std::move(missing), kReviewTasksPerChange, deadline);
  };
  RETURN_IF_ERROR(VisitAll(store_, kEntries, kEntriesAtOnce, deadline,
                           [&](const store::v1::Resource& resource) -> absl::Status {
                             if (written >= kTasksPerSweepMax || stopping())
                               return absl::OkStatus();
                             auto task = ReviewTask(resource.entry(), clockwork);
                             if (task.has_value()) due.push_back(*std::move(task));
                             return due.size() < kReviewTasksPerChange ? absl::OkStatus() : flush();
                           }));
  return flush();
}

// The request id is made of the names: a repeat after an unknown outcome has no second effect, and
// of two processes that sweep at once one finds the names taken.
absl::Status TaskSweeper::Put(std::vector<v1::Task> tasks, size_t per_change,
                              storage::Deadline deadline) {
  for (size_t first = 0; first < tasks.size(); first += per_change) {
    store::v1::CommitRequest commit;
    commit.set_actor(kActor);
    commit.set_action(kAction);
    std::string names;
    for (size_t i = first; i < std::min(tasks.size(), first + per_change); ++i) {
      names += tasks[i].name() + '\n';
      *commit.add_preconditions() = MustBeAbsent(tasks[i].name());
      *commit.add_effects()->mutable_put() = Wrap(std::move(tasks[i]));
    }
    commit.set_request_id("sweep-" + Base32Digest(names, 32));
    commit.set_request_fingerprint(Sha256(commit.request_id()));
    const auto committed = store_.Commit(commit, deadline);
    if (!committed.ok() && ReasonOf(committed.status()) != type::v1::RESOURCE_ALREADY_EXISTS) {
      return committed.status();
    }
  }
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
