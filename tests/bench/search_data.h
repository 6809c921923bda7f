// Reads the data folder for the search benchmark and the retrieval harness.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/document.h"

namespace hotline::bench {

// A row of a corpus, ready for the index; its key is its position.
struct Row {
  std::string id;
  std::string type;  // faq, case, guide, statute
  index::IndexDocument document;
  std::string category;
  std::string department;
  std::string region;
  size_t text_bytes = 0;  // of question, similar questions, keywords and answer
};

// A query and the ids of the rows that answer it.
struct Judgment {
  std::string query;
  std::vector<std::string> relevant;
};

// KOUJING_SHARED_DIR or ../shared beside the source, with "/data".
std::string DataDir();

// The row of one line; false when it is not a JSON object.
bool ParseRow(std::string_view line, size_t position, Row& row);

// The lines of a file, unpacked when its name ends in .zst. Empty when it cannot be read.
std::vector<std::string> ReadLines(const std::string& path);
std::vector<Row> ReadCorpus(const std::string& path);
// A row of the seed format; an empty row when the line is no JSON object.
Row ParseRow(const std::string& line, size_t position);
std::vector<Judgment> ReadJudgments(const std::string& path);

}  // namespace hotline::bench
