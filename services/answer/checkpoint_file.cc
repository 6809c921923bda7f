#include "services/answer/checkpoint_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/index/byte_stream.h"

namespace hotline::answer {
namespace {

using index::ByteReader;
using index::ByteWriter;

constexpr std::string_view kMagic = "KJckpt\r\n";
constexpr std::string_view kEndMagic = "\n\rtpkcJK";
constexpr uint32_t kFormat = 1;
constexpr size_t kHashBytes = 32;
constexpr size_t kStartBytes = 8 + 4 + 4;                 // magic, format, size of the head
constexpr size_t kEndBytes = 8 + 8 + kHashBytes + 8 + 8;  // see checkpoint_file.h
constexpr uint32_t kHeadBytesMax = 64U << 10U;
constexpr uint64_t kTableBytesMax = 16U << 20U;
constexpr size_t kSectionLeast = 8 + 8 + 8 + kHashBytes;  // in the table
constexpr uint64_t kHandOverBytes = 8U << 20U;
constexpr mode_t kOwnerOnly = 0600;

absl::Status SystemError(std::string_view what) {
  return absl::UnavailableError(std::string(what) + ": " + std::strerror(errno));
}

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError("damaged: " + std::string(what));
}

}  // namespace

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  const int opened =
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return SystemError("folder not opened");
  const bool synced = fsync(opened) == 0;
  const absl::Status status = synced ? absl::OkStatus() : SystemError("folder not synced");
  close(opened);
  return status;
}

CheckpointWriter::CheckpointWriter(std::string path, int file)
    : path_(std::move(path)), draft_(path_ + ".draft"), file_(file) {}

absl::StatusOr<std::unique_ptr<CheckpointWriter>> CheckpointWriter::Create(const std::string& path,
                                                                           std::string_view head) {
  const std::string draft = path + ".draft";
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return SystemError("draft not opened");
  std::unique_ptr<CheckpointWriter> writer(new CheckpointWriter(path, file));
  // Another process may be writing the same one; the lock goes with the file.
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    writer->draft_.clear();
    return SystemError("draft is being written");
  }
  if (fchmod(file, kOwnerOnly) != 0 || ftruncate(file, 0) != 0)
    return SystemError("draft not emptied");
  std::string start;
  start += kMagic;
  ByteWriter out(start);
  out.Number(kFormat);
  out.Number(static_cast<uint32_t>(head.size()));
  start += head;
  start += Sha256(start);
  RETURN_IF_ERROR(writer->Write(start));
  return writer;
}

CheckpointWriter::~CheckpointWriter() {
  if (!draft_.empty()) unlink(draft_.c_str());
  close(file_);
}

absl::Status CheckpointWriter::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("not written");
    size_ += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  // Little by little, or the store's own syncs would wait for all of it at the end.
  if (size_ - handed_over_ >= kHandOverBytes) {
    sync_file_range(file_, static_cast<off_t>(handed_over_),
                    static_cast<off_t>(size_ - handed_over_), SYNC_FILE_RANGE_WRITE);
    handed_over_ = size_;
  }
  return absl::OkStatus();
}

absl::Status CheckpointWriter::Add(std::string_view name, std::string_view bytes) {
  sections_.push_back({std::string(name), size_, bytes.size(), Sha256(bytes)});
  return Write(bytes);
}

absl::Status CheckpointWriter::Finish() {
  std::string table;
  ByteWriter out(table);
  out.Number(static_cast<uint64_t>(sections_.size()));
  for (const Section& section : sections_) {
    out.Text(section.name);
    out.Number(section.place);
    out.Number(section.size);
    table += section.hash;
  }
  std::string end;
  ByteWriter last(end);
  last.Number(size_);
  last.Number(static_cast<uint64_t>(table.size()));
  end += Sha256(table);
  last.Number(static_cast<uint64_t>(size_ + table.size() + kEndBytes));
  end += kEndMagic;
  RETURN_IF_ERROR(Write(table));
  RETURN_IF_ERROR(Write(end));
  if (fsync(file_) != 0) return SystemError("not synced");
  if (rename(draft_.c_str(), path_.c_str()) != 0) return SystemError("not renamed");
  draft_.clear();
  return SyncFolderOf(path_);
}

