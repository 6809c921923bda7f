// AuditService over gRPC.
#pragma once

#include "hotline/audit/v1/audit_service.grpc.pb.h"
#include "services/audit/audit_service.h"
#include "services/runtime/runtime.h"

namespace hotline::audit {

// Thread-safe.
class AuditGrpc final : public v1::AuditService::CallbackService {
 public:
  // Both must outlive the server that serves it.
  AuditGrpc(AuditService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerUnaryReactor* ListAuditRecords(grpc::CallbackServerContext* context,
                                             const v1::ListAuditRecordsRequest* request,
                                             v1::ListAuditRecordsResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportAuditResponse>* ExportAudit(
      grpc::CallbackServerContext* context, const v1::ExportAuditRequest* request) override;

 private:
  AuditService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::audit
