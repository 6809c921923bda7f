// Errors about fields of an EntryRow in the words of a sheet: the headings of its columns.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "services/knowledge/sheets/columns.h"

namespace hotline::knowledge::sheets {

// What is wrong with a cell, or with the row when `heading` is empty.
struct CellProblem {
  std::string heading;
  absl::Status status;
};

// The column that holds the field, e.g. "content.blocks[2].text"; kIgnored when none does.
// `has_english`: the first translation of the row is the English one.
Column ColumnOfField(std::string_view field, bool has_english);

// The error with the heading of its column in place of the field.
CellProblem InSheetWords(const absl::Status& status, const ColumnMap& map, bool has_english = true);

}  // namespace hotline::knowledge::sheets
