#include "tests/conformance/fake_log.h"

#include <utility>

#include "storage/log_entry.h"
#include "storage/read_checks.h"

namespace hotline::storage {
namespace {

AppendResult Result(AppendResult::Outcome outcome, LogHead head, absl::Status status = {}) {
  return {.outcome = outcome, .head = std::move(head), .status = std::move(status)};
}

// Records must stand behind `expected`, each with the hash of its bytes.
bool IsChain(LogHead head, const std::vector<LogRecord>& records) {
  for (const LogRecord& record : records) {
    if (record.sequence != head.sequence + 1) return false;
    if (record.hash != ChainHash(head.hash, record.bytes)) return false;
    head = {record.sequence, record.hash};
  }
  return !records.empty();
}

}  // namespace

void FakeLog::Plan(std::vector<Fault> faults) {
  const std::lock_guard lock(mutex_);
  faults_.assign(faults.begin(), faults.end());
}

void FakeLog::BeforeNextAppend(std::function<void()> competitor) {
  const std::lock_guard lock(mutex_);
  competitor_ = std::move(competitor);
}

int FakeLog::DeliverDelayed() {
  const std::lock_guard lock(mutex_);
  int appended = 0;
  while (!delayed_.empty()) {
    const int64_t before = info_.head.sequence;
    Arrive(delayed_.front());
    delayed_.pop_front();
    appended += info_.head.sequence > before ? 1 : 0;
  }
  return appended;
}

const LogRecord* FakeLog::Find(int64_t sequence) const {
  if (sequence < info_.first_sequence || sequence > info_.head.sequence) return nullptr;
  return &entries_[static_cast<size_t>(sequence - info_.first_sequence)];
}

AppendResult FakeLog::Arrive(const Request& request) {
  if (request.expected == info_.head) {
    entries_.insert(entries_.end(), request.records.begin(), request.records.end());
    info_.head = {request.records.back().sequence, request.records.back().hash};
    return Result(AppendResult::Outcome::kCommitted, info_.head);
  }
  // An earlier sending of the same bytes may have won.
  for (const LogRecord& record : request.records) {
    const LogRecord* found = Find(record.sequence);
    if (found == nullptr || found->bytes != record.bytes || found->hash != record.hash) {
      return Result(AppendResult::Outcome::kConflict, info_.head);
    }
  }
  return Result(AppendResult::Outcome::kCommitted,
                {request.records.back().sequence, request.records.back().hash});
}

AppendResult FakeLog::AppendIf(const LogHead& expected, const std::vector<LogRecord>& records,
                               StateBatch* /*state*/, Deadline deadline) {
  std::function<void()> competitor;
  {
    const std::lock_guard lock(mutex_);
    competitor.swap(competitor_);
  }
  if (competitor) competitor();
  using Outcome = AppendResult::Outcome;
  if (absl::Status status = CheckDeadline(deadline); !status.ok()) {
    return Result(Outcome::kRefused, {}, std::move(status));
  }
  if (!IsChain(expected, records)) {
    return Result(Outcome::kRefused, {}, absl::InvalidArgumentError("not behind the head given"));
  }
  const std::lock_guard lock(mutex_);
  Fault fault = Fault::kNone;
  if (!faults_.empty()) {
    fault = faults_.front();
    faults_.pop_front();
  }
  switch (fault) {
    case Fault::kNone:
      return Arrive({expected, records});
    case Fault::kLostReply:
      Arrive({expected, records});
      break;
    case Fault::kDelayed:
      delayed_.push_back({expected, records});
      break;
    case Fault::kRefused:
      return Result(Outcome::kRefused, {}, absl::ResourceExhaustedError("full"));
    case Fault::kLostRequest:
      break;
  }
  return Result(Outcome::kUnknown, {}, absl::UnavailableError("no answer"));
}

absl::StatusOr<LogHead> FakeLog::Barrier(Deadline deadline) {
  if (absl::Status status = CheckDeadline(deadline); !status.ok()) return status;
  const std::lock_guard lock(mutex_);
  return info_.head;
}

absl::StatusOr<std::vector<LogRecord>> FakeLog::Read(int64_t first, int count, size_t bytes_max,
                                                     Deadline deadline) {
  if (absl::Status status = CheckDeadline(deadline); !status.ok()) return status;
  const std::lock_guard lock(mutex_);
  if (first < info_.first_sequence) return absl::OutOfRangeError("trimmed");
  std::vector<LogRecord> records;
  size_t bytes = 0;
  for (int64_t sequence = first; static_cast<int>(records.size()) < count; ++sequence) {
    const LogRecord* record = Find(sequence);
    if (record == nullptr) break;
    bytes += record->bytes.size();
    if (bytes > bytes_max && !records.empty()) break;
    records.push_back(*record);
  }
  return records;
}

absl::Status FakeLog::Trim(int64_t sequence, Deadline deadline) {
  if (absl::Status status = CheckDeadline(deadline); !status.ok()) return status;
  const std::lock_guard lock(mutex_);
  if (sequence > info_.head.sequence) return absl::OutOfRangeError("beyond the head");
  while (info_.first_sequence <= sequence) {
    entries_.pop_front();
    ++info_.first_sequence;
  }
  return absl::OkStatus();
}

absl::StatusOr<LogInfo> FakeLog::Info(Deadline deadline) {
  if (absl::Status status = CheckDeadline(deadline); !status.ok()) return status;
  const std::lock_guard lock(mutex_);
  return info_;
}

}  // namespace hotline::storage
