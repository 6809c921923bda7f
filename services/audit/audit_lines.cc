#include "services/audit/audit_lines.h"

#include <algorithm>
#include <utility>

#include "proto/cc/audit_export.h"
#include "proto/cc/errors.h"

namespace hotline::audit {
namespace {

using store::v1::AuditDetails;
using store::v1::AuditRecord;
using v1::AuditLine;

AuditLine LineOfChange(const AuditRecord& record, const AuditDetails& details) {
  AuditLine line;
  line.set_kb_revision(record.kb_revision());
  *line.mutable_record_time() = record.record_time();
  line.set_actor(record.actor());
  line.set_action(record.action());
  *line.mutable_names() = record.names();
  line.set_address(details.origin().address());
  line.set_outcome("OK");
  line.set_request_id(record.request_id());
  line.set_credential(details.origin().credential());
  return line;
}

AuditLine LineOfEvent(const AuditRecord& record, const v1::AuditEvent& event) {
  AuditLine line;
  line.set_kb_revision(record.kb_revision());
  *line.mutable_record_time() = record.record_time();
  line.set_actor(event.actor());
  line.set_action(AuditKindName(event));
  *line.mutable_names() = event.names();
  line.set_address(event.address());
  line.set_outcome(event.reason().empty() ? "OK" : event.reason());
  line.set_request_id(event.call_id());
  line.set_credential(event.credential());
  *line.mutable_event() = event;
  return line;
}

AuditLine LineOfLoss(const AuditRecord& record, const v1::AuditBatch& batch) {
  AuditLine line;
  line.set_kb_revision(record.kb_revision());
  *line.mutable_record_time() = record.record_time();
  line.set_actor(batch.recorder());
  line.set_action(kLostAction);
  line.set_outcome("OK");
  line.set_request_id(record.request_id());
  line.set_lost_count(batch.lost_count());
  return line;
}

}  // namespace

absl::StatusOr<std::vector<AuditLine>> LinesOf(const store::v1::AuditLink& link) {
  AuditRecord record;
  AuditDetails details;
  if (!record.ParseFromString(link.record()) || !details.ParseFromString(link.details())) {
    return MakeError(absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED,
                     "一条审计记录无法解码，请联系管理员校验知识库。");
  }
  std::vector<AuditLine> lines;
  if (!details.has_batch()) {
    lines.push_back(LineOfChange(record, details));
    return lines;
  }
  if (details.batch().lost_count() > 0) lines.push_back(LineOfLoss(record, details.batch()));
  for (const auto& event : details.batch().events()) lines.push_back(LineOfEvent(record, event));
  return lines;
}

bool Matches(const v1::ListAuditRecordsRequest& request, const AuditLine& line) {
  if (!request.actor().empty() && request.actor() != line.actor()) return false;
  if (!request.action().empty() && request.action() != line.action()) return false;
  return request.name().empty() ||
         std::find(line.names().begin(), line.names().end(), request.name()) != line.names().end();
}

}  // namespace hotline::audit
