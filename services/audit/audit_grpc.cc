#include "services/audit/audit_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::audit {

grpc::ServerUnaryReactor* AuditGrpc::ListAuditRecords(grpc::CallbackServerContext* context,
                                                      const v1::ListAuditRecordsRequest* request,
                                                      v1::ListAuditRecordsResponse* response) {
  return ServeUnary(
      runtime_, context, "/hotline.audit.v1.AuditService/ListAuditRecords", request, response,
      [this](const auto& call, const auto& r) { return service_.ListAuditRecords(call, r); });
}

grpc::ServerWriteReactor<v1::ExportAuditResponse>* AuditGrpc::ExportAudit(
    grpc::CallbackServerContext* context, const v1::ExportAuditRequest* request) {
  return runtime::ServeStream<v1::ExportAuditResponse>(
      runtime_, context, "/hotline.audit.v1.AuditService/ExportAudit", request,
      [this](const auto& call, const auto& r, const runtime::Waker&) {
        return service_.ExportAudit(call, r);
      });
}

}  // namespace hotline::audit
