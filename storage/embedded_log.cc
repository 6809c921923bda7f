#include "storage/embedded_log.h"

#include <utility>

#include "proto/cc/errors.h"
#include "storage/keys.h"
#include "storage/log_entry.h"
#include "storage/read_checks.h"
#include "storage/rocks_status.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

absl::Status CheckRecords(const LogHead& expected, const std::vector<LogRecord>& records) {
  LogHead head = expected;
  for (const LogRecord& record : records) {
    if (record.sequence != head.sequence + 1 || record.hash != ChainHash(head.hash, record.bytes)) {
      return FieldInvalid("records", std::to_string(record.sequence), "序号或哈希与日志不衔接。");
    }
    head = {.sequence = record.sequence, .hash = record.hash};
  }
  return absl::OkStatus();
}

absl::StatusOr<LogRecord> DecodeRow(const rocksdb::Iterator& row) {
  const auto key = SequenceKey::Decode(ToView(row.key()));
  rows::LogRow value;
  if (!key || !value.ParseFromArray(row.value().data(), static_cast<int>(row.value().size()))) {
    return Corrupted("日志中有一行无法解码");
  }
  return LogRecord{.sequence = key->sequence,
                   .bytes = std::move(*value.mutable_entry()),
                   .hash = std::move(*value.mutable_hash())};
}

}  // namespace

AppendResult EmbeddedLog::AppendIf(const LogHead& expected, const std::vector<LogRecord>& records,
                                   StateBatch* state, Deadline deadline) {
  using Outcome = AppendResult::Outcome;
  const std::lock_guard lock(mutex_);
  const auto refused = [&](absl::Status status) {
    return AppendResult{
        .outcome = Outcome::kRefused, .head = info_.head, .status = std::move(status)};
  };
  if (absl::Status serving = database_.CheckServing(); !serving.ok()) return refused(serving);
  if (absl::Status in_time = CheckDeadline(deadline); !in_time.ok()) return refused(in_time);
  if (absl::Status sound = CheckRecords(expected, records); !sound.ok()) return refused(sound);
  if (info_.head != expected) {
    const bool repeated = !records.empty() && Holds(expected, records);
    return {.outcome = repeated ? Outcome::kCommitted : Outcome::kConflict,
            .head = info_.head,
            .status = {}};
  }
  if (records.empty()) return {.outcome = Outcome::kCommitted, .head = info_.head, .status = {}};

  rocksdb::WriteBatch own;
  rocksdb::WriteBatch& batch = state == nullptr ? own : static_cast<RocksBatch*>(state)->rows;
  for (const LogRecord& record : records) {
    rows::LogRow row;
    row.set_entry(record.bytes);
    row.set_hash(record.hash);
    batch.Put(database_.column(Column::kLog), SequenceKey{record.sequence}.Encode(),
              row.SerializeAsString());
  }
  absl::Status written = database_.Write(batch);
  const LogHead head{.sequence = records.back().sequence, .hash = records.back().hash};
  // Without sync the mark would be ahead of the disk; the control run needs it to say nothing.
  if (written.ok() && database_.options().sync) written = mark_->Write(head);
  if (!written.ok()) {
    database_.Fail();
    return {.outcome = Outcome::kUnknown, .head = info_.head, .status = written};
  }
  info_.head = head;
  return {.outcome = Outcome::kCommitted, .head = head, .status = {}};
}

// True when exactly `records` stand behind `expected`. Their hashes contain everything before, so
// comparing them with the rows is enough.
bool EmbeddedLog::Holds(const LogHead& expected, const std::vector<LogRecord>& records) const {
  if (expected.sequence < trimmed_.sequence) return false;
  for (const LogRecord& record : records) {
    const auto hash = HashAt(record.sequence);
    if (!hash.ok() || *hash != record.hash) return false;
  }
  return true;
}

absl::StatusOr<LogHead> EmbeddedLog::Barrier(Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(database_.CheckServing());
  const std::lock_guard lock(mutex_);
  return info_.head;
}

absl::StatusOr<LogInfo> EmbeddedLog::Info(Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(database_.CheckServing());
  const std::lock_guard lock(mutex_);
  return info_;
}

absl::StatusOr<std::vector<LogRecord>> EmbeddedLog::Read(int64_t first, int count, size_t bytes_max,
                                                         Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  ASSIGN_OR_RETURN(const LogInfo info, Info(deadline));
  if (first < info.first_sequence) {
    return MakeError(
        absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED,
        "所要的日志已被清理，请改用更新的位置或快照。",
        {{"kb_revision", std::to_string(first)}, {"head", std::to_string(info.head.sequence)}});
  }
  std::vector<LogRecord> records;
  size_t bytes = 0;
  if (first > info.head.sequence || count < 1) return records;
  ASSIGN_OR_RETURN(std::string prev_hash, HashAt(first - 1));
  auto row = database_.Iterate(Column::kLog);
  row->Seek(SequenceKey{first}.Encode());
  for (int64_t next = first; next <= info.head.sequence; ++next, row->Next()) {
    if (static_cast<int>(records.size()) == count) break;
    RETURN_IF_ERROR(FromRocks(row->status()));
    if (!row->Valid()) return Corrupted("日志缺少第 " + std::to_string(next) + " 条");
    ASSIGN_OR_RETURN(LogRecord record, DecodeRow(*row));
    if (record.sequence != next || ChainHash(prev_hash, record.bytes) != record.hash) {
      return Corrupted("日志第 " + std::to_string(next) + " 条的哈希链断裂");
    }
    bytes += record.bytes.size();
    if (bytes > bytes_max && !records.empty()) break;
    prev_hash = record.hash;
    records.push_back(std::move(record));
  }
  return records;
}

absl::Status EmbeddedLog::Trim(int64_t sequence, Deadline deadline) {
  RETURN_IF_ERROR(CheckDeadline(deadline));
  RETURN_IF_ERROR(database_.CheckServing());
  const std::lock_guard lock(mutex_);
  if (sequence <= trimmed_.sequence) return absl::OkStatus();
  if (sequence > info_.head.sequence) return RevisionNotReached(sequence, info_.head.sequence);
  ASSIGN_OR_RETURN(const std::string hash, HashAt(sequence));
  rows::TrimRow row;
  row.set_sequence(sequence);
  row.set_hash(hash);
  rocksdb::WriteBatch batch;
  batch.Put(database_.column(Column::kMeta), ToSlice(kTrimKey), row.SerializeAsString());
  batch.DeleteRange(database_.column(Column::kLog), SequenceKey{0}.Encode(),
                    SequenceKey{sequence + 1}.Encode());
  RETURN_IF_ERROR(database_.Write(batch));
  trimmed_ = {.sequence = sequence, .hash = hash};
  info_.first_sequence = sequence + 1;
  return absl::OkStatus();
}

// The hash of an entry that is there, of the last one trimmed, or "" before the first.
absl::StatusOr<std::string> EmbeddedLog::HashAt(int64_t sequence) const {
  if (sequence == 0) return std::string();
  rows::TrimRow trim;
  ASSIGN_OR_RETURN(const bool trimmed, database_.Message(Column::kMeta, kTrimKey, nullptr, trim));
  if (trimmed && trim.sequence() == sequence) return trim.hash();
  rows::LogRow row;
  ASSIGN_OR_RETURN(const bool found,
                   database_.Message(Column::kLog, SequenceKey{sequence}.Encode(), nullptr, row));
  if (!found) return Corrupted("日志缺少第 " + std::to_string(sequence) + " 条");
  return row.hash();
}

}  // namespace hotline::storage
