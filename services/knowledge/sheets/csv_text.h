// The bytes of a CSV file as UTF-8: with or without BOM, GB18030, or UTF-16 with BOM ("Unicode
// text" of spreadsheet programs).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "services/knowledge/sheets/sheet.h"

struct UConverter;

namespace hotline::knowledge::sheets {

// Decodes; opened before the sandbox closes, because ICU loads its tables then. UTF-8 when the
// bytes are that, else GB18030; when neither is whole, the one with fewer faults, with U+FFFD in
// place of broken bytes and `broken` set.
class CsvDecoder {
 public:
  CsvDecoder();
  ~CsvDecoder();
  CsvDecoder(const CsvDecoder&) = delete;
  CsvDecoder& operator=(const CsvDecoder&) = delete;

  // A fault when the bytes are no text at all.
  MaybeFault Decode(std::string_view bytes, std::string* text, bool* broken) const;

 private:
  struct Closer {
    void operator()(UConverter* converter) const;
  };
  using Converter = std::unique_ptr<UConverter, Closer>;
  static size_t Convert(UConverter* converter, std::string_view bytes, std::string* text);

  Converter gb18030_;
  Converter utf16_little_;
  Converter utf16_big_;
};

}  // namespace hotline::knowledge::sheets
