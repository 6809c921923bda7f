// Reads the rows of a CSV file: RFC 4180, with comma, semicolon or tab, whichever the first line
// has most of. Guarded cells are unguarded (services/text/table_cells.h).
#pragma once

#include <string_view>

#include "services/knowledge/sheets/csv_text.h"
#include "services/knowledge/sheets/sheet.h"

namespace hotline::knowledge::sheets {

// `separator` becomes the one that was found.
MaybeFault ReadCsv(std::string_view bytes, const CsvDecoder& decoder, RowSink* sink,
                   char* separator);

}  // namespace hotline::knowledge::sheets
