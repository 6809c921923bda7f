// ReceiptService on the wire.
#pragma once

#include "hotline/insight/v1/receipt_service.grpc.pb.h"
#include "services/insight/public_limit.h"
#include "services/insight/receipt_service.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

class ReceiptServiceGrpc final : public v1::ReceiptService::CallbackService {
 public:
  // Both must outlive the server.
  ReceiptServiceGrpc(ReceiptService& service, PublicLimit& limit, runtime::Runtime& runtime)
      : service_(service), limit_(limit), runtime_(runtime) {}

  grpc::ServerUnaryReactor* CreateReceipt(grpc::CallbackServerContext* context,
                                          const v1::CreateReceiptRequest* request,
                                          v1::CreateReceiptResponse* response) override;
  grpc::ServerUnaryReactor* GetReceipt(grpc::CallbackServerContext* context,
                                       const v1::GetReceiptRequest* request,
                                       v1::GetReceiptResponse* response) override;
  grpc::ServerUnaryReactor* ListReceipts(grpc::CallbackServerContext* context,
                                         const v1::ListReceiptsRequest* request,
                                         v1::ListReceiptsResponse* response) override;
  grpc::ServerUnaryReactor* ListRecallReceipts(grpc::CallbackServerContext* context,
                                               const v1::ListRecallReceiptsRequest* request,
                                               v1::ListRecallReceiptsResponse* response) override;

 private:
  ReceiptService& service_;
  PublicLimit& limit_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
