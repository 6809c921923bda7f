// Opening: what the disk says is compared with the high-water mark before anything is served.
#include <filesystem>
#include <system_error>
#include <utility>

#include "proto/cc/errors.h"
#include "storage/embedded_log.h"
#include "storage/keys.h"
#include "storage/log_entry.h"
#include "storage/rocks_settings.h"
#include "storage/rocks_status.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

// A log with the database that it lives in.
class OwningLog final : public Log {
 public:
  explicit OwningLog(OpenedDatabase opened) : opened_(std::move(opened)) {}

  AppendResult AppendIf(const LogHead& expected, const std::vector<LogRecord>& records,
                        StateBatch* state, Deadline deadline) override {
    return opened_.log->AppendIf(expected, records, state, deadline);
  }
  bool CommitsState() const override { return true; }
  absl::StatusOr<LogHead> Barrier(Deadline deadline) override {
    return opened_.log->Barrier(deadline);
  }
  absl::StatusOr<std::vector<LogRecord>> Read(int64_t first, int count, size_t bytes_max,
                                              Deadline deadline) override {
    return opened_.log->Read(first, count, bytes_max, deadline);
  }
  absl::Status Trim(int64_t sequence, Deadline deadline) override {
    return opened_.log->Trim(sequence, deadline);
  }
  absl::StatusOr<LogInfo> Info(Deadline deadline) override { return opened_.log->Info(deadline); }

 private:
  OpenedDatabase opened_;
};

// Files of RocksDB that hold data or say where it is.
struct Leftovers {
  bool current = false;
  bool data = false;
};

Leftovers FindLeftovers(const std::string& dir) {
  Leftovers found;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(dir, error)) {
    const auto& path = file.path();
    found.current = found.current || path.filename() == "CURRENT";
    found.data = found.data || path.extension() == ".sst" || path.extension() == ".log";
  }
  return found;
}

}  // namespace

absl::Status EmbeddedLog::LoadHead() {
  rows::TimelineRow timeline;
  ASSIGN_OR_RETURN(const bool known,
                   database_.Message(Column::kMeta, kTimelineKey, nullptr, timeline));
  if (!known) return Corrupted("缺少时间线记录");
  info_.log_id = timeline.log_id();
  info_.epoch = timeline.epoch();
  rows::TrimRow trim;
  ASSIGN_OR_RETURN(const bool trimmed, database_.Message(Column::kMeta, kTrimKey, nullptr, trim));
  if (trimmed) trimmed_ = {.sequence = trim.sequence(), .hash = trim.hash()};
  info_.first_sequence = trimmed_.sequence + 1;
  info_.head = trimmed_;
  auto last = database_.Iterate(Column::kLog);
  last->SeekToLast();
  RETURN_IF_ERROR(FromRocks(last->status()));
  if (!last->Valid()) return absl::OkStatus();
  const auto key = SequenceKey::Decode(ToView(last->key()));
  if (!key) return Corrupted("日志中有一行无法解码");
  info_.head.sequence = key->sequence;
  ASSIGN_OR_RETURN(info_.head.hash, HashAt(key->sequence));
  return absl::OkStatus();
}

absl::Status EmbeddedLog::CheckMark(const std::optional<Mark>& mark) const {
  if (!mark) {
    // A crash while a base is first made leaves it without a mark, but also without entries.
    if (info_.head.sequence == 0) return absl::OkStatus();
    return Corrupted("缺少高水位文件 HIGHWATER，无法确认已确认的写入是否齐全");
  }
  if (mark->log_id != info_.log_id) {
    return Corrupted("高水位文件 HIGHWATER 属于另一条时间线，数据目录可能被拼凑或覆盖");
  }
  if (info_.head.sequence < mark->head.sequence) {
    return Corrupted("已确认的写入到第 " + std::to_string(mark->head.sequence) +
                     " 条，磁盘上只剩到第 " + std::to_string(info_.head.sequence) + " 条");
  }
  if (mark->head.sequence < trimmed_.sequence) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string hash, HashAt(mark->head.sequence));
  if (hash == mark->head.hash) return absl::OkStatus();
  return Corrupted("日志第 " + std::to_string(mark->head.sequence) + " 条与高水位记录不符");
}

