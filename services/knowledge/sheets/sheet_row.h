// One row of a sheet as an EntryRow, and back. Pure and thread-safe.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "services/knowledge/import_row.h"
#include "services/knowledge/sheets/columns.h"
#include "services/knowledge/sheets/field_columns.h"
#include "services/knowledge/sheets/sheet.h"

namespace hotline::knowledge::sheets {

// What rows take when they say nothing themselves, and what they may name.
struct RowContext {
  std::string default_region;      // GB/T 2260; empty = the whole nation
  std::string default_department;  // departments/{department}; empty = none
  // Display name -> departments/{department}; an empty value: several have this name.
  std::unordered_map<std::string, std::string> departments;
};

struct ReadRow {
  ImportRow row;
  std::string row_id;                 // 编号, or what stands for it; for reports
  std::vector<CellProblem> problems;  // empty: the row can be imported
};

// Reads a row: every cell by itself, so that one pass names all that is wrong. A row without 编号
// gets an id made from its title and region: the same row always gets the same.
ReadRow ReadSheetRow(const SheetRow& row, const ColumnMap& map, const RowContext& context);

// The cells of an exported entry, in the order of ExportColumns(). What its last column cannot hold
// (the documents it cites, when they are many) is left out.
std::vector<std::string> CellsOf(const v1::EntryRow& row);

}  // namespace hotline::knowledge::sheets
