#include "services/knowledge/sheets/sheet.h"

#include <algorithm>
#include <string_view>

#include "services/knowledge/sheets/limits.h"

namespace hotline::knowledge::sheets {

bool IsBlankCell(const std::string& text) {
  std::string_view rest(text);
  while (!rest.empty()) {
    if (rest.front() == ' ' || rest.front() == '\t' || rest.front() == '\n' ||
        rest.front() == '\r') {
      rest.remove_prefix(1);
    } else if (rest.substr(0, 3) == "\xE3\x80\x80" || rest.substr(0, 3) == "\xE2\x80\x8B" ||
               rest.substr(0, 3) == "\xEF\xBB\xBF") {  // ideographic and zero-width space, BOM
      rest.remove_prefix(3);
    } else if (rest.substr(0, 2) == "\xC2\xA0") {  // no-break space
      rest.remove_prefix(2);
    } else {
      return false;
    }
  }
  return true;
}

MaybeFault Deliver(SheetRow* row, int64_t* taken, RowSink* sink) {
  while (!row->cells.empty() && row->cells.back().fault == CellFault::kNone &&
         IsBlankCell(row->cells.back().text)) {
    row->cells.pop_back();
  }
  if (row->cells.empty()) {
    sink->Skip();
    return std::nullopt;
  }
  if (row->cells.size() > kColumnsMax) {
    return FileFault{"第 " + std::to_string(row->number) + " 行的内容超过 " +
                         std::to_string(kColumnsMax) + " 列，请删除多余的列后再导入。",
                     "columns<=" + std::to_string(kColumnsMax), std::to_string(row->cells.size())};
  }
  if (++*taken > kRowsMax) {
    return FileFault{"表格超过 " + std::to_string(kRowsMax) + " 行，请拆成几个文件分别导入。",
                     "rows<=" + std::to_string(kRowsMax), ">" + std::to_string(kRowsMax)};
  }
  return sink->Take(*row);
}

}  // namespace hotline::knowledge::sheets
