#include "services/knowledge/sheets/csv_reader.h"

#include <array>
#include <utility>

#include "services/knowledge/sheets/limits.h"
#include "services/text/table_cells.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr size_t kCellBytesMax = 4 * kCellMax;

// The separator that the first line has most of, outside quotes.
char FindSeparator(std::string_view text) {
  constexpr std::array<char, 3> kSeparators = {',', ';', '\t'};
  std::array<size_t, 3> counts{};
  bool quoted = false;
  bool seen = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if ((c == '\n' || c == '\r') && seen) break;
    if (c != '\n' && c != '\r') seen = true;
    for (size_t i = 0; i < kSeparators.size(); ++i) counts[i] += c == kSeparators[i] ? 1 : 0;
  }
  size_t best = 0;
  for (size_t i = 1; i < counts.size(); ++i) best = counts[i] > counts[best] ? i : best;
  return kSeparators[best];
}

class CsvParser {
 public:
  CsvParser(std::string_view text, char separator, bool broken, RowSink* sink)
      : text_(text), separator_(separator), broken_(broken), sink_(*sink) {}

  MaybeFault Run() {
    while (at_ < text_.size()) {
      if (MaybeFault fault = Record()) return fault;
    }
    return std::nullopt;
  }

 private:
  MaybeFault Record() {
    ++row_.number;
    row_.cells.clear();
    for (bool more = true; more;) {
      std::string cell;
      const bool closed = at_ < text_.size() && text_[at_] == '"' ? Quoted(&cell) : true;
      if (!closed) {
        return FileFault{"第 " + std::to_string(row_.number) +
                             " 行的引号没有结束，后面的内容无法分辨；请检查这一行的双引号。",
                         "", ""};
      }
      Plain(&cell);
      more = at_ < text_.size() && text_[at_] == separator_;
      if (more) ++at_;
      Put(std::move(cell));
    }
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    return Deliver(&row_, &taken_, &sink_);
  }

  // From an opening quote to behind its end; two quotes stand for one. False when it never ends.
  bool Quoted(std::string* cell) {
    ++at_;
    for (;;) {
      const size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) return false;
      Append(text_.substr(at_, quote - at_), cell);
      at_ = quote + 1;
      if (at_ >= text_.size() || text_[at_] != '"') return true;
      Append("\"", cell);
      ++at_;
    }
  }

  // Up to the next separator or line end; what stands behind a closing quote is kept as it is.
  void Plain(std::string* cell) {
    size_t end = at_;
    while (end < text_.size() && text_[end] != separator_ && text_[end] != '\n' &&
           text_[end] != '\r') {
      ++end;
    }
    Append(text_.substr(at_, end - at_), cell);
    at_ = end;
  }

  static void Append(std::string_view piece, std::string* cell) {
    if (cell->size() <= kCellBytesMax) *cell += piece.substr(0, kCellBytesMax + 1);
  }

  void Put(std::string text) {
    if (row_.cells.size() > kColumnsMax) {  // enough to see that there are too many
      if (!text.empty()) row_.cells.back().text = std::move(text);
      return;
    }
    Cell cell{.text = text::UnguardCell(std::move(text))};
    if (broken_ && cell.text.find(kReplacement) != std::string::npos) {
      cell.fault = CellFault::kBrokenBytes;
    }
    size_t characters = 0;
    for (size_t i = 0; i < cell.text.size() && cell.text.size() > kCellMax; ++i) {
      if ((static_cast<unsigned char>(cell.text[i]) & 0xC0U) == 0x80U) continue;
      if (++characters > kCellMax) {
        cell.text.resize(i);
        cell.fault = CellFault::kTooLong;
      }
    }
    row_.cells.push_back(std::move(cell));
  }

  const std::string_view text_;
  const char separator_;
  const bool broken_;
  RowSink& sink_;
  SheetRow row_;
  int64_t taken_ = 0;
  size_t at_ = 0;
};

}  // namespace

MaybeFault ReadCsv(std::string_view bytes, const CsvDecoder& decoder, RowSink* sink,
                   char* separator) {
  std::string text;
  bool broken = false;
  if (MaybeFault fault = decoder.Decode(bytes, &text, &broken)) return fault;
  *separator = FindSeparator(text);
  return CsvParser(text, *separator, broken, sink).Run();
}

}  // namespace hotline::knowledge::sheets
