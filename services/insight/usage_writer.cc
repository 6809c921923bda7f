#include "services/insight/usage_writer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "absl/strings/ascii.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/records/ids.h"
#include "services/records/working_days.h"

namespace hotline::insight {
namespace {

using std::chrono::steady_clock;

constexpr int kRowsPerChange = 20'000;  // about 2 MiB: a Change may have 8
constexpr char kActor[] = "system:usage";
constexpr char kAction[] = "RecordUsage";
constexpr std::chrono::seconds kCommitPatience{10};
constexpr std::chrono::seconds kRetryPause{1};

bool IsHopeless(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ||
         status.code() == absl::StatusCode::kAlreadyExists ||
         ReasonOf(status) == type::v1::LIMIT_EXCEEDED;
}

}  // namespace

uint64_t RequestHash(std::string_view request_id) {
  const std::string digest = Sha256(absl::AsciiStrToLower(std::string(request_id)));
  uint64_t hash = 0;
  for (size_t i = 0; i < sizeof(hash); ++i)
    hash = hash << 8U | static_cast<unsigned char>(digest[i]);
  return hash;
}

store::v1::CommitRequest UsageCommit(std::string_view prefix, LogTime begin,
                                     std::vector<v1::UsageRow> rows,
                                     const std::vector<uint64_t>& hashes) {
  store::v1::CommitRequest commit;
  commit.set_request_id(records::NewUuid());
  commit.set_request_fingerprint(Sha256(commit.request_id()));
  commit.set_actor(kActor);
  commit.set_action(kAction);
  for (size_t first = 0; first < rows.size(); first += kUsageRowsMax) {
    v1::UsageBatch& batch = *commit.add_effects()->mutable_put()->mutable_usage_batch();
    batch.set_name(
        MakeName(kUsages, records::MadeId(prefix, commit.request_id() + std::to_string(first))));
    batch.set_day(records::WorkingDays::FormatDay(LocalDayOf(begin)));
    *batch.mutable_begin_time() = ToTimestamp(begin);
    const size_t last = std::min(first + kUsageRowsMax, rows.size());
    for (size_t i = first; i < last; ++i) *batch.add_rows() = std::move(rows[i]);
    if (first == 0) batch.mutable_request_hashes()->Add(hashes.begin(), hashes.end());
  }
  return commit;
}

UsageWriter::UsageWriter(storage::Store& store, const UsageBook& book, Options options)
    : store_(store), book_(book), options_(std::move(options)), thread_([this] { Run(); }) {}

UsageWriter::~UsageWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

absl::StatusOr<bool> UsageWriter::Add(uint64_t hash, LogTime begin,
                                      const std::vector<v1::UsageRow>& rows) {
  const std::lock_guard lock(mutex_);
  if (taken_.contains(hash) || book_.CountedAt(hash).has_value()) return false;
  size_t waiting = rows.size();
  for (const auto& [hour, pending] : pending_) waiting += pending.rows.size();
  if (waiting > options_.rows_max || stopping_) {
    return MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED,
                     "等待写入的计数过多，请稍后重试。",
                     {{"limit", std::to_string(options_.rows_max)}});
  }
  if (rows.empty()) return true;  // nothing that could be counted twice
  Pending& pending = pending_[HourOf(begin)];
  for (const v1::UsageRow& row : rows) pending.rows.Add(row);
  pending.hashes.push_back(hash);
  taken_.insert(hash);
  return true;
}

void UsageWriter::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::chrono::milliseconds pause = open_.empty() ? options_.every : kRetryPause;
    wake_.wait_for(lock, pause, [this] { return stopping_; });
    const bool last = stopping_;
    if (open_.empty() || last) {
      for (auto& [hour, pending] : std::exchange(pending_, {})) {
        // The hashes go with the last Change: before it nothing is taken for counted.
        std::vector<v1::UsageRow> rows = pending.rows.Take();
        while (rows.size() > static_cast<size_t>(kRowsPerChange)) {
          std::vector<v1::UsageRow> first(std::make_move_iterator(rows.end() - kRowsPerChange),
                                          std::make_move_iterator(rows.end()));
          rows.resize(rows.size() - static_cast<size_t>(kRowsPerChange));
          open_.push_back(UsageCommit("a", BeginOf(hour), std::move(first), {}));
        }
        open_.push_back(UsageCommit("a", BeginOf(hour), std::move(rows), pending.hashes));
        open_hashes_.insert(open_hashes_.end(), pending.hashes.begin(), pending.hashes.end());
      }
    }
    lock.unlock();
    Write(steady_clock::now() + kCommitPatience);
    const int64_t reached = book_.kb_revision();
    lock.lock();
    std::erase_if(written_, [&](const auto& item) {
      if (item.first > reached) return false;
      taken_.erase(item.second);
      return true;
    });
    if (last) return;
  }
}

// True when everything was written.
bool UsageWriter::Write(storage::Deadline deadline) {
  int64_t newest = 0;
  while (!open_.empty()) {
    const auto committed = store_.Commit(open_.front(), deadline);
    Report(committed.status());
    if (!committed.ok() && !IsHopeless(committed.status())) return false;
    if (committed.ok()) newest = committed->kb_revision();
    open_.erase(open_.begin());
  }
  for (const uint64_t hash : std::exchange(open_hashes_, {})) written_.emplace_back(newest, hash);
  return true;
}

void UsageWriter::Report(const absl::Status& status) {
  if (status.ok() != in_trouble_) return;
  in_trouble_ = !status.ok();
  if (options_.trouble) options_.trouble(status);
}

}  // namespace hotline::insight
