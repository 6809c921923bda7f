// Writes a sheet row by row into a temporary file, in bounded memory. Cells are text and nothing
// else: nothing in an exported file is ever a formula.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/knowledge/sheets/sheet.h"
#include "services/knowledge/sheets/temp_file.h"

namespace hotline::knowledge::sheets {

// Used by one thread at a time.
class SheetWriter {
 public:
  SheetWriter() = default;
  SheetWriter(const SheetWriter&) = delete;
  SheetWriter& operator=(const SheetWriter&) = delete;
  virtual ~SheetWriter() = default;

  // The next row; the first one is the heading. A cell has at most kCellMax characters.
  virtual absl::Status Write(const std::vector<std::string>& cells) = 0;
  // The whole file. Nothing can be written afterwards.
  virtual absl::StatusOr<TempFile> Finish() = 0;
};

// XLSX: one sheet named 知识库, the heading in bold and frozen.
absl::StatusOr<std::unique_ptr<SheetWriter>> MakeXlsxWriter();

// CSV: UTF-8 with BOM, RFC 4180, cells guarded (services/text/table_cells.h).
absl::StatusOr<std::unique_ptr<SheetWriter>> MakeCsvWriter(char separator = ',');

// How long a text is as spreadsheet programs count: UTF-16 units.
size_t SheetLength(const std::string& text);

}  // namespace hotline::knowledge::sheets
