// MakeCsvWriter.
#include <utility>

#include "proto/cc/errors.h"
#include "services/knowledge/sheets/sheet_writer.h"
#include "services/text/table_cells.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr size_t kBufferBytes = 256U << 10U;

class CsvWriter final : public SheetWriter {
 public:
  CsvWriter(TempFile file, char separator)
      : file_(std::move(file)), separator_(separator), buffer_(text::kByteOrderMark) {}

  absl::Status Write(const std::vector<std::string>& cells) override {
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) buffer_ += separator_;
      text::AppendCsvCell(text::GuardCell(cells[i]), separator_, &buffer_);
    }
    buffer_ += "\r\n";
    if (buffer_.size() < kBufferBytes) return absl::OkStatus();
    return Flush();
  }

  absl::StatusOr<TempFile> Finish() override {
    RETURN_IF_ERROR(Flush());
    return std::move(file_);
  }

 private:
  absl::Status Flush() {
    const std::string bytes = std::exchange(buffer_, {});
    return file_.Append(bytes);
  }

  TempFile file_;
  const char separator_;
  std::string buffer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SheetWriter>> MakeCsvWriter(char separator) {
  ASSIGN_OR_RETURN(TempFile file, TempFile::Create());
  return std::unique_ptr<SheetWriter>(std::make_unique<CsvWriter>(std::move(file), separator));
}

size_t SheetLength(const std::string& text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;
    units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

}  // namespace hotline::knowledge::sheets
