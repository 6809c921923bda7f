// SheetService on the wire.
#pragma once

#include "hotline/knowledge/v1/sheet_service.grpc.pb.h"
#include "services/knowledge/sheets/sheet_service.h"
#include "services/runtime/runtime.h"

namespace hotline::knowledge::sheets {

class SheetGrpc final : public v1::SheetService::CallbackService {
 public:
  // Both must outlive the server.
  SheetGrpc(SheetService& service, runtime::Runtime& runtime)
      : service_(service), runtime_(runtime) {}

  grpc::ServerBidiReactor<v1::ImportSheetRequest, v1::ImportSheetResponse>* ImportSheet(
      grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::ExportSheetResponse>* ExportSheet(
      grpc::CallbackServerContext* context, const v1::ExportSheetRequest* request) override;
  grpc::ServerWriteReactor<v1::ImportSheetResponse>* ImportWholeSheet(
      grpc::CallbackServerContext* context, const v1::ImportWholeSheetRequest* request) override;

 private:
  SheetService& service_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::knowledge::sheets
