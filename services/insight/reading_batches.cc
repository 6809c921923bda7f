#include "services/insight/reading_batches.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/records/ids.h"
#include "services/records/resources.h"

namespace hotline::insight {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kWritePatience{10};
constexpr std::chrono::seconds kStopPatience{3};
constexpr size_t kSeenMax = 1'000'000;
// Of one group of confirmations: 1 to 100 rows each.
constexpr size_t kGroupMax = 1'000;

int64_t Today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::hours>(now).count() / 24;
}

}  // namespace

absl::StatusOr<int64_t> CommitReadings(storage::Store& store, v1::ReadingBatch batch,
                                       const std::string& seed, storage::Deadline deadline) {
  batch.set_name(MakeName(kReadings, records::MadeId("r", seed)));
  store::v1::CommitRequest commit;
  commit.set_request_id(records::UuidOf("readings|" + seed));
  commit.set_request_fingerprint(Sha256(SerializeDeterministic(batch)));
  commit.set_actor(kInsightActor);
  commit.set_action("RecordReadings");
  *commit.add_effects()->mutable_put() = records::Wrap(std::move(batch));
  ASSIGN_OR_RETURN(const store::v1::CommitResponse response, store.Commit(commit, deadline));
  return response.kb_revision();
}

UseGatherer::UseGatherer(storage::Store& store, runtime::Metrics& metrics,
                         std::chrono::milliseconds use_pause)
    : store_(store),
      pause_(use_pause),
      written_(metrics.Counter("koujing_reading_uses_total", "Uses of entries by people, written")),
      dropped_(metrics.Counter("koujing_reading_uses_dropped_total",
                               "Uses of entries by people that were not written")),
      thread_([this] { Run(); }) {}

UseGatherer::~UseGatherer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  const auto last = Flush(steady_clock::now() + kStopPatience);
  if (!last.ok()) dropped_.Add(static_cast<int64_t>(waiting_.size()));
}

void UseGatherer::NoteUse(std::string_view person, std::string_view entry, int64_t revision) {
  if (CollectionOf(person) != kPeople || CollectionOf(entry) != kEntries || revision <= 0) return;
  const int64_t today = Today();
  const std::lock_guard lock(mutex_);
  if (today != day_ || seen_.size() > kSeenMax) seen_.clear();
  day_ = today;
  if (waiting_.size() >= kUsesWaitingMax) {
    dropped_.Add();
    return;
  }
  std::string key(person);
  key.append(" ").append(entry).append(" ").append(std::to_string(revision));
  if (!seen_.try_emplace(std::move(key), today).second) return;
  Row row;
  row.set_person(std::string(person));
  row.set_entry(std::string(entry));
  row.set_revision(revision);
  waiting_.push_back(std::move(row));
}

absl::StatusOr<int64_t> UseGatherer::Flush(storage::Deadline deadline) {
  const std::lock_guard only(flushing_);
  int64_t position = 0;
  for (;;) {
    v1::ReadingBatch batch;
    batch.set_kind(v1::ReadingBatch::USE);
    size_t count = 0;
    {
      const std::lock_guard lock(mutex_);
      count = std::min(waiting_.size(), kReadingRowsMax);
      for (size_t i = 0; i < count; ++i) *batch.add_rows() = waiting_[i];
    }
    if (count == 0) return position;
    // The same rows under the same name when the outcome was unknown.
    const std::string seed = records::NewUuid();
    absl::StatusOr<int64_t> written = CommitReadings(store_, batch, seed, deadline);
    if (!written.ok() && steady_clock::now() < deadline)
      written = CommitReadings(store_, batch, seed, deadline);
    RETURN_IF_ERROR(written.status());
    position = *written;
    written_.Add(static_cast<int64_t>(count));
    const std::lock_guard lock(mutex_);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

void UseGatherer::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, pause_, [this] { return stopping_; })) {
    lock.unlock();
    // What fails stays and is tried again.
    Flush(steady_clock::now() + kWritePatience).IgnoreError();
    lock.lock();
  }
}

Acknowledger::Acknowledger(storage::Store& store, runtime::Metrics& metrics, GroupLimits limits)
    : store_(store),
      acknowledged_(metrics.Counter("koujing_reading_acknowledgements_total",
                                    "Items that people confirmed to have read")),
      writer_(GroupLimits{.window = limits.window,
                          .group_max = std::min(limits.group_max, kGroupMax),
                          .waiting_max = limits.waiting_max},
              [this](std::vector<Rows> items) { return Flush(std::move(items)); }) {}

absl::StatusOr<int64_t> Acknowledger::Acknowledge(std::vector<v1::ReadingBatch::Row> rows,
                                                  storage::Deadline deadline) {
  return writer_.Write({std::move(rows)}, deadline);
}

std::vector<absl::StatusOr<int64_t>> Acknowledger::Flush(std::vector<Rows> items) {
  std::vector<absl::StatusOr<int64_t>> results;
  for (size_t first = 0; first < items.size();) {
    v1::ReadingBatch batch;
    batch.set_kind(v1::ReadingBatch::ACKNOWLEDGEMENT);
    size_t last = first;
    for (; last < items.size(); ++last) {
      const size_t rows = static_cast<size_t>(batch.rows_size()) + items[last].rows.size();
      if (last > first && rows > kReadingRowsMax) break;
      for (auto& row : items[last].rows) *batch.add_rows() = std::move(row);
    }
    const int rows = batch.rows_size();
    const auto written = CommitReadings(store_, std::move(batch), records::NewUuid(),
                                        steady_clock::now() + kWritePatience);
    if (written.ok()) acknowledged_.Add(rows);
    for (; first < last; ++first) results.push_back(written);
  }
  return results;
}

}  // namespace hotline::insight
