// The lines of one export, made while the peer takes them (proto/cc/audit_export.h).
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/audit/v1/audit_service.pb.h"
#include "proto/cc/audit_export.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::audit {

class AuditExportSource final : public runtime::StreamSource<v1::ExportAuditResponse> {
 public:
  using Step = runtime::StreamStep<v1::ExportAuditResponse>;

  // The range is fixed here: what is recorded meanwhile is not in it.
  static absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::ExportAuditResponse>>> Open(
      storage::Store& store, const v1::ExportAuditRequest& request);

  absl::StatusOr<Step> Next() override;

 private:
  enum class Part { kHeader, kRecords, kDone };

  AuditExportSource(storage::Store& store, AuditHeader header)
      : store_(store), header_(std::move(header)), place_(header_.after) {}

  absl::Status AddRecords(v1::ExportAuditResponse& response);

  storage::Store& store_;
  const AuditHeader header_;
  AuditPlace place_;  // behind the last line made
  Part part_ = Part::kHeader;
};

}  // namespace hotline::audit
