#include "services/knowledge/sheets/sheet_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::knowledge::sheets {

grpc::ServerBidiReactor<v1::ImportSheetRequest, v1::ImportSheetResponse>* SheetGrpc::ImportSheet(
    grpc::CallbackServerContext* context) {
  return runtime::ServeBidi<v1::ImportSheetRequest, v1::ImportSheetResponse>(
      runtime_, context, "/hotline.knowledge.v1.SheetService/ImportSheet",
      [this](const auto& call) { return service_.ImportSheet(call); });
}

grpc::ServerWriteReactor<v1::ExportSheetResponse>* SheetGrpc::ExportSheet(
    grpc::CallbackServerContext* context, const v1::ExportSheetRequest* request) {
  return runtime::ServeStream<v1::ExportSheetResponse>(
      runtime_, context, "/hotline.knowledge.v1.SheetService/ExportSheet", request,
      [this](const auto& call, const auto& r, const auto&) {
        return service_.ExportSheet(call, r);
      });
}

grpc::ServerWriteReactor<v1::ImportSheetResponse>* SheetGrpc::ImportWholeSheet(
    grpc::CallbackServerContext* context, const v1::ImportWholeSheetRequest* request) {
  return runtime::ServeStream<v1::ImportSheetResponse>(
      runtime_, context, "/hotline.knowledge.v1.SheetService/ImportWholeSheet", request,
      [this](const auto& call, const auto& r, const auto&) {
        return service_.ImportWholeSheet(call, r);
      });
}

}  // namespace hotline::knowledge::sheets
