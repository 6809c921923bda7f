#include "services/insight/retention_sweeper.h"

#include <string>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/writer.h"
#include "services/records/clockwork.h"
#include "services/records/ids.h"
#include "services/records/resources.h"

namespace hotline::insight {
namespace {

using std::chrono::steady_clock;

constexpr char kActor[] = "system:retention";
constexpr char kAction[] = "DeleteExpired";
constexpr int kPageSize = 500;
constexpr int kAttemptsMax = 5;
constexpr std::chrono::minutes kSweepDeadline{10};

bool WroteInBetween(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  return reason == type::v1::ETAG_MISMATCH || reason == type::v1::RESOURCE_ALREADY_EXISTS ||
         reason == type::v1::RESOURCE_NOT_FOUND || reason == type::v1::REFERENCE_CONFLICT;
}

}  // namespace

// What a sweep decides by, and its record as it stands.
struct RetentionSweeper::Day {
  records::WorkingDays days;
  RetentionDay day;
  v1::RetentionRun run;
  int64_t run_revision = 0;  // of the version read; 0: there is none
  const RetentionRule* rule = nullptr;
  LogTime before = 0;
};

RetentionSweeper::~RetentionSweeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RetentionSweeper::Start(Options options) {
  options_ = std::move(options);
  thread_ = std::thread([this] { Run(); });
}

bool RetentionSweeper::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void RetentionSweeper::Run() {
  std::optional<records::WorkingDays::Day> done;
  for (;;) {
    const auto clockwork = records::ReadClockwork(store_, steady_clock::now() + kSweepDeadline);
    absl::Status status = clockwork.status();
    if (status.ok()) {
      const auto day = clockwork->days.DayOf(clockwork->now);
      if (day != done) {
        const auto run = Sweep(steady_clock::now() + kSweepDeadline);
        status = run.status();
        if (run.ok() && !stopping()) {
          done = day;
          options_.done(*run);
        }
      }
    }
    if (!status.ok() && !stopping()) options_.trouble(status);
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, options_.every, [this] { return stopping_; })) return;
  }
}

absl::StatusOr<RetentionSweeper::Day> RetentionSweeper::ReadDay(storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const records::Clockwork clockwork, records::ReadClockwork(store_, deadline));
  Day day{.days = clockwork.days, .day = RetentionDayOf(clockwork.days, clockwork.now)};
  ASSIGN_OR_RETURN(storage::ResourcePage page, store_.BatchGet({day.day.name}, 0, deadline));
  if (page.resources.empty()) {
    day.run.set_name(day.day.name);
    return day;
  }
  day.run_revision = page.resources.front().kb_revision;
  day.run = records::Unwrap<v1::RetentionRun>(std::move(page.resources.front().resource));
  return day;
}

absl::StatusOr<v1::RetentionRun> RetentionSweeper::Sweep(storage::Deadline deadline) {
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(Day day, ReadDay(deadline));
    absl::Status status;
    for (const RetentionRule& rule : rules_) {
      status = SweepRule(rule, &day, deadline);
      if (!status.ok()) break;
    }
    if (status.ok()) return std::move(day.run);
    if (!WroteInBetween(status) || attempt == kAttemptsMax || stopping()) return status;
  }
}

absl::Status RetentionSweeper::SweepRule(const RetentionRule& rule, Day* day,
                                         storage::Deadline deadline) {
  day->rule = &rule;
  day->before = OverBefore(day->days, day->day.day, rule.keep_days);
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(rule.collection));
  query.set_page_size(kPageSize);
  std::vector<storage::Versioned> over;
  for (bool more = true; more && !stopping();) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, deadline));
    more = page.more && !page.resources.empty();
    for (storage::Versioned& found : page.resources) {
      query.set_after_name(NameOf(found.resource));
      if (!IsOver(found.resource, day->before)) continue;
      over.push_back(std::move(found));
      if (over.size() < kDeletesPerChange) continue;
      RETURN_IF_ERROR(Delete(std::exchange(over, {}), day, deadline));
    }
  }
  return over.empty() ? absl::OkStatus() : Delete(over, day, deadline);
}

// The request id is made of what is deleted and of what the run was: a repeat after an unknown
// outcome has no second effect.
absl::Status RetentionSweeper::Delete(const std::vector<storage::Versioned>& over, Day* day,
                                      storage::Deadline deadline) {
  store::v1::CommitRequest commit;
  commit.set_actor(kActor);
  commit.set_action(kAction);
  *commit.add_preconditions() =
      day->run_revision == 0 ? access::MustBeAbsent(day->day.name)
                             : access::MustHaveEtag(day->day.name, MakeEtag(day->run_revision));
  std::string seed = day->day.name + '|' + std::to_string(day->run_revision);
  v1::RetentionRun run = day->run;
  CountDeleted(*day->rule, day->before, static_cast<int64_t>(over.size()), &run);
  *commit.add_effects()->mutable_put() = records::Wrap(run);
  for (const storage::Versioned& record : over) {
    const std::string& name = NameOf(record.resource);
    *commit.add_preconditions() = access::MustHaveEtag(name, MakeEtag(record.kb_revision));
    commit.add_effects()->set_delete_name(name);
    seed += '|' + name;
  }
  commit.set_request_id("retention-" + records::Base32Digest(seed, 32));
  commit.set_request_fingerprint(Sha256(commit.request_id()));
  ASSIGN_OR_RETURN(const store::v1::CommitResponse response, store_.Commit(commit, deadline));
  day->run_revision = response.kb_revision();
  *run.mutable_create_time() = response.commit_time();
  day->run = std::move(run);
  return absl::OkStatus();
}

}  // namespace hotline::insight