CheckpointReader::~CheckpointReader() { close(file_); }

absl::StatusOr<std::unique_ptr<CheckpointReader>> CheckpointReader::Open(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return errno == ENOENT ? absl::NotFoundError("no such file") : SystemError("not opened");
  }
  std::unique_ptr<CheckpointReader> reader(new CheckpointReader(file));
  struct stat about {};
  if (fstat(file, &about) != 0) return SystemError("not read");
  if (!S_ISREG(about.st_mode)) return Damaged("not a file");
  reader->size_ = static_cast<uint64_t>(about.st_size);
  RETURN_IF_ERROR(reader->ReadHead());
  RETURN_IF_ERROR(reader->ReadTable());
  return reader;
}

absl::Status CheckpointReader::ReadAt(uint64_t place, uint64_t size, std::string& bytes) const {
  if (place > size_ || size > size_ - place) return Damaged("cut short");
  bytes.resize(size);
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t got =
        pread(file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(place + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("not read");
    if (got == 0) return Damaged("cut short");
    done += static_cast<size_t>(got);
  }
  return absl::OkStatus();
}

absl::Status CheckpointReader::ReadHead() {
  std::string start;
  RETURN_IF_ERROR(ReadAt(0, kStartBytes, start));
  if (!start.starts_with(kMagic)) return Damaged("not a checkpoint");
  ByteReader in(std::string_view(start).substr(kMagic.size()));
  const auto format = in.Number<uint32_t>();
  if (format != kFormat)
    return absl::FailedPreconditionError("of format " + std::to_string(format));
  const auto size = in.Number<uint32_t>();
  if (size > kHeadBytesMax) return Damaged("size of the head");
  std::string whole;
  RETURN_IF_ERROR(ReadAt(0, kStartBytes + size + kHashBytes, whole));
  const std::string_view hashed = std::string_view(whole).substr(0, kStartBytes + size);
  if (Sha256(hashed) != std::string_view(whole).substr(hashed.size())) return Damaged("head");
  head_ = hashed.substr(kStartBytes);
  return absl::OkStatus();
}

absl::Status CheckpointReader::ReadTable() {
  if (size_ < kEndBytes) return Damaged("cut short");
  std::string end;
  RETURN_IF_ERROR(ReadAt(size_ - kEndBytes, kEndBytes, end));
  if (!end.ends_with(kEndMagic)) return Damaged("cut short");
  ByteReader in(end);
  const auto place = in.Number<uint64_t>();
  const auto size = in.Number<uint64_t>();
  ByteReader after(std::string_view(end).substr(16 + kHashBytes));
  if (after.Number<uint64_t>() != size_ || size > kTableBytesMax) return Damaged("size");
  std::string table;
  RETURN_IF_ERROR(ReadAt(place, size, table));
  if (Sha256(table) != std::string_view(end).substr(16, kHashBytes)) return Damaged("table");
  ByteReader rows(table);
  for (size_t left = rows.Count(kSectionLeast); left > 0; --left) {
    Section section{.name = std::string(rows.Text())};
    section.place = rows.Number<uint64_t>();
    section.size = rows.Number<uint64_t>();
    for (size_t i = 0; i < kHashBytes; ++i) section.hash += rows.Number<char>();
    sections_.push_back(std::move(section));
  }
  return rows.finished() ? absl::OkStatus() : Damaged("table");
}

absl::StatusOr<std::string> CheckpointReader::Read(size_t section) const {
  const Section& wanted = sections_[section];
  std::string bytes;
  RETURN_IF_ERROR(ReadAt(wanted.place, wanted.size, bytes));
  if (Sha256(bytes) != wanted.hash) return Damaged("section " + wanted.name);
  return bytes;
}

}  // namespace hotline::answer
