#include "services/knowledge/sheets/temp_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/cc/errors.h"

namespace hotline::knowledge::sheets {
namespace {

absl::Status NoRoom() {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::DISK_FULL,
                   "服务器的临时目录写不下（" + std::string(std::strerror(errno)) +
                       "），请稍后再试；如仍失败，请联系管理员。");
}

}  // namespace

std::string TempDirectory() {
  const char* given = std::getenv("TMPDIR");
  return given != nullptr && *given != '\0' ? given : "/tmp";
}

absl::StatusOr<TempFile> TempFile::Create() {
  const std::string directory = TempDirectory();
  int file = open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
    // A file system without O_TMPFILE: a name for a moment.
    std::string path = directory + "/kb-sheet-XXXXXX";
    file = mkostemp(path.data(), O_CLOEXEC);
    if (file >= 0) unlink(path.c_str());
  }
  if (file < 0) return NoRoom();
  return TempFile(file);
}

TempFile::TempFile(TempFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

TempFile& TempFile::operator=(TempFile&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

TempFile::~TempFile() {
  if (file_ >= 0) close(file_);
}

std::string TempFile::Path() const { return "/proc/self/fd/" + std::to_string(file_); }

absl::Status TempFile::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(file_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return NoRoom();
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> TempFile::ReadAt(int64_t offset, size_t bytes_max) const {
  std::string bytes(bytes_max, '\0');
  size_t done = 0;
  while (done < bytes_max) {
    const ssize_t got =
        pread(file_, bytes.data() + done, bytes_max - done, offset + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return NoRoom();
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

int64_t TempFile::Size() const {
  struct stat facts {};
  return fstat(file_, &facts) == 0 ? facts.st_size : 0;
}

}  // namespace hotline::knowledge::sheets
