// The small parts of an XLSX file: which sheet to read, which styles are dates, the shared strings.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "services/knowledge/sheets/sheet.h"
#include "services/knowledge/sheets/zip_archive.h"

namespace hotline::knowledge::sheets {

// The workbook, as far as it matters.
struct Workbook {
  std::string sheet_part;  // of the sheet named 知识库, else of the first that is not hidden
  bool from_1904 = false;  // days count from 1904-01-01
};
MaybeFault ReadWorkbook(ZipArchive* archive, Workbook* workbook);

// How a style shows a number.
struct NumberStyle {
  enum class Kind : uint8_t { kPlain, kDate, kZeroPadded };
  Kind kind = Kind::kPlain;
  uint8_t width = 0;  // kZeroPadded: "007" has 3
};
MaybeFault ReadStyles(ZipArchive* archive, std::vector<NumberStyle>* styles);

// The strings that cells refer to, without phonetic hints.
class SharedStrings {
 public:
  MaybeFault Read(ZipArchive* archive);
  void Add(std::string_view text);
  size_t size() const { return places_.size(); }
  // Empty beyond the end.
  std::string_view Get(size_t index) const;

 private:
  struct Place {
    uint32_t block;
    uint32_t start;
    uint32_t length;
  };
  std::deque<std::string> blocks_;
  std::deque<Place> places_;
};

// "_x000D_" stands for a carriage return, "_x005F_" for "_" before such a group.
std::string DecodeXmlEscapes(std::string_view text);

// A number as people see it: whole numbers without exponent, others with 15 digits, dates as
// 2026-01-31 or 2026-01-31 08:30:00, padded ones with their zeros. `text` unchanged when it is no
// number.
std::string NumberText(const std::string& text, const NumberStyle& style, bool from_1904);

}  // namespace hotline::knowledge::sheets
