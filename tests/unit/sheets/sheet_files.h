// Spreadsheet files for tests, made on the spot: sound ones, odd ones, hostile ones.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/knowledge/sheets/reader_process.h"
#include "services/knowledge/sheets/sheet.h"

namespace hotline::knowledge::sheets {

// An archive with whatever parts a test wants.
class ZipBuilder {
 public:
  ZipBuilder& Add(const std::string& name, const std::string& content);
  ZipBuilder& AddLink(const std::string& name, const std::string& target);
  ZipBuilder& AddEncrypted(const std::string& name, const std::string& content);
  std::string Build() const;

 private:
  enum class Sort { kPlain, kLink, kEncrypted };
  struct Part {
    std::string name;
    std::string content;
    Sort sort;
  };
  std::vector<Part> parts_;
};

// An XLSX file whose parts are written by hand. `sheet` is what stands within <sheetData>; the
// other parts are the smallest that make a workbook.
struct WorkbookFile {
  std::string sheet;
  std::string strings;      // within <sst>
  std::string cell_styles;  // within <cellXfs>
  std::string formats;      // within <numFmts>
  std::string after_data;   // behind </sheetData>
  std::string workbook = R"(<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>)";
  std::string relations = R"(<Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/>)";
  ZipBuilder Zip() const;
  std::string Build() const { return Zip().Build(); }
};

// "<row>…" with inline strings.
std::string InlineRow(int number, const std::vector<std::string>& cells);

using Table = std::vector<std::vector<std::string>>;

// Sound files, as spreadsheet programs make them.
std::string XlsxOf(const Table& table);
std::string CsvOf(const Table& table, const std::string& separator = ",");
std::string Gb18030(const std::string& utf8);

// What kb-sheet-reader makes of a file.
struct ReadFileResult {
  FileFacts facts;
  std::vector<SheetRow> rows;
};
absl::StatusOr<ReadFileResult> ReadFileBytes(const std::string& bytes,
                                             const ReaderSettings& settings = {});
// Its texts alone.
Table TextsOf(const std::vector<SheetRow>& rows);

}  // namespace hotline::knowledge::sheets
