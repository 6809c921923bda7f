// Corpora to be judged: JSONL rows of the seed format (docs/import-format.md), made fit for the
// import.
//
// Retrieval corpora are often less than a knowledge base asks for: no type, no answer (question
// matching only), no question (a collection of answers). What is absent is filled in so that it
// says nothing to a search; what is there is never changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "clients/cli/line_reader.h"

namespace hotline::eval {

// What stands for an absent text: a mark without a character that a search reads.
inline constexpr std::string_view kAbsentText = "——";
// What stands for an absent category.
inline constexpr std::string_view kAbsentCategory = "未分类";

// A row ready for ImportEntries, format JSONL_SEED.
struct CorpusRow {
  std::string id;       // as the row has it
  std::string json;     // the row to send
  int64_t line = 0;     // in the file, from 1
  bool filled = false;  // something absent was filled in
};

// The row with what was absent filled in. INVALID_ARGUMENT (MALFORMED_ROW) when the line is not a
// JSON object, FIELD_REQUIRED without an id.
absl::StatusOr<CorpusRow> ReadCorpusRow(std::string_view line);

// `entries/{entry}`: the name that the import gives to the row with this id.
std::string EntryNameOf(std::string_view row_id);

// The ids in a file, one a line; blank lines count for nothing. INVALID_ARGUMENT when the file
// cannot be read or names nothing.
absl::StatusOr<std::set<std::string>> ReadIds(const std::string& path);

// Rows of a file, plain or .zst, one after the other.
class CorpusFile {
 public:
  // `only` restricts the corpus to these ids; null = all rows. It must outlive the file.
  static absl::StatusOr<CorpusFile> Open(const std::string& path,
                                         const std::set<std::string>* only);

  // The next row; false at the end. Errors name the line and what to do.
  absl::StatusOr<bool> Next(CorpusRow* row);

  const std::string& path() const { return path_; }

 private:
  CorpusFile(std::string path, std::unique_ptr<cli::LineReader> reader,
             const std::set<std::string>* only);

  std::string path_;
  std::unique_ptr<cli::LineReader> reader_;
  const std::set<std::string>* only_;
  int64_t line_ = 0;
};

}  // namespace hotline::eval
