#include "services/knowledge/checks/wording_rescan.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge::checks {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kCallDeadline{30};
constexpr std::chrono::seconds kRetryPause{2};
constexpr int kPageSize = 500;
// Tasks of one Change.
constexpr size_t kTasksPerChange = 50;
constexpr char kActor[] = "system:gates";

storage::Deadline Soon() { return steady_clock::now() + kCallDeadline; }

std::string RequestId(const TermsChange& change, size_t write) {
  return UuidOf("wording\n" + change.name + '\n' + std::to_string(change.kb_revision) + '\n' +
                std::to_string(write));
}

}  // namespace

WordingRescan::WordingRescan(storage::Store& store, Notice notice)
    : store_(store), notice_(std::move(notice)) {
  thread_ = std::thread([this] { Run(); });
}

WordingRescan::~WordingRescan() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void WordingRescan::Add(const std::vector<TermsChange>& changes) {
  const std::lock_guard lock(mutex_);
  for (const TermsChange& change : changes) {
    // Only the newest version of a list matters that nobody has looked at yet.
    std::erase_if(waiting_, [&](const TermsChange& old) { return old.name == change.name; });
    waiting_.push_back(change);
  }
  changed_.notify_all();
}

bool WordingRescan::AwaitIdle(storage::Deadline deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return waiting_.empty() && !busy_; });
}

bool WordingRescan::Stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void WordingRescan::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const TermsChange change = waiting_.front();
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    const absl::Status status = LookAt(change);
    if (!status.ok()) notice_(true, "wording not looked at", std::string(status.message()));
    lock.lock();
    busy_ = false;
    changed_.notify_all();
    if (status.ok() || stopping_) continue;
    const bool newer = std::any_of(waiting_.begin(), waiting_.end(), [&](const TermsChange& other) {
      return other.name == change.name;
    });
    if (!newer) waiting_.push_back(change);
    changed_.wait_for(lock, kRetryPause, [&] { return stopping_; });
  }
}

absl::StatusOr<bool> WordingRescan::IsDone(const TermsChange& change) {
  const auto outcome = store_.GetRequestOutcome(RequestId(change, 0), Soon());
  if (outcome.ok()) return true;
  if (ReasonOf(outcome.status()) == type::v1::REQUEST_NOT_FOUND) return false;
  return outcome.status();
}

absl::Status WordingRescan::LookAt(const TermsChange& change) {
  ASSIGN_OR_RETURN(const bool done, IsDone(change));
  if (done) return absl::OkStatus();
  const auto list = store_.Get(change.name, change.kb_revision, Soon());
  if (list.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(list.status());
  ASSIGN_OR_RETURN(const storage::HistoryPage history,
                   store_.ListVersions(change.name, change.kb_revision, 1, Soon()));
  std::optional<v1::TermList> before;
  if (!history.versions.empty() && history.versions.front().resource.has_value()) {
    before = history.versions.front().resource->term_list();
  }
  WordingHits hits(NewTerms(list->resource.term_list(), before), change.kb_revision);
  if (hits.empty_list()) return absl::OkStatus();
  RETURN_IF_ERROR(LookThrough(&hits));
  if (Stopping()) return absl::OkStatus();
  const std::vector<v1::Task> tasks = hits.Tasks();
  if (tasks.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Commit(change, tasks));
  notice_(false, "wording tasks",
          change.name + ": " + std::to_string(tasks.size()) + " tasks of owners");
  return absl::OkStatus();
}

absl::Status WordingRescan::LookThrough(WordingHits* hits) {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_page_size(kPageSize);
  for (bool more = true; more && !Stopping();) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.List(query, Soon()));
    query.set_kb_revision(page.position.kb_revision);
    for (const storage::Versioned& versioned : page.resources) {
      const v1::Entry& entry = versioned.resource.entry();
      if (entry.has_online()) hits->Look(entry.name(), OnlineContent(entry));
    }
    more = page.more && !page.resources.empty();
    if (more) query.set_after_name(NameOf(page.resources.back().resource));
  }
  return absl::OkStatus();
}

// The first write is the last one to be made: once it is there, all others are.
absl::Status WordingRescan::Commit(const TermsChange& change, const std::vector<v1::Task>& tasks) {
  const size_t writes = (tasks.size() + kTasksPerChange - 1) / kTasksPerChange;
  for (size_t left = writes; left > 0; --left) {
    const size_t write = left - 1;
    store::v1::CommitRequest commit;
    commit.set_request_id(RequestId(change, write));
    commit.set_actor(kActor);
    commit.set_action("ScanWording");
    const size_t end = std::min(tasks.size(), left * kTasksPerChange);
    for (size_t i = write * kTasksPerChange; i < end; ++i) {
      *commit.add_preconditions() = MustBeAbsent(tasks[i].name());
      *commit.add_effects()->mutable_put() = Wrap(tasks[i]);
    }
    // The texts may have changed between two tries; which try it was is not asked.
    commit.set_request_fingerprint(Sha256(commit.request_id()));
    const auto response = store_.Commit(commit, Soon());
    const ErrorReason reason = ReasonOf(response.status());
    // Somebody else made these tasks, or closed them already.
    const bool there = reason == type::v1::RESOURCE_ALREADY_EXISTS;
    if (!response.ok() && !there) return response.status();
  }
  return absl::OkStatus();
}

}  // namespace hotline::knowledge::checks
