// SheetService as plain functions: proto/hotline/knowledge/v1/sheet_service.proto says what each
// one promises.
#pragma once

#include <memory>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/sheet_service.pb.h"
#include "services/knowledge/sheets/reader_process.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge::sheets {

// Stateless; thread-safe.
class SheetService final {
 public:
  // `store` must outlive this. `reader` is for tests.
  explicit SheetService(storage::Store& store, ReaderSettings reader = {});

  // One conversation (sheet_import.h).
  using ImportSession = runtime::Session<v1::ImportSheetRequest, v1::ImportSheetResponse>;
  absl::StatusOr<std::unique_ptr<ImportSession>> ImportSheet(const runtime::Call& call);

  // The same, of a file that came in one message: `request` must outlive the source.
  using ImportSource = runtime::StreamSource<v1::ImportSheetResponse>;
  absl::StatusOr<std::unique_ptr<ImportSource>> ImportWholeSheet(
      const runtime::Call& call, const v1::ImportWholeSheetRequest& request);

  // The file as messages (sheet_export.h).
  using ExportSource = runtime::StreamSource<v1::ExportSheetResponse>;
  absl::StatusOr<std::unique_ptr<ExportSource>> ExportSheet(const runtime::Call& call,
                                                            const v1::ExportSheetRequest& request);

 private:
  storage::Store& store_;
  const ReaderSettings reader_;
};

}  // namespace hotline::knowledge::sheets
