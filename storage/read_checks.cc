#include "storage/read_checks.h"

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "storage/entry_filter.h"

namespace hotline::storage {

absl::Status CheckDeadline(Deadline deadline) {
  if (std::chrono::steady_clock::now() < deadline) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED,
                   "等待超过了期限，请稍后重试。");
}

absl::Status RevisionNotReached(int64_t kb_revision, int64_t head) {
  return MakeError(absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED,
                   "全库版本 " + std::to_string(kb_revision) + " 尚未产生（当前为 " +
                       std::to_string(head) + "），请核对版本号。",
                   {{"kb_revision", std::to_string(kb_revision)}, {"head", std::to_string(head)}});
}

absl::StatusOr<int64_t> ReadPosition(int64_t kb_revision, int64_t head) {
  if (kb_revision < 0) {
    return FieldInvalid("kb_revision", std::to_string(kb_revision), "不能为负数。");
  }
  if (kb_revision > head) return RevisionNotReached(kb_revision, head);
  return kb_revision == 0 ? head : kb_revision;
}

absl::Status CheckPageSize(int page_size) {
  if (page_size >= 1 && page_size <= kPageSizeMax) return absl::OkStatus();
  return FieldInvalid("page_size", std::to_string(page_size),
                      "应在 1 到 " + std::to_string(kPageSizeMax) + " 之间。");
}

absl::Status CheckAuditRead(int64_t after_kb_revision, int page_size, int64_t head) {
  RETURN_IF_ERROR(CheckPageSize(page_size));
  return ReadPosition(after_kb_revision, head).status();
}

absl::Status CheckBatchNames(const std::vector<std::string>& names) {
  if (names.empty()) return FieldRequired("names");
  if (names.size() > static_cast<size_t>(kPageSizeMax)) {
    return FieldTooLong("names", static_cast<size_t>(kPageSizeMax), names.size());
  }
  return absl::OkStatus();
}

namespace {

absl::Status CheckReceiptFilter(const store::v1::ListResourcesRequest& request) {
  const auto& filter = request.receipts();
  if (request.collection() != kReceipts) {
    return FieldInvalid("receipts", request.collection(), "只有 receipts 可以这样筛选。");
  }
  if (filter.entry().empty()) return FieldRequired("receipts.entry");
  RETURN_IF_ERROR(ParseName(filter.entry(), kEntries, "receipts.entry").status());
  if (filter.revision() < 0) {
    return FieldInvalid("receipts.revision", std::to_string(filter.revision()), "不能为负数。");
  }
  if (request.kb_revision() != 0) {
    return FieldInvalid("kb_revision", std::to_string(request.kb_revision()),
                        "凭证只能按现状列出，请填 0。");
  }
  if (request.after_kb_revision() < 0) {
    return FieldInvalid("after_kb_revision", std::to_string(request.after_kb_revision()),
                        "不能为负数。");
  }
  if (request.after_kb_revision() == 0 && !request.after_name().empty()) {
    return FieldRequired("after_kb_revision");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckListRequest(const store::v1::ListResourcesRequest& request) {
  if (request.collection().empty()) return FieldRequired("collection");
  if (!IsResourceName(MakeName(request.collection(), "a"))) {
    return FieldInvalid("collection", request.collection(), "没有这种资源，请核对名称。");
  }
  RETURN_IF_ERROR(CheckPageSize(request.page_size()));
  if (!IsEmptyFilter(request.filter()) && request.collection() != kEntries) {
    return FieldInvalid("filter", request.collection(), "只有 entries 可以筛选。");
  }
  if (request.has_receipts()) return CheckReceiptFilter(request);
  if (request.after_kb_revision() != 0) {
    return FieldInvalid("after_kb_revision", std::to_string(request.after_kb_revision()),
                        "只与 receipts 一起使用。");
  }
  return absl::OkStatus();
}

absl::Status RequestNotFound(std::string_view request_id) {
  return MakeError(absl::StatusCode::kNotFound, type::v1::REQUEST_NOT_FOUND,
                   "没有找到这个请求的提交记录：它可能尚未提交，可以用同一编号重新提交。",
                   {{"request_id", std::string(request_id.substr(0, 400))}});
}

}  // namespace hotline::storage
