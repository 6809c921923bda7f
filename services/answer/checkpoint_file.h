// The file of a checkpoint: a head and named sections, each with its SHA-256. Nothing is handed out
// before it has been checked, so a file that is cut short, damaged, or of another format is refused
// and never half believed.
//
//   magic, format, size of the head, head, hash of all that
//   section, section, …
//   table: of each section its name, place, size and hash
//   place and size of the table, its hash, size of the file, magic
//
// Sections are read into memory of ours rather than mapped: a mapped page that the disk can no
// longer give kills the process, and is read again after it was checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hotline::answer {

// Writes one file, which is there under its name when Finish returns OK, whole and synced, or not
// at all. Readable by its owner alone. One thread.
class CheckpointWriter {
 public:
  // Begins `path` + ".draft"; UNAVAILABLE with what the system said.
  static absl::StatusOr<std::unique_ptr<CheckpointWriter>> Create(const std::string& path,
                                                                  std::string_view head);
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;
  // Removes the draft, unless it was finished.
  ~CheckpointWriter();

  absl::Status Add(std::string_view name, std::string_view bytes);
  // Writes the table, syncs, gives the file its name, syncs the folder.
  absl::Status Finish();
  // Bytes written so far.
  uint64_t size() const { return size_; }

 private:
  struct Section {
    std::string name;
    uint64_t place = 0;
    uint64_t size = 0;
    std::string hash;
  };
  CheckpointWriter(std::string path, int file);
  absl::Status Write(std::string_view bytes);

  std::string path_;
  std::string draft_;
  int file_;
  uint64_t size_ = 0;
  uint64_t handed_over_ = 0;  // to the disk
  std::vector<Section> sections_;
};

// Reads one file. Thread-safe. Errors: NOT_FOUND, DATA_LOSS (damaged), FAILED_PRECONDITION (of
// another format), UNAVAILABLE (cannot be read).
class CheckpointReader {
 public:
  // Checks the head and the table.
  static absl::StatusOr<std::unique_ptr<CheckpointReader>> Open(const std::string& path);
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;
  ~CheckpointReader();

  const std::string& head() const { return head_; }
  size_t section_count() const { return sections_.size(); }
  const std::string& section_name(size_t section) const { return sections_[section].name; }
  uint64_t size() const { return size_; }
  // The bytes of a section, checked.
  absl::StatusOr<std::string> Read(size_t section) const;

 private:
  struct Section {
    std::string name;
    uint64_t place = 0;
    uint64_t size = 0;
    std::string hash;
  };
  explicit CheckpointReader(int file) : file_(file) {}
  absl::Status ReadHead();
  absl::Status ReadTable();
  absl::Status ReadAt(uint64_t place, uint64_t size, std::string& bytes) const;

  int file_;
  uint64_t size_ = 0;
  std::string head_;
  std::vector<Section> sections_;
};

// Syncs the folder that holds `path`.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace hotline::answer
