// Imports and exports of sheets on a test store, in one call each.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/sheet_service.pb.h"
#include "services/knowledge/sheets/sheet_service.h"
#include "tests/unit/knowledge/knowledge_test_base.h"
#include "tests/unit/sheets/sheet_files.h"

namespace hotline::knowledge::sheets {

class SheetTest : public KnowledgeTest {
 protected:
  struct Outcome {
    v1::ImportSheetResponse totals;  // the last message
    std::string refused_file;
    int messages = 0;  // after the last piece
  };
  // `settings` has what the first piece says.
  static absl::StatusOr<Outcome> ImportWith(SheetService& sheets, const std::string& bytes,
                                            v1::ImportSheetRequest settings,
                                            const runtime::Call& call);
  absl::StatusOr<Outcome> Import(const std::string& bytes, v1::ImportSheetRequest settings = {}) {
    return ImportWith(sheets_, bytes, std::move(settings), LongCall());
  }
  absl::StatusOr<Outcome> Publish(const std::string& bytes) {
    v1::ImportSheetRequest settings;
    settings.set_publish(true);
    return Import(bytes, settings);
  }
  static absl::StatusOr<std::string> ExportWith(SheetService& sheets,
                                                const v1::ExportSheetRequest& request);
  absl::StatusOr<std::string> Export(
      v1::SheetFormat format,
      v1::ExportSheetRequest::Content content = v1::ExportSheetRequest::ENTRIES) {
    v1::ExportSheetRequest request;
    request.set_format(format);
    request.set_content(content);
    return ExportWith(sheets_, request);
  }

  // A call with time for thousands of rows.
  static runtime::Call LongCall();
  // The stored resource of a kind, written as given.
  void Put(const store::v1::Resource& resource);
  // Every entry of a store, by name, without what depends on where and when it was written.
  static std::vector<v1::Entry> EntriesOf(storage::Store& store);

  SheetService sheets_{store_};
};

// "行 列：原因" of each report.
std::vector<std::string> Reports(const v1::ImportSheetResponse& totals);

}  // namespace hotline::knowledge::sheets