// Everything older than the write-ahead log was flushed in all columns together and is guarded by
// the checksums of its files; what a missing log file could have torn out lies within the last
// WalBytesMax bytes. That much is read back.
absl::Status EmbeddedLog::CheckTail() const {
  auto row = database_.Iterate(Column::kLog);
  int64_t bytes = 0;
  int64_t next = info_.head.sequence;
  std::string hash = info_.head.hash;
  for (row->SeekToLast(); row->Valid() && bytes < WalBytesMax(database_.options()); row->Prev()) {
    const auto key = SequenceKey::Decode(ToView(row->key()));
    rows::LogRow value;
    store::v1::LogEntry entry;
    if (!key || key->sequence != next ||
        !value.ParseFromArray(row->value().data(), static_cast<int>(row->value().size())) ||
        value.hash() != hash) {
      return Corrupted("日志缺少第 " + std::to_string(next) + " 条，或哈希链在此断裂");
    }
    // A log of its own may hold other bytes than LogEntry; then only the density is checked.
    if (!entry.ParseFromString(value.entry()) || entry.format() != kLogEntryFormat)
      return absl::OkStatus();
    hash = entry.prev_hash();
    if (ChainHash(hash, value.entry()) != value.hash()) {
      return Corrupted("日志第 " + std::to_string(next) + " 条的哈希链断裂");
    }
    bytes += static_cast<int64_t>(row->value().size());
    --next;
  }
  RETURN_IF_ERROR(FromRocks(row->status()));
  if (row->Valid() || next == trimmed_.sequence) return absl::OkStatus();
  return Corrupted("日志缺少第 " + std::to_string(next) + " 条");
}

absl::StatusOr<ReadOnlyLog> ReadLog(RocksDatabase& database, const std::optional<Mark>& mark) {
  EmbeddedLog log(database);
  RETURN_IF_ERROR(log.LoadHead());
  return ReadOnlyLog{.info = log.info_, .against_mark = log.CheckMark(mark)};
}

absl::StatusOr<std::unique_ptr<EmbeddedLog>> EmbeddedLog::Open(RocksDatabase& database,
                                                               const std::optional<Mark>& mark) {
  std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(database));
  RETURN_IF_ERROR(log->LoadHead());
  RETURN_IF_ERROR(log->CheckMark(mark));
  RETURN_IF_ERROR(log->CheckTail());
  ASSIGN_OR_RETURN(log->mark_,
                   HighWaterMark::Open(database.options().dir,
                                       {.log_id = log->info_.log_id, .head = log->info_.head}));
  return log;
}

absl::StatusOr<OpenedDatabase> OpenDatabase(const RocksOptions& options) {
  ASSIGN_OR_RETURN(const std::optional<Mark> mark, HighWaterMark::Read(options.dir));
  const Leftovers leftovers = FindLeftovers(options.dir);
  // Without CURRENT RocksDB would start a new base over the old files.
  if (!leftovers.current && (mark || leftovers.data)) return Corrupted("数据目录缺少 CURRENT 文件");
  OpenedDatabase opened;
  ASSIGN_OR_RETURN(opened.database, RocksDatabase::Open(options, leftovers.current && mark));
  if (options.verify_checksums_at_open) {
    RETURN_IF_ERROR(FromRocksOpen(opened.database->db().VerifyChecksum(), /*existing=*/true));
  }
  RETURN_IF_ERROR(PrepareSchema(*opened.database));
  ASSIGN_OR_RETURN(opened.log, EmbeddedLog::Open(*opened.database, mark));
  opened.database->disk().MakeReserve();
  return opened;
}

absl::StatusOr<std::unique_ptr<Log>> OpenEmbeddedLog(const RocksOptions& options) {
  ASSIGN_OR_RETURN(OpenedDatabase opened, OpenDatabase(options));
  return std::make_unique<OwningLog>(std::move(opened));
}

}  // namespace hotline::storage
