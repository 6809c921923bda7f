// What kb-eval prints.
#pragma once

#include <string>
#include <vector>

#include "tests/eval/instance.h"
#include "tests/eval/judge.h"

namespace hotline::eval {

// One run over one corpus.
struct Report {
  std::string corpus;
  ImportReport import;
  int64_t resident_bytes = 0;
  int64_t disk_bytes = 0;
  std::vector<JudgedSet> sets;
  JudgedSet unanswerable;  // without queries: none were asked
  // Ids that queries name and the corpus has not: such a row cannot be found.
  size_t missing_ids = 0;
  std::string first_missing_id;
};

// Lines for people.
std::string ToText(const Report& report);

// One JSON object. Keys are documented in docs/evaluation.md.
std::string ToJson(const Report& report);

}  // namespace hotline::eval
