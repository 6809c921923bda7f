// One export as a sheet: all rows read at one position, written to a temporary file in bounded
// memory, then sent in pieces. While rows are written, messages tell how many there are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/sheet_service.pb.h"
#include "services/knowledge/export_source.h"
#include "services/knowledge/sheets/sheet_writer.h"
#include "services/knowledge/sheets/temp_file.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge::sheets {

// Used by one thread at a time.
class SheetExport final : public runtime::StreamSource<v1::ExportSheetResponse> {
 public:
  using Step = runtime::StreamStep<v1::ExportSheetResponse>;

  // `store` must outlive this; `request` was checked. RESOURCE_EXHAUSTED: LIMIT_EXCEEDED for more
  // rows than an import takes, DISK_FULL for the temporary directory.
  SheetExport(storage::Store& store, runtime::Call call, v1::ExportSheetRequest request);

  absl::StatusOr<Step> Next() override;

 private:
  using Content = v1::ExportSheetRequest;

  absl::Status Begin();
  absl::StatusOr<bool> WriteSome();  // false: all rows are written
  absl::StatusOr<bool> WriteEntries();
  absl::StatusOr<bool> WriteFacts();
  absl::StatusOr<bool> WritePolicies();
  absl::Status CountCitations();
  absl::StatusOr<storage::ResourcePage> NextPage(std::string_view collection,
                                                 std::string* after_name) const;
  absl::StatusOr<std::string> DepartmentName(const std::string& name);
  absl::Status Write(const std::vector<std::string>& cells);
  v1::ExportSheetResponse Counts() const;

  storage::Store& store_;
  const runtime::Call call_;
  const v1::ExportSheetRequest request_;
  std::unique_ptr<SheetWriter> writer_;
  std::unique_ptr<Exporter> entries_;
  std::optional<TempFile> file_;
  std::string after_name_;
  int64_t kb_revision_ = 0;
  int64_t rows_ = 0;
  int64_t sent_ = 0;
  std::unordered_map<std::string, std::string> departments_;  // display names
  std::unordered_map<std::string, int64_t> citations_;        // of policies
  bool counted_ = false;
};

}  // namespace hotline::knowledge::sheets
