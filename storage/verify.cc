#include "storage/verify.h"

#include <optional>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "storage/embedded_log.h"
#include "storage/log_entry.h"
#include "storage/read_checks.h"
#include "storage/resolve.h"
#include "storage/rocks_parts.h"
#include "storage/rocks_status.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

using store::v1::Change;
using store::v1::Effect;

constexpr int64_t kStepsPerDeadlineCheck = 1'024;

std::string At(int64_t kb_revision) { return "第 " + std::to_string(kb_revision) + " 条"; }

}  // namespace

void Verifier::Violation(const std::string& what) {
  if (report_.violations.size() < kViolationsMax) report_.violations.push_back(what);
}

absl::Status Verifier::CheckTime() {
  return ++steps_ % kStepsPerDeadlineCheck == 0 ? CheckDeadline(deadline_) : absl::OkStatus();
}

absl::Status Verifier::Expect(Column column, const std::string& key, std::string_view value,
                              std::string_view what) {
  RETURN_IF_ERROR(CheckTime());
  ++expected_rows_[column];
  ASSIGN_OR_RETURN(const std::optional<std::string> found,
                   view_.database().Row(column, key, view_.snapshot()));
  if (!found) {
    Violation("缺少" + std::string(what));
  } else if (*found != value) {
    Violation(std::string(what) + "与日志不符");
  }
  return absl::OkStatus();
}

absl::StatusOr<VerifyReport> Verifier::Run() {
  RETURN_IF_ERROR(CheckDeadline(deadline_));
  RETURN_IF_ERROR(CheckLog());
  RETURN_IF_ERROR(CheckHistory());
  RETURN_IF_ERROR(CheckCounts());
  return std::move(report_);
}

absl::Status Verifier::CheckLog() {
  auto row = view_.database().Iterate(Column::kLog, view_.snapshot());
  int64_t next = 1;
  for (row->SeekToFirst(); row->Valid(); row->Next(), ++next) {
    const auto key = SequenceKey::Decode(ToView(row->key()));
    rows::LogRow value;
    if (!key || !value.ParseFromString(row->value().ToString())) {
      Violation("日志中有一行无法解码");
      continue;
    }
    if (key->sequence != next) {
      Violation("日志缺少" + At(next));
      next = key->sequence;
    }
    ++expected_rows_[Column::kLog];
    RETURN_IF_ERROR(
        CheckChange({.sequence = key->sequence, .bytes = value.entry(), .hash = value.hash()}));
  }
  report_.log_entries = next - 1;
  if (next - 1 != view_.head()) Violation("日志没有停在最新全库版本");
  return FromRocks(row->status());
}

absl::Status Verifier::CheckChange(const LogRecord& record) {
  const auto entry = ReadLogRecord(record, tip_.head.hash, view_.timeline_id());
  if (!entry.ok()) {
    Violation("日志" + At(record.sequence) + "无法解码，或哈希链断裂");
    tip_.head = {.sequence = record.sequence, .hash = record.hash};
    return absl::OkStatus();
  }
  const Change& change = entry->change();
  const LogTime commit_time = ToLogTime(change.commit_time());
  if (commit_time < tip_.commit_time) Violation("日志" + At(record.sequence) + "的时间倒退");
  tip_.head = {.sequence = record.sequence, .hash = record.hash};
  tip_.commit_time = commit_time;
  RETURN_IF_ERROR(CheckEffects(change));

  ++tip_.audit_sequence;
  const std::string audit = SerializeDeterministic(
      AuditRecordOf(change, record.hash, tip_.audit_sequence, tip_.audit_hash));
  tip_.audit_hash = Sha256(audit);
  RETURN_IF_ERROR(Expect(Column::kAudit, SequenceKey{tip_.audit_sequence}.Encode(), audit,
                         "审计记录" + At(record.sequence)));
  RETURN_IF_ERROR(Expect(Column::kRequest, change.request_id(), RequestRowOf(change),
                         "请求记录" + At(record.sequence)));
  return Expect(Column::kPosition, SequenceKey{record.sequence}.Encode(), PositionRowOf(tip_),
                "全库版本记录" + At(record.sequence));
}

absl::Status Verifier::CheckEffects(const Change& change) {
  for (const Effect& effect : change.effects()) {
    RETURN_IF_ERROR(CheckEffect(effect, change.kb_revision()));
  }
  return absl::OkStatus();
}

