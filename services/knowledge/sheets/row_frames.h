// Rows on their way from the process that reads a file to the service: frames in a file of their
// own, and what became of the whole in a second one, so that the service knows the end before it
// acts on the first row. The service trusts them no more than the file they came from: every length
// is checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/knowledge/sheets/sheet.h"

namespace hotline::knowledge::sheets {

// What a whole file turned out to be.
struct FileFacts {
  FileFormat format = FileFormat::kXlsx;
  char separator = ',';  // CSV
  int64_t rows = 0;
  int64_t skipped = 0;  // rows without anything in them
};

// Writes frames to two descriptors. Errors of writing (a full disk, RLIMIT_FSIZE) show in ok().
class FrameWriter final : public RowSink {
 public:
  FrameWriter(int rows_file, int outcome_file)
      : rows_file_(rows_file), outcome_file_(outcome_file) {}

  MaybeFault Take(const SheetRow& row) override;
  void Skip() override { ++skipped_; }

  // The outcome: one of these, once.
  void End(FileFormat format, char separator);
  void Fail(const FileFault& fault);

  bool ok() const { return ok_; }

 private:
  void Number(uint32_t value);
  void Text(std::string_view text);
  void Flush(int file);

  const int rows_file_;
  const int outcome_file_;
  std::string buffer_;
  int64_t rows_ = 0;
  int64_t skipped_ = 0;
  bool ok_ = true;
};

// Reads frames from the start of a descriptor, in bounded memory.
class FrameReader {
 public:
  enum class Kind { kRow, kEnd, kFault, kNoMore, kBroken };

  explicit FrameReader(int file) : file_(file) {}

  // kRow fills `row`, kEnd `facts()`, kFault `fault()`; kNoMore: the file ends after a whole frame;
  // kBroken: it breaks off or makes no sense.
  Kind Next(SheetRow* row);

  const FileFacts& facts() const { return facts_; }
  const FileFault& fault() const { return fault_; }

 private:
  bool Fill(size_t bytes);
  bool Number(uint32_t* value);
  bool Byte(uint8_t* value);
  bool Text(size_t bytes_max, std::string* text);
  bool Row(SheetRow* row);

  const int file_;
  std::string buffer_;
  size_t at_ = 0;
  int64_t offset_ = 0;
  int64_t last_number_ = 0;
  FileFacts facts_;
  FileFault fault_;
};

}  // namespace hotline::knowledge::sheets
