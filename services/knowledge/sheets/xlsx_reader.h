// Reads the rows of an XLSX file in bounded memory.
//
// Shared, inline and rich strings as their text, numbers and dates as people see them (NumberText),
// booleans as TRUE and FALSE, formulas by the value that was saved with them. Of merged cells the
// first has the value. Comments, drawings, other sheets and phonetic hints are passed over.
#pragma once

#include <cstddef>

#include "services/knowledge/sheets/sheet.h"

namespace hotline::knowledge::sheets {

// `file` is a seekable descriptor of `bytes` bytes.
MaybeFault ReadXlsx(int file, size_t bytes, RowSink* sink);

}  // namespace hotline::knowledge::sheets
