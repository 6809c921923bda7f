// AuditService as plain functions: proto/hotline/audit/v1/audit_service.proto says what each one
// promises. Both ask for Permission::kReadAudit and are themselves recorded (event_rules.h).
#pragma once

#include <memory>

#include "absl/status/statusor.h"

#include "hotline/audit/v1/audit_service.pb.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::audit {

// Records that one page of ListAuditRecords looks at, at most: a filter that matches little gives
// short pages with a token, not long calls.
inline constexpr int kRecordsPerPageMax = 5'000;

// Stateless; thread-safe.
class AuditService final {
 public:
  // `store` must outlive this.
  explicit AuditService(storage::Store& store) : store_(store) {}

  // NOT_ALLOWED, INVALID_PAGE_TOKEN, FIELD_INVALID, any error of the store.
  absl::StatusOr<v1::ListAuditRecordsResponse> ListAuditRecords(
      const runtime::Call& call, const v1::ListAuditRecordsRequest& request);

  // REVISION_NOT_REACHED for an end beyond the newest; FIELD_INVALID for a range that is none.
  using ExportSource = runtime::StreamSource<v1::ExportAuditResponse>;
  absl::StatusOr<std::unique_ptr<ExportSource>> ExportAudit(const runtime::Call& call,
                                                            const v1::ExportAuditRequest& request);

 private:
  storage::Store& store_;
};

}  // namespace hotline::audit
