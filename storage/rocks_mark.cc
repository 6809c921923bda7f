#include "storage/rocks_mark.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "proto/cc/errors.h"
#include "storage/log_entry.h"
#include "storage/rocks_disk.h"
#include "storage/rows.pb.h"

namespace hotline::storage {
namespace {

constexpr size_t kSlotBytes = 4096;
constexpr size_t kHeaderBytes = 16;
constexpr std::string_view kMagic = "KJMARK01";
constexpr int kSlots = 2;

std::string PathOf(const std::string& dir) { return dir + "/HIGHWATER"; }

uint32_t Crc32(std::string_view bytes) {
  constexpr uint32_t kPolynomial = 0xEDB88320U;
  uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
  }
  return ~crc;
}

void AppendLittle(std::string& out, uint32_t number) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<char>(number >> shift));
}

uint32_t ReadLittle(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 4; i-- > 0;) number = (number << 8U) | static_cast<uint8_t>(bytes[i]);
  return number;
}

std::string SlotOf(const rows::MarkRow& row) {
  const std::string payload = row.SerializeAsString();
  std::string slot(kMagic);
  AppendLittle(slot, static_cast<uint32_t>(payload.size()));
  AppendLittle(slot, Crc32(payload));
  slot += payload;
  slot.resize(kSlotBytes, '\0');
  return slot;
}

std::optional<rows::MarkRow> ReadSlot(std::string_view slot) {
  if (slot.size() < kHeaderBytes || slot.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  const size_t size = ReadLittle(slot.substr(8, 4));
  if (size > slot.size() - kHeaderBytes) return std::nullopt;
  const std::string payload(slot.substr(kHeaderBytes, size));
  rows::MarkRow row;
  if (Crc32(payload) != ReadLittle(slot.substr(12, 4)) || !row.ParseFromString(payload)) {
    return std::nullopt;
  }
  return row;
}

absl::Status FileError(std::string_view what, int error) {
  if (error == ENOSPC || error == EDQUOT) return DiskFull();
  return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT,
                   std::string(what) + ": " + std::strerror(error));
}

// The newest readable slot of the file; nullopt when there is no file.
absl::StatusOr<std::optional<rows::MarkRow>> Newest(const std::string& dir) {
  const int fd = open(PathOf(dir).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) return FileError("无法打开高水位文件 HIGHWATER", errno);
  std::array<char, kSlots * kSlotBytes> buffer{};
  const ssize_t size = pread(fd, buffer.data(), buffer.size(), 0);
  const int error = errno;
  close(fd);
  if (size < 0) return FileError("无法读取高水位文件 HIGHWATER", error);
  std::optional<rows::MarkRow> newest;
  for (size_t i = 0; i < kSlots; ++i) {
    auto row = ReadSlot(std::string_view(buffer.data() + i * kSlotBytes, kSlotBytes));
    if (row && (!newest || row->generation() > newest->generation())) newest = std::move(row);
  }
  if (!newest) return Corrupted("高水位文件 HIGHWATER 无法解码");
  return newest;
}

absl::Status Create(const std::string& dir, const rows::MarkRow& row) {
  const std::string temporary = PathOf(dir) + ".new";
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return FileError("无法创建高水位文件 HIGHWATER", errno);
  const std::string bytes = SlotOf(row) + SlotOf(row);
  const bool written =
      write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(fd) == 0;
  const int error = written ? 0 : errno;
  close(fd);
  if (!written) return FileError("无法写入高水位文件 HIGHWATER", error);
  if (rename(temporary.c_str(), PathOf(dir).c_str()) != 0) {
    return FileError("无法写入高水位文件 HIGHWATER", errno);
  }
  return SyncDirectory(dir);
}

}  // namespace

absl::StatusOr<std::optional<Mark>> HighWaterMark::Read(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::optional<rows::MarkRow> row, Newest(dir));
  if (!row) return std::nullopt;
  return Mark{.log_id = row->log_id(), .head = {.sequence = row->sequence(), .hash = row->hash()}};
}

absl::StatusOr<std::unique_ptr<HighWaterMark>> HighWaterMark::Open(const std::string& dir,
                                                                   const Mark& mark) {
  ASSIGN_OR_RETURN(std::optional<rows::MarkRow> row, Newest(dir));
  if (!row) {
    row.emplace();
    row->set_log_id(mark.log_id);
    row->set_sequence(mark.head.sequence);
    row->set_hash(mark.head.hash);
    row->set_generation(1);
    RETURN_IF_ERROR(Create(dir, *row));
  }
  const int fd = open(PathOf(dir).c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return FileError("无法打开高水位文件 HIGHWATER", errno);
  std::unique_ptr<HighWaterMark> file(new HighWaterMark(fd, mark.log_id, row->generation()));
  if (row->sequence() != mark.head.sequence) RETURN_IF_ERROR(file->Write(mark.head));
  return file;
}

HighWaterMark::HighWaterMark(int fd, std::string log_id, int64_t generation)
    : fd_(fd), log_id_(std::move(log_id)), generation_(generation) {}

HighWaterMark::~HighWaterMark() { close(fd_); }

absl::Status HighWaterMark::Write(const LogHead& head) {
  rows::MarkRow row;
  row.set_log_id(log_id_);
  row.set_sequence(head.sequence);
  row.set_hash(head.hash);
  row.set_generation(++generation_);
  const std::string slot = SlotOf(row);
  const off_t place = static_cast<off_t>(static_cast<size_t>(generation_ % kSlots) * kSlotBytes);
  if (pwrite(fd_, slot.data(), slot.size(), place) != static_cast<ssize_t>(slot.size()) ||
      fdatasync(fd_) != 0) {
    return FileError("无法写入高水位文件 HIGHWATER", errno);
  }
  return absl::OkStatus();
}

}  // namespace hotline::storage
