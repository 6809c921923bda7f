#include "storage/rocks_audit.h"

#include <optional>
#include <string>
#include <utility>

#include "proto/cc/audit_chain.h"
#include "proto/cc/errors.h"
#include "storage/keys.h"
#include "storage/log_entry.h"
#include "storage/read_checks.h"
#include "storage/rocks_status.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

using store::v1::AuditLink;
using store::v1::AuditRecord;

absl::Status BrokenAt(int64_t sequence) {
  return Corrupted("审计记录第 " + std::to_string(sequence) + " 条与前后或与日志不符");
}

// Details stand in the Change alone; most of the bytes of a log entry are texts, which stay here.
absl::StatusOr<std::string> DetailsOf(const RocksView& view, const AuditRecord& record) {
  if (record.details_hash().empty()) return std::string();
  rows::LogRow row;
  ASSIGN_OR_RETURN(const bool found,
                   view.database().Message(Column::kLog, SequenceKey{record.kb_revision()}.Encode(),
                                           view.snapshot(), row));
  store::v1::LogEntry entry;
  if (!found || !entry.ParseFromString(row.entry())) return BrokenAt(record.sequence());
  std::string details = AuditDetailsOf(entry.change());
  ASSIGN_OR_RETURN(const std::string hash, HashBy(record.hash_algorithm(), details));
  if (hash != record.details_hash()) return BrokenAt(record.sequence());
  return details;
}

// Reads the rows one after another. Record n belongs to the Change at kb_revision n: both count
// Changes from 1 (verify.cc checks it).
class Reader {
 public:
  explicit Reader(const RocksView& view) : view_(view) {}

  // The record at `sequence`, which `row` is at.
  absl::StatusOr<AuditLink> Read(const rocksdb::Iterator& row, int64_t sequence) {
    const auto key = SequenceKey::Decode(ToView(row.key()));
    AuditLink link;
    AuditRecord record;
    link.set_record(row.value().ToString());
    if (!key || key->sequence != sequence || !record.ParseFromString(link.record()) ||
        record.sequence() != sequence || record.kb_revision() != sequence ||
        (prev_hash_ && record.prev_hash() != *prev_hash_)) {
      return BrokenAt(sequence);
    }
    ASSIGN_OR_RETURN(*link.mutable_hash(), HashBy(record.hash_algorithm(), link.record()));
    ASSIGN_OR_RETURN(*link.mutable_details(), DetailsOf(view_, record));
    prev_hash_ = link.hash();
    return link;
  }

 private:
  const RocksView& view_;
  std::optional<std::string> prev_hash_;
};

}  // namespace

absl::StatusOr<AuditPage> ReadAuditRows(const RocksView& view, int64_t after_kb_revision,
                                        int page_size, Deadline deadline) {
  AuditPage page;
  page.head = {.timeline_id = view.timeline_id(), .kb_revision = view.head()};
  if (after_kb_revision == view.head()) return page;
  Reader reader(view);
  size_t bytes = 0;
  auto row = view.database().Iterate(Column::kAudit, view.snapshot());
  row->Seek(SequenceKey{after_kb_revision + 1}.Encode());
  for (int64_t next = after_kb_revision + 1; next <= view.head(); ++next, row->Next()) {
    RETURN_IF_ERROR(CheckDeadline(deadline));
    RETURN_IF_ERROR(FromRocks(row->status()));
    if (!row->Valid()) return BrokenAt(next);
    ASSIGN_OR_RETURN(AuditLink link, reader.Read(*row, next));
    bytes += link.ByteSizeLong();
    const bool full = page.links.size() == static_cast<size_t>(page_size);
    if (full || (bytes > kFeedBytesMax && !page.links.empty())) break;
    page.links.push_back(std::move(link));
  }
  return page;
}

}  // namespace hotline::storage
