#include "storage/log_entry.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"

namespace hotline::storage {

using store::v1::LogEntry;

std::string ChainHash(std::string_view prev_hash, std::string_view bytes) {
  std::string input;
  input.reserve(prev_hash.size() + bytes.size());
  input.append(prev_hash);
  input.append(bytes);
  return Sha256(input);
}

LogRecord MakeLogRecord(const LogWriter& writer, const LogHead& head,
                        const store::v1::Change& change) {
  LogEntry entry;
  entry.set_format(kLogEntryFormat);
  entry.set_log_id(writer.log_id);
  entry.set_epoch(writer.epoch);
  entry.set_sequence(head.sequence + 1);
  entry.set_prev_hash(head.hash);
  entry.set_hash_algorithm(LogEntry::SHA256);
  entry.set_writer_nonce(writer.nonce);
  *entry.mutable_change() = change;
  LogRecord record{
      .sequence = head.sequence + 1, .bytes = SerializeDeterministic(entry), .hash = {}};
  record.hash = ChainHash(head.hash, record.bytes);
  return record;
}

absl::StatusOr<LogEntry> ReadLogRecord(const LogRecord& record, std::string_view prev_hash,
                                       std::string_view log_id) {
  const std::string place = "日志第 " + std::to_string(record.sequence) + " 条";
  LogEntry entry;
  if (!entry.ParseFromString(record.bytes)) return Corrupted(place + "无法解码");
  if (entry.format() != kLogEntryFormat || entry.hash_algorithm() != LogEntry::SHA256) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STORE_CORRUPTED,
                     place + "由更新版本的程序写入，请升级本程序后再打开。");
  }
  if (entry.sequence() != record.sequence || entry.change().kb_revision() != record.sequence) {
    return Corrupted(place + "的序号不符");
  }
  if (entry.log_id() != log_id) return Corrupted(place + "属于另一条时间线");
  if (entry.prev_hash() != prev_hash || ChainHash(prev_hash, record.bytes) != record.hash) {
    return Corrupted(place + "的哈希链断裂");
  }
  return entry;
}

absl::Status Corrupted(std::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED,
                   "数据已损坏，为避免给出错误答复，本库拒绝服务：" + std::string(what) +
                       "。请保留数据目录以备查，并从备份恢复。");
}

}  // namespace hotline::storage
