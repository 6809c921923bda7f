#include "services/audit/audit_export_source.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"

namespace hotline::audit {
namespace {

constexpr std::chrono::seconds kReadDeadline{30};
constexpr int64_t kRecordsPerMessage = 200;

storage::Deadline Soon() { return std::chrono::steady_clock::now() + kReadDeadline; }

absl::Status NotARange(const v1::ExportAuditRequest& request) {
  return FieldInvalid("begin_kb_revision", std::to_string(request.begin_kb_revision()),
                      "起止版本号不成区间，请核对。");
}

// The place behind record `sequence`, which is at least 1.
absl::StatusOr<AuditPlace> PlaceBehind(storage::Store& store, int64_t sequence) {
  ASSIGN_OR_RETURN(const storage::AuditPage page, store.ReadAudit(sequence - 1, 1, Soon()));
  store::v1::AuditRecord record;
  if (page.links.empty() || !record.ParseFromString(page.links.front().record())) {
    return MakeError(absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED,
                     "一条审计记录无法解码，请联系管理员校验知识库。");
  }
  return AuditPlace{sequence, page.links.front().hash(), record.hash_algorithm()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::ExportAuditResponse>>>
AuditExportSource::Open(storage::Store& store, const v1::ExportAuditRequest& request) {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(Soon()));
  const int64_t head = status.head_kb_revision();
  const int64_t begin = request.begin_kb_revision() == 0 ? 1 : request.begin_kb_revision();
  const int64_t end = request.end_kb_revision() == 0 ? head : request.end_kb_revision();
  if (begin < 1 || end < 0 || begin > end + 1) return NotARange(request);
  if (end > head) {
    return MakeError(absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED,
                     "全库版本 " + std::to_string(end) + " 尚未产生（当前为 " +
                         std::to_string(head) + "），请核对版本号。",
                     {{"kb_revision", std::to_string(end)}, {"head", std::to_string(head)}});
  }
  AuditHeader header;
  header.timeline = status.timeline_id();
  header.last = end;
  if (begin > 1) {
    ASSIGN_OR_RETURN(header.after, PlaceBehind(store, begin - 1));
  }
  return std::unique_ptr<runtime::StreamSource<v1::ExportAuditResponse>>(
      new AuditExportSource(store, std::move(header)));
}

absl::StatusOr<AuditExportSource::Step> AuditExportSource::Next() {
  v1::ExportAuditResponse response;
  switch (part_) {
    case Part::kDone:
      return Step::End();
    case Part::kHeader:
      response.add_lines(RenderAuditHeader(header_));
      part_ = Part::kRecords;
      break;
    case Part::kRecords:
      RETURN_IF_ERROR(AddRecords(response));
      break;
  }
  if (place_.sequence == header_.last) {
    response.add_lines(RenderAuditEnd(place_));
    part_ = Part::kDone;
  }
  return Step::Message(std::move(response));
}

absl::Status AuditExportSource::AddRecords(v1::ExportAuditResponse& response) {
  const int64_t wanted = std::min(kRecordsPerMessage, header_.last - place_.sequence);
  ASSIGN_OR_RETURN(const storage::AuditPage page,
                   store_.ReadAudit(place_.sequence, static_cast<int>(wanted), Soon()));
  for (const auto& link : page.links) {
    ASSIGN_OR_RETURN(std::string line, RenderAuditLine({link.record(), link.details()}));
    response.add_lines(std::move(line));
    store::v1::AuditRecord record;
    record.ParseFromString(link.record());
    place_ = {record.sequence(), link.hash(), record.hash_algorithm()};
  }
  return absl::OkStatus();
}

}  // namespace hotline::audit
