// A file read in a process of its own (kb-sheet-reader): whatever the file does to its reader, the
// service lives. Nothing is acted on before the reader has come to the end of the file.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/row_frames.h"
#include "services/knowledge/sheets/temp_file.h"

namespace hotline::knowledge::sheets {

struct ReaderSettings {
  int memory_mib = kReaderMemoryMib;
  int cpu_seconds = kReaderCpuSeconds;
  int wall_seconds = kReaderWallSeconds;
  // The program; empty = kb-sheet-reader beside the running program.
  std::string program;
};

// Used by one thread at a time.
class ReaderProcess {
 public:
  // Starts reading `file`, which must outlive this. UNAVAILABLE (NOT_SERVING) when the program is
  // not there, (OVERLOADED) when kReadersMax files are being read; RESOURCE_EXHAUSTED (DISK_FULL).
  static absl::StatusOr<std::unique_ptr<ReaderProcess>> Start(const TempFile& file,
                                                              const ReaderSettings& settings);
  ReaderProcess(const ReaderProcess&) = delete;
  ReaderProcess& operator=(const ReaderProcess&) = delete;
  // Ends the process if it still runs.
  ~ReaderProcess();

  // True once the file was read to its end: facts() and rows() hold. False: it is still being read
  // after `patience`. INVALID_ARGUMENT (BAD_FILE) for a file that cannot be read, or that drove its
  // reader into a limit.
  absl::StatusOr<bool> Wait(std::chrono::milliseconds patience);

  const FileFacts& facts() const { return facts_; }
  // The rows, for a FrameReader.
  const TempFile& rows() const { return rows_; }

 private:
  ReaderProcess(TempFile rows, TempFile outcome, const ReaderSettings& settings);
  absl::Status Spawn(const TempFile& file, const ReaderSettings& settings);
  absl::Status Judge(int wait_status);
  void Kill();
  void End();

  TempFile rows_;
  TempFile outcome_;
  const std::chrono::steady_clock::time_point until_;
  pid_t pid_ = -1;
  int pidfd_ = -1;
  bool ended_ = false;
  FileFacts facts_;
};

}  // namespace hotline::knowledge::sheets
