// File RESERVE: allocated, never read.
#include "storage/rocks_disk.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "proto/cc/errors.h"

namespace hotline::storage {
namespace {

// A batch takes its size in the write-ahead log, again when it is flushed, and again when that is
// compacted.
constexpr int64_t kCopiesOfBatch = 3;
// Least space for an urgent write: a recall is a few KiB; the rest is for the file system's own
// bookkeeping.
constexpr int64_t kUrgentBytesMin = 256 << 10;

bool Allocate(const std::string& path, int64_t bytes) {
  const std::string temporary = path + ".new";
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return false;
  const bool done = posix_fallocate(fd, 0, bytes) == 0 && fsync(fd) == 0;
  close(fd);
  if (done && rename(temporary.c_str(), path.c_str()) == 0) return true;
  unlink(temporary.c_str());
  return false;
}

}  // namespace

int64_t FreeBytes(const std::string& dir) {
  struct statvfs space {};
  if (statvfs(dir.c_str(), &space) != 0) return 0;
  return static_cast<int64_t>(space.f_bavail) * static_cast<int64_t>(space.f_frsize);
}

absl::Status SyncDirectory(const std::string& dir) {
  const int fd = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (done) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInternal, type::v1::INTERNAL_FAULT,
                   std::string("无法同步数据目录: ") + std::strerror(error));
}

absl::Status DiskFull() {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL,
                   "磁盘空间不足，目前只接受召回。请清理磁盘或扩容，空间恢复后会自动恢复写入。");
}

DiskGuard::DiskGuard(std::string dir, DiskLimits limits)
    : dir_(std::move(dir)), path_(dir_ + "/RESERVE"), limits_(limits) {
  struct stat file {};
  held_ = limits_.reserve_bytes == 0 ||
          (stat(path_.c_str(), &file) == 0 && file.st_size == limits_.reserve_bytes);
}

bool DiskGuard::HasRoom(int64_t bytes) const {
  return FreeBytes(dir_) >= limits_.margin_bytes + kCopiesOfBatch * bytes;
}

bool DiskGuard::RestoreReserve() {
  if (held_) return true;
  if (FreeBytes(dir_) < limits_.reserve_bytes + limits_.margin_bytes) return false;
  held_ = Allocate(path_, limits_.reserve_bytes);
  return held_;
}

void DiskGuard::MakeReserve() {
  const std::lock_guard lock(mutex_);
  RestoreReserve();
}

bool DiskGuard::ReleaseReserve() {
  const std::lock_guard lock(mutex_);
  if (limits_.reserve_bytes == 0 || unlink(path_.c_str()) != 0) return false;
  held_ = false;
  return true;
}

void DiskGuard::MakeRoomToOpen() {
  if (!HasRoom(0)) ReleaseReserve();
}

bool DiskGuard::Admit(int64_t bytes, bool urgent) {
  {
    const std::lock_guard lock(mutex_);
    if (RestoreReserve() && HasRoom(bytes)) return true;
  }
  if (!urgent) return false;
  ReleaseReserve();
  return FreeBytes(dir_) >= kUrgentBytesMin + kCopiesOfBatch * bytes;
}

bool DiskGuard::IsFull() {
  const std::lock_guard lock(mutex_);
  return !RestoreReserve() || !HasRoom(0);
}

}  // namespace hotline::storage
