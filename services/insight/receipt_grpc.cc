#include "services/insight/receipt_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* ReceiptServiceGrpc::CreateReceipt(Context* context,
                                                            const v1::CreateReceiptRequest* request,
                                                            v1::CreateReceiptResponse* response) {
  return runtime::ServeUnary(runtime_, context, "/hotline.insight.v1.ReceiptService/CreateReceipt",
                             request, response, [this](const auto& call, const auto& r) {
                               return limit_.Run(call,
                                                 [&] { return service_.CreateReceipt(call, r); });
                             });
}

grpc::ServerUnaryReactor* ReceiptServiceGrpc::GetReceipt(Context* context,
                                                         const v1::GetReceiptRequest* request,
                                                         v1::GetReceiptResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReceiptService/GetReceipt", request, response,
      [this](const auto& call, const auto& r) { return service_.GetReceipt(call, r); });
}

grpc::ServerUnaryReactor* ReceiptServiceGrpc::ListReceipts(Context* context,
                                                           const v1::ListReceiptsRequest* request,
                                                           v1::ListReceiptsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReceiptService/ListReceipts", request, response,
      [this](const auto& call, const auto& r) { return service_.ListReceipts(call, r); });
}

grpc::ServerUnaryReactor* ReceiptServiceGrpc::ListRecallReceipts(
    Context* context, const v1::ListRecallReceiptsRequest* request,
    v1::ListRecallReceiptsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReceiptService/ListRecallReceipts", request, response,
      [this](const auto& call, const auto& r) { return service_.ListRecallReceipts(call, r); });
}

}  // namespace hotline::insight
