// Runs queries against an instance and judges what comes.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "clients/cpp/client.h"
#include "tests/eval/measures.h"
#include "tests/eval/query_file.h"

namespace hotline::eval {

struct JudgeOptions {
  bool ask = false;        // asks (Ask) as well as searches
  int relevant_grade = 1;  // rows of this grade or a higher one answer the query
};

// The queries of one file, judged.
struct JudgedSet {
  std::string name;
  std::vector<Judged> queries;
  Summary summary;
  size_t cut = 0;             // queries that were longer than the service takes
  std::string first_refusal;  // why the service refused a query, if it did
};

// Searches (and asks) for one query after the other. Fails when the service cannot be reached; a
// query that it refuses counts as one that found nothing.
absl::StatusOr<JudgedSet> JudgeQueries(client::Client& client, const std::string& name,
                                       const std::vector<Query>& queries,
                                       const JudgeOptions& options);

}  // namespace hotline::eval
