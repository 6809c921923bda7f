#include "services/knowledge/sheets/csv_text.h"

#include <algorithm>
#include <vector>

#include <unicode/ucnv.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "services/knowledge/sheets/limits.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr size_t kPieceUnits = 16U << 10U;

UConverter* OpenConverter(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(name, &error);
  return U_SUCCESS(error) ? converter : nullptr;
}

void AppendUtf8(UChar32 c, std::string* text) {
  uint8_t bytes[U8_MAX_LENGTH];
  int32_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, c);
  text->append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
}

// Well-formed UTF-8, with U+FFFD for each broken sequence. Returns how many there were.
size_t MendUtf8(std::string_view bytes, std::string* text) {
  size_t broken = 0;
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto length = static_cast<int32_t>(bytes.size());
  text->clear();
  text->reserve(bytes.size());
  for (int32_t at = 0; at < length;) {
    const int32_t start = at;
    UChar32 c = 0;
    U8_NEXT(data, at, length, c);
    if (c >= 0) {
      text->append(bytes.substr(static_cast<size_t>(start), static_cast<size_t>(at - start)));
    } else {
      ++broken;
      *text += kReplacement;
    }
  }
  return broken;
}

}  // namespace

void CsvDecoder::Closer::operator()(UConverter* converter) const { ucnv_close(converter); }

CsvDecoder::CsvDecoder()
    : gb18030_(OpenConverter("gb18030")),
      utf16_little_(OpenConverter("UTF-16LE")),
      utf16_big_(OpenConverter("UTF-16BE")) {}

CsvDecoder::~CsvDecoder() = default;

// Returns how many characters could not be read; all of them when there is no converter.
size_t CsvDecoder::Convert(UConverter* converter, std::string_view bytes, std::string* text) {
  text->clear();
  if (converter == nullptr) return bytes.size();
  text->reserve(bytes.size() + bytes.size() / 2);
  ucnv_reset(converter);
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  std::vector<UChar> units(kPieceUnits);
  size_t broken = 0;
  UChar32 lead = 0;
  for (;;) {
    UErrorCode error = U_ZERO_ERROR;
    UChar* target = units.data();
    ucnv_toUnicode(converter, &target, units.data() + units.size(), &source, end, nullptr, true,
                   &error);
    for (const UChar* unit = units.data(); unit != target; ++unit) {
      if (U16_IS_LEAD(*unit)) {
        lead = *unit;
        continue;
      }
      UChar32 c = *unit;
      if (lead != 0 && U16_IS_TRAIL(*unit)) c = U16_GET_SUPPLEMENTARY(lead, *unit);
      lead = 0;
      if (U_IS_SURROGATE(c)) c = 0xFFFD;
      broken += c == 0xFFFD ? 1 : 0;
      AppendUtf8(c, text);
    }
    if (error != U_BUFFER_OVERFLOW_ERROR) return broken;
  }
}

MaybeFault CsvDecoder::Decode(std::string_view bytes, std::string* text, bool* broken) const {
  size_t faults = 0;
  if (bytes.substr(0, 2) == "\xFF\xFE") {
    faults = Convert(utf16_little_.get(), bytes.substr(2), text);
  } else if (bytes.substr(0, 2) == "\xFE\xFF") {
    faults = Convert(utf16_big_.get(), bytes.substr(2), text);
  } else if (bytes.substr(0, 3) == "\xEF\xBB\xBF") {
    faults = MendUtf8(bytes.substr(3), text);
  } else {
    faults = MendUtf8(bytes, text);
    if (faults > 0) {
      std::string other;
      const size_t other_faults = Convert(gb18030_.get(), bytes, &other);
      if (other_faults < faults) {
        faults = other_faults;
        *text = std::move(other);
      }
    }
  }
  *broken = faults > 0;
  const bool binary = text->find('\0') != std::string::npos;
  if (!binary && faults * kBrokenOneIn <= text->size()) return std::nullopt;
  return FileFault{
      "文件既不是 UTF-8 也不是 GB18030 编码的文本，请用表格软件另存为 CSV 或 .xlsx 后再导入。", "",
      ""};
}

}  // namespace hotline::knowledge::sheets