absl::Status Verifier::CheckEffect(const Effect& effect, int64_t kb_revision) {
  const std::string& name = NameOfEffect(effect);
  auto before = view_.database().Iterate(Column::kVersion, view_.snapshot());
  before->Seek(VersionKey{name, kb_revision - 1}.Encode());
  RETURN_IF_ERROR(FromRocks(before->status()));
  const auto key = before->Valid() ? VersionKey::Decode(ToView(before->key())) : std::nullopt;
  if (key && key->name == name && !before->value().empty()) {
    tip_.digest.Subtract(DigestLeaf(name, ToView(before->value())));
    --tip_.resource_count;
  }
  const std::string bytes = effect.has_put() ? SerializeDeterministic(effect.put()) : std::string();
  if (effect.has_put()) {
    tip_.digest.Add(DigestLeaf(name, bytes));
    ++tip_.resource_count;
  }
  return Expect(Column::kVersion, VersionKey{name, kb_revision}.Encode(), bytes,
                name + " 在" + At(kb_revision) + "的版本");
}

absl::Status Verifier::CheckHistory() {
  std::string previous;
  auto row = view_.database().Iterate(Column::kVersion, view_.snapshot());
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    RETURN_IF_ERROR(CheckTime());
    ++report_.versions;
    const auto key = VersionKey::Decode(ToView(row->key()));
    if (!key) {
      Violation("版本行的键无法解码");
      continue;
    }
    if (key->name == previous) continue;
    previous = key->name;
    RETURN_IF_ERROR(CheckNewest(*key, row->value().ToString()));
  }
  return FromRocks(row->status());
}

absl::Status Verifier::CheckNewest(const VersionKey& key, const std::string& bytes) {
  if (bytes.empty()) return absl::OkStatus();  // deleted: a head row left over is found by counting
  ++report_.resources;
  rows::HeadRow head;
  head.set_kb_revision(key.kb_revision);
  head.set_leaf(DigestLeaf(key.name, bytes));
  RETURN_IF_ERROR(
      Expect(Column::kHead, key.name, head.SerializeAsString(), key.name + " 的当前指针"));
  store::v1::Resource resource;
  if (!resource.ParseFromString(bytes)) {
    Violation(key.name + " 的内容无法解码");
    return absl::OkStatus();
  }
  for (const std::string& index_key : IndexKeysOf(resource, key.kb_revision)) {
    RETURN_IF_ERROR(Expect(Column::kIndex, index_key, "", key.name + " 的索引行"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Verifier::CountRows(Column column) {
  int64_t count = 0;
  auto row = view_.database().Iterate(column, view_.snapshot());
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    RETURN_IF_ERROR(CheckTime());
    ++count;
  }
  RETURN_IF_ERROR(FromRocks(row->status()));
  return count;
}

absl::Status Verifier::CheckCounts() {
  for (const Column column : {Column::kVersion, Column::kHead, Column::kIndex, Column::kRequest,
                              Column::kAudit, Column::kPosition}) {
    ASSIGN_OR_RETURN(const int64_t rows, CountRows(column));
    if (rows == expected_rows_[column]) continue;
    Violation("列 " + std::string(kColumnNames[static_cast<size_t>(column)]) + " 有 " +
              std::to_string(rows) + " 行，按日志应有 " + std::to_string(expected_rows_[column]) +
              " 行");
  }
  if (report_.resources != tip_.resource_count) Violation("现存资源数与日志不符");
  return absl::OkStatus();
}

absl::StatusOr<VerifyReport> VerifyView(const RocksView& view, Deadline deadline) {
  return Verifier(view, deadline).Run();
}

absl::StatusOr<VerifyReport> VerifyDirectory(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::optional<Mark> mark, HighWaterMark::Read(dir));
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksDatabase> database, RocksDatabase::OpenReadOnly(dir));
  RETURN_IF_ERROR(FromRocksOpen(database->db().VerifyChecksum(), /*existing=*/true));
  RETURN_IF_ERROR(CheckSchema(*database));
  ASSIGN_OR_RETURN(const ReadOnlyLog log, ReadLog(*database, mark));
  ASSIGN_OR_RETURN(Tip tip, LoadTip(*database, log.info.head));
  const RocksView view(*database, log.info.log_id, std::move(tip));
  ASSIGN_OR_RETURN(VerifyReport report, VerifyView(view, Deadline::max()));
  if (!log.against_mark.ok()) {
    report.violations.insert(report.violations.begin(), std::string(log.against_mark.message()));
  }
  return report;
}

}  // namespace hotline::storage
