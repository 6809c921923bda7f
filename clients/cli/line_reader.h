// Lines of a file in bounded memory: plain, zstd (.zst), or standard input ("-").
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace hotline::cli {

// A line longer than this is cut there; the rest is dropped, and the row is refused by the service
// as too long.
inline constexpr size_t kLineBytesMax = 512U << 10U;

class LineReader {
 public:
  static absl::StatusOr<std::unique_ptr<LineReader>> Open(const std::string& path);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  // Reads the next line without its end; false at the end of the file. DATA_LOSS when the
  // compressed data is damaged.
  absl::StatusOr<bool> Next(std::string& line);

  // Bytes read from the file so far, and its size (0 = not known): for progress.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_total() const { return bytes_total_; }

 private:
  LineReader() = default;
  absl::Status Fill();

  struct Decoder;
  std::FILE* file_ = nullptr;
  std::unique_ptr<Decoder> decoder_;  // null for plain files
  std::string buffer_;
  size_t at_ = 0;
  bool end_ = false;
  uint64_t bytes_read_ = 0;
  uint64_t bytes_total_ = 0;
};

}  // namespace hotline::cli
