#include "services/knowledge/sheets/xlsx_reader.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include <unicode/utf8.h>

#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/xlsx_parts.h"
#include "services/knowledge/sheets/xml_part.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr size_t kCellBytesMax = 4 * kCellMax;
constexpr int64_t kSheetRowsMax = 1'048'576;  // of the format itself

// The column in "BC12": A = 0; -1 when there is none.
int64_t ColumnOf(std::string_view reference) {
  int64_t column = 0;
  size_t letters = 0;
  while (letters < reference.size() && letters < 4 && reference[letters] >= 'A' &&
         reference[letters] <= 'Z') {
    column = column * 26 + (reference[letters++] - 'A' + 1);
  }
  return letters == 0 ? -1 : column - 1;
}

// Cuts to what a cell may hold. True when something was cut.
bool CutToCell(std::string* text) {
  if (text->size() <= kCellMax) return false;
  size_t characters = 0;
  for (size_t i = 0; i < text->size(); ++i) {
    if (U8_IS_TRAIL(static_cast<uint8_t>((*text)[i]))) continue;
    if (++characters > kCellMax) {
      text->resize(i);
      return true;
    }
  }
  return false;
}

class SheetHandler final : public XmlHandler {
 public:
  SheetHandler(const Workbook& workbook, const std::vector<NumberStyle>& styles,
               const SharedStrings& strings, RowSink* sink)
      : workbook_(workbook), styles_(styles), strings_(strings), sink_(*sink) {}

  void Start(std::string_view name, const XmlAttributes& attributes) override {
    in_value_ = false;
    if (name == "row") {
      StartRow(attributes);
    } else if (name == "c") {
      StartCell(attributes);
    } else if (name == "v") {
      in_value_ = true;
    } else if (name == "t") {
      in_value_ = phonetic_ == 0;
    } else if (name == "f") {
      formula_ = true;
    } else if (name == "rPh") {
      ++phonetic_;
    }
  }

  void End(std::string_view name) override {
    in_value_ = false;
    if (name == "c") {
      EndCell();
    } else if (name == "row") {
      if (MaybeFault fault = Deliver(&row_, &taken_, &sink_)) Fail(*std::move(fault));
    } else if (name == "rPh") {
      --phonetic_;
    } else if (name == "sheetData") {
      Finish();
    }
  }

  void Text(std::string_view text) override {
    if (in_value_ && value_.size() <= kCellBytesMax) value_ += text;
  }

 private:
  void StartRow(const XmlAttributes& attributes) {
    const std::string_view given = attributes.Get("r");
    int64_t number = 0;
    std::from_chars(given.data(), given.data() + given.size(), number);
    row_.number = std::max(number, row_.number + 1);
    row_.cells.clear();
    next_column_ = 0;
    if (row_.number > kSheetRowsMax) Fail({"行号超出表格的范围，请重新另存后再导入。", "", ""});
  }

  void StartCell(const XmlAttributes& attributes) {
    const int64_t column = ColumnOf(attributes.Get("r"));
    column_ = column < next_column_ ? next_column_ : column;
    next_column_ = column_ + 1;
    type_ = std::string(attributes.Get("t"));
    const std::string_view style = attributes.Get("s");
    style_ = 0;
    std::from_chars(style.data(), style.data() + style.size(), style_);
    value_.clear();
    formula_ = false;
  }

  void EndCell() {
    Cell cell;
    if (type_ == "s") {
      size_t index = kSharedStringsMax;
      std::from_chars(value_.data(), value_.data() + value_.size(), index);
      cell.text = std::string(strings_.Get(index));
    } else if (type_ == "inlineStr" || type_ == "str") {
      cell.text = DecodeXmlEscapes(value_);
    } else if (type_ == "b") {
      cell.text = value_ == "1" ? "TRUE" : value_ == "0" ? "FALSE" : "";
    } else if (type_ == "e") {
      cell.text = value_;
      cell.fault = CellFault::kFormula;
    } else if (type_ == "d") {
      cell.text = value_;
    } else {
      const NumberStyle plain;
      const bool known = style_ < styles_.size();
      cell.text = NumberText(value_, known ? styles_[style_] : plain, workbook_.from_1904);
    }
    if (formula_ && value_.empty() && type_ != "str") cell.fault = CellFault::kFormula;
    if (CutToCell(&cell.text)) cell.fault = CellFault::kTooLong;
    Put(std::move(cell));
  }

  void Put(Cell cell) {
    if (cell.fault == CellFault::kNone && cell.text.empty()) return;
    // One column more than allowed is kept, so that Deliver() sees that there are too many.
    const auto column = std::min(static_cast<size_t>(column_), kColumnsMax);
    if (row_.cells.size() <= column) row_.cells.resize(column + 1);
    row_.cells[column] = std::move(cell);
  }

  const Workbook& workbook_;
  const std::vector<NumberStyle>& styles_;
  const SharedStrings& strings_;
  RowSink& sink_;
  SheetRow row_;
  int64_t taken_ = 0;
  int64_t column_ = 0;
  int64_t next_column_ = 0;
  std::string type_;
  size_t style_ = 0;
  std::string value_;
  int phonetic_ = 0;
  bool in_value_ = false;
  bool formula_ = false;
};

}  // namespace

MaybeFault ReadXlsx(int file, size_t bytes, RowSink* sink) {
  std::unique_ptr<ZipArchive> archive;
  if (MaybeFault fault = ZipArchive::Open(file, bytes, &archive)) return fault;
  Workbook workbook;
  if (MaybeFault fault = ReadWorkbook(archive.get(), &workbook)) return fault;
  std::vector<NumberStyle> styles;
  if (MaybeFault fault = ReadStyles(archive.get(), &styles)) return fault;
  SharedStrings strings;
  if (MaybeFault fault = strings.Read(archive.get())) return fault;
  SheetHandler handler(workbook, styles, strings, sink);
  return ReadXmlPart(archive.get(), workbook.sheet_part, &handler);
}

}  // namespace hotline::knowledge::sheets
