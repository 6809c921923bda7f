#include "services/knowledge/sheets/row_frames.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "services/knowledge/sheets/limits.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr char kRowMark = 'R';
constexpr char kEndMark = 'E';
constexpr char kFaultMark = 'F';
constexpr size_t kBufferBytes = 256U << 10U;
constexpr size_t kCellBytesMax = 4 * kCellMax;
constexpr size_t kFaultBytesMax = 4096;

}  // namespace

MaybeFault FrameWriter::Take(const SheetRow& row) {
  ++rows_;
  buffer_ += kRowMark;
  Number(static_cast<uint32_t>(row.number));
  Number(static_cast<uint32_t>(row.cells.size()));
  for (const Cell& cell : row.cells) {
    buffer_ += static_cast<char>(cell.fault);
    Text(cell.text);
  }
  if (buffer_.size() >= kBufferBytes) Flush(rows_file_);
  if (ok_) return std::nullopt;
  return FileFault{"表格展开后过大，请拆成几个文件分别导入。", "", ""};
}

void FrameWriter::End(FileFormat format, char separator) {
  Flush(rows_file_);
  buffer_ += kEndMark;
  buffer_ += static_cast<char>(format);
  buffer_ += separator;
  Number(static_cast<uint32_t>(rows_));
  Number(static_cast<uint32_t>(skipped_));
  Flush(outcome_file_);
}

void FrameWriter::Fail(const FileFault& fault) {
  buffer_.clear();
  buffer_ += kFaultMark;
  Text(fault.message);
  Text(fault.limit);
  Text(fault.actual);
  Flush(outcome_file_);
}

void FrameWriter::Number(uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    buffer_ += static_cast<char>((value >> shift) & 0xFFU);
}

void FrameWriter::Text(std::string_view text) {
  Number(static_cast<uint32_t>(text.size()));
  buffer_ += text;
}

void FrameWriter::Flush(int file) {
  size_t done = 0;
  while (ok_ && done < buffer_.size()) {
    const ssize_t wrote = write(file, buffer_.data() + done, buffer_.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    ok_ = wrote > 0;
    if (ok_) done += static_cast<size_t>(wrote);
  }
  buffer_.clear();
}

FrameReader::Kind FrameReader::Next(SheetRow* row) {
  uint8_t mark = 0;
  if (!Byte(&mark)) return Kind::kNoMore;
  switch (static_cast<char>(mark)) {
    case kRowMark:
      return Row(row) ? Kind::kRow : Kind::kBroken;
    case kFaultMark: {
      const bool whole = Text(kFaultBytesMax, &fault_.message) &&
                         Text(kFaultBytesMax, &fault_.limit) &&
                         Text(kFaultBytesMax, &fault_.actual);
      return whole ? Kind::kFault : Kind::kBroken;
    }
    case kEndMark: {
      uint8_t format = 0;
      uint8_t separator = 0;
      uint32_t rows = 0;
      uint32_t skipped = 0;
      const bool whole = Byte(&format) && Byte(&separator) && Number(&rows) && Number(&skipped);
      if (!whole || (format != 1 && format != 2)) return Kind::kBroken;
      facts_ = {static_cast<FileFormat>(format), static_cast<char>(separator), rows, skipped};
      return Kind::kEnd;
    }
    default:
      return Kind::kBroken;
  }
}

bool FrameReader::Row(SheetRow* row) {
  uint32_t number = 0;
  uint32_t count = 0;
  if (!Number(&number) || !Number(&count) || count > kColumnsMax || number <= last_number_) {
    return false;
  }
  last_number_ = number;
  row->number = number;
  row->cells.assign(count, {});
  for (Cell& cell : row->cells) {
    uint8_t fault = 0;
    if (!Byte(&fault) || fault > static_cast<uint8_t>(CellFault::kTooLong)) return false;
    cell.fault = static_cast<CellFault>(fault);
    if (!Text(kCellBytesMax, &cell.text)) return false;
  }
  return true;
}

bool FrameReader::Fill(size_t bytes) {
  if (buffer_.size() - at_ >= bytes) return true;
  buffer_.erase(0, at_);
  at_ = 0;
  while (buffer_.size() < bytes) {
    const size_t before = buffer_.size();
    buffer_.resize(std::max(bytes, kBufferBytes));
    const ssize_t got = pread(file_, buffer_.data() + before, buffer_.size() - before, offset_);
    buffer_.resize(before + (got > 0 ? static_cast<size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    offset_ += got;
  }
  return true;
}

bool FrameReader::Byte(uint8_t* value) {
  if (!Fill(1)) return false;
  *value = static_cast<uint8_t>(buffer_[at_++]);
  return true;
}

bool FrameReader::Number(uint32_t* value) {
  if (!Fill(4)) return false;
  *value = 0;
  for (unsigned shift = 0; shift < 32; shift += 8)
    *value |= static_cast<uint32_t>(static_cast<uint8_t>(buffer_[at_++])) << shift;
  return true;
}

bool FrameReader::Text(size_t bytes_max, std::string* text) {
  uint32_t bytes = 0;
  if (!Number(&bytes) || bytes > bytes_max || !Fill(bytes)) return false;
  text->assign(buffer_, at_, bytes);
  at_ += bytes;
  return true;
}

}  // namespace hotline::knowledge::sheets
