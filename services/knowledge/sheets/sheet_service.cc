#include "services/knowledge/sheets/sheet_service.h"

#include <optional>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/records.h"
#include "services/knowledge/sheets/sheet_export.h"
#include "services/knowledge/sheets/sheet_import.h"

namespace hotline::knowledge::sheets {

namespace {

v1::ImportSheetRequest OnlyPiece(const v1::ImportWholeSheetRequest& whole) {
  v1::ImportSheetRequest piece;
  piece.set_file_name(whole.file_name());
  piece.set_format(whole.format());
  piece.set_validate_only(whole.validate_only());
  piece.set_publish(whole.publish());
  piece.set_default_region(whole.default_region());
  piece.set_default_department(whole.default_department());
  piece.set_data(whole.data());
  piece.set_complete(true);
  return piece;
}

// An import whose only piece is here already: first its reply, then what more there is to say.
class WholeImport final : public SheetService::ImportSource {
 public:
  WholeImport(std::unique_ptr<SheetService::ImportSession> session,
              const v1::ImportWholeSheetRequest& request)
      : session_(std::move(session)), request_(&request) {}

  using Step = runtime::StreamStep<v1::ImportSheetResponse>;

  absl::StatusOr<Step> Next() override {
    if (request_ != nullptr) {
      const auto piece = OnlyPiece(*std::exchange(request_, nullptr));
      ASSIGN_OR_RETURN(v1::ImportSheetResponse first, session_->On(piece));
      return Step::Message(std::move(first));
    }
    ASSIGN_OR_RETURN(std::optional<v1::ImportSheetResponse> next, session_->More());
    return next.has_value() ? Step::Message(*std::move(next)) : Step::End();
  }

 private:
  const std::unique_ptr<SheetService::ImportSession> session_;
  const v1::ImportWholeSheetRequest* request_;  // null once it was taken
};

}  // namespace

SheetService::SheetService(storage::Store& store, ReaderSettings reader)
    : store_(store), reader_(std::move(reader)) {}

absl::StatusOr<std::unique_ptr<SheetService::ImportSession>> SheetService::ImportSheet(
    const runtime::Call& call) {
  // Who is not known at all goes no further; what a known caller may do depends on the first piece.
  if (call.caller.principal == nullptr) {
    RETURN_IF_ERROR(access::Require(call, access::Permission::kWriteEntries));
  }
  return std::unique_ptr<ImportSession>(std::make_unique<SheetImport>(store_, call, reader_));
}

absl::StatusOr<std::unique_ptr<SheetService::ImportSource>> SheetService::ImportWholeSheet(
    const runtime::Call& call, const v1::ImportWholeSheetRequest& request) {
  ASSIGN_OR_RETURN(auto session, ImportSheet(call));
  return std::unique_ptr<ImportSource>(std::make_unique<WholeImport>(std::move(session), request));
}

absl::StatusOr<std::unique_ptr<SheetService::ExportSource>> SheetService::ExportSheet(
    const runtime::Call& call, const v1::ExportSheetRequest& request) {
  RETURN_IF_ERROR(
      access::Require(call, access::Permission::kExport, {.department = request.department()}));
  RETURN_IF_ERROR(CheckRevisionArgument(request.kb_revision()));
  if (!v1::ExportSheetRequest::Content_IsValid(request.content())) {
    return FieldInvalid("content", "", "取值未知。");
  }
  if (request.format() == v1::SHEET_FORMAT_UNSPECIFIED) return FieldRequired("format");
  if (!v1::SheetFormat_IsValid(request.format())) return FieldInvalid("format", "", "取值未知。");
  const bool entries = request.content() != v1::ExportSheetRequest::FACTS &&
                       request.content() != v1::ExportSheetRequest::POLICIES;
  if (!entries && (request.online_only() || !request.department().empty())) {
    return FieldInvalid(request.online_only() ? "online_only" : "department", "",
                        "只适用于导出条目，导出台账时请不要填写。");
  }
  if (!request.department().empty()) {
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
    RETURN_IF_ERROR(
        store_.Get(request.department(), request.kb_revision(), call.deadline).status());
  }
  return std::unique_ptr<ExportSource>(std::make_unique<SheetExport>(store_, call, request));
}

}  // namespace hotline::knowledge::sheets
