// A sheet as it stands in its file: rows of cells, all of them text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hotline::knowledge::sheets {

// What is wrong with a single cell; its row is refused, the others are not.
enum class CellFault : uint8_t {
  kNone = 0,
  kFormula = 1,      // a formula that gave an error, or none that gave a value
  kBrokenBytes = 2,  // bytes that are no text in the encoding of the file
  kTooLong = 3,      // longer than a cell may be; cut
};

struct Cell {
  std::string text;
  CellFault fault = CellFault::kNone;
};

// A row with something in it.
struct SheetRow {
  int64_t number = 0;       // from 1, as the spreadsheet program shows it
  std::vector<Cell> cells;  // without empty ones at its end; at most kColumnsMax
};

enum class FileFormat : uint8_t { kXlsx = 1, kCsv = 2 };

// Why a whole file cannot be read: becomes BAD_FILE.
struct FileFault {
  std::string message;  // Chinese: what is wrong and what to do
  std::string limit;    // name and value of the limit, or empty
  std::string actual;
};
using MaybeFault = std::optional<FileFault>;

// Takes the rows of a file in order.
class RowSink {
 public:
  RowSink() = default;
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;
  virtual ~RowSink() = default;
  // A fault ends the reading.
  virtual MaybeFault Take(const SheetRow& row) = 0;
  // A row without anything in it (formatted perhaps).
  virtual void Skip() = 0;
};

// True when nothing can be seen in the text.
bool IsBlankCell(const std::string& text);

// Brings a row to the sink: blank ones are passed over, those beyond a limit are faults.
MaybeFault Deliver(SheetRow* row, int64_t* taken, RowSink* sink);

}  // namespace hotline::knowledge::sheets
