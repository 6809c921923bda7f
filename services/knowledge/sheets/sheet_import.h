// One import of a sheet: pieces of a file in; progress, totals and the file of refused rows out.
//
//   receive: the file grows in a temporary file, a reply to each piece
//   read:    a process of its own turns it into rows (reader_process.h); a file that cannot be read
//            is refused here, before anything is written
//   import:  chunks of rows through the Importer, as ImportEntries does
//   return:  the refused rows, as they came, with the reason in the last column
//
// Memory is bounded by one chunk; everything that grows with the file is in temporary files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/sheet_service.pb.h"
#include "services/access/permission.h"
#include "services/knowledge/import_session.h"
#include "services/knowledge/sheets/columns.h"
#include "services/knowledge/sheets/reader_process.h"
#include "services/knowledge/sheets/sheet_row.h"
#include "services/knowledge/sheets/sheet_writer.h"
#include "services/knowledge/sheets/temp_file.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge::sheets {

// Used by one thread at a time.
class SheetImport final : public runtime::Session<v1::ImportSheetRequest, v1::ImportSheetResponse> {
 public:
  using Response = v1::ImportSheetResponse;

  // `store` must outlive this.
  SheetImport(storage::Store& store, runtime::Call call, ReaderSettings reader);

  // A piece of the file; replies with the counts so far. INVALID_ARGUMENT: FIELD_INVALID and
  // FIELD_TOO_LONG for settings, BAD_FILE for a file that is too large. PERMISSION_DENIED.
  absl::StatusOr<Response> On(const v1::ImportSheetRequest& request) override;

  // After the last piece: the next message until all is told. INVALID_ARGUMENT (BAD_FILE); errors
  // of the store. What was committed before an error stays; repeating the import goes on from
  // there.
  absl::StatusOr<std::optional<Response>> More() override;

 private:
  enum class Phase { kReceiving, kReading, kImporting, kReturning, kDone };
  struct Chunk;

  absl::Status ReadSettings(const v1::ImportSheetRequest& request);
  absl::Status CheckPermission();
  absl::Status LoadDepartments();
  absl::Status AllowRow(const v1::Entry* existing, const ImportRow& row);
  bool AllowedAt(const v1::EntryContent& content);

  absl::Status ReadFile();
  absl::Status CheckFormat() const;
  absl::StatusOr<ColumnMap> FindHeading();
  void WarnOfColumns(int64_t heading_row);

  absl::Status ImportChunk();
  absl::StatusOr<Chunk> ReadChunk();
  void Report(int64_t row, const CellProblem& problem);
  absl::Status Refuse(const SheetRow& row, const std::vector<CellProblem>& problems);
  absl::Status FinishImport();
  absl::StatusOr<Response> NextPiece();
  Response Counts() const;

  storage::Store& store_;
  const runtime::Call call_;
  const ReaderSettings reader_settings_;
  Phase phase_ = Phase::kReceiving;

  // Settings of the first piece.
  bool started_ = false;
  v1::SheetFormat format_ = v1::SHEET_FORMAT_UNSPECIFIED;
  access::Permission permission_ = access::Permission::kWriteEntries;
  bool everywhere_ = false;  // the permission is not bound to a place
  RowContext context_;
  std::unordered_map<std::string, bool> allowed_;  // by place

  std::optional<TempFile> file_;
  size_t bytes_ = 0;
  std::unique_ptr<ReaderProcess> reader_;
  std::optional<FrameReader> frames_;
  std::optional<ColumnMap> map_;
  std::unique_ptr<Importer> importer_;
  std::unordered_map<std::string, int64_t> seen_;  // entry -> the row that has it
  bool rows_end_ = false;

  Response totals_;
  std::unique_ptr<SheetWriter> refused_;
  size_t reason_column_ = 0;
  std::optional<TempFile> refused_file_;
  int64_t returned_ = 0;
};

}  // namespace hotline::knowledge::sheets
