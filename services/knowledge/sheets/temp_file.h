// A file without a name: gone with its last descriptor, whatever becomes of the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hotline::knowledge::sheets {

// In $TMPDIR or /tmp. Movable. Used by one thread at a time.
class TempFile {
 public:
  // RESOURCE_EXHAUSTED (DISK_FULL) when the directory does not take it.
  static absl::StatusOr<TempFile> Create();

  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&& other) noexcept;
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile();

  int file() const { return file_; }
  // A path under which this process can open it again.
  std::string Path() const;

  absl::Status Append(std::string_view bytes);
  // At most `bytes_max` bytes from `offset`; empty at the end.
  absl::StatusOr<std::string> ReadAt(int64_t offset, size_t bytes_max) const;
  int64_t Size() const;

 private:
  explicit TempFile(int file) : file_(file) {}
  int file_ = -1;
};

// Where temporary files go.
std::string TempDirectory();

}  // namespace hotline::knowledge::sheets
