// Queries with the rows that answer them.
//
//   query<TAB>id[,id…]                  each of the rows answers the query
//   query<TAB>id[,id…]<TAB>grade[,…]    with one grade per id (0 = does not answer it), or one for
//                                       all; lines of one query are taken together
//   query                               (lists of what the base cannot answer) nothing answers it
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace hotline::eval {

// The greatest grade: gains grow as 2^grade.
inline constexpr int kGradeMax = 10;

struct Query {
  std::string text;
  std::map<std::string, int> grades;  // by row id; 1 where the file has none
};

// Reads such a file, plain or .zst. Queries keep the order of the file; without grades a query that
// stands there twice is asked twice. INVALID_ARGUMENT names the line and what to do.
absl::StatusOr<std::vector<Query>> ReadQueries(const std::string& path);

// Reads a list of queries that nothing in the corpus answers; what follows a tab is ignored.
absl::StatusOr<std::vector<Query>> ReadUnanswerable(const std::string& path);

// The first `length_max` characters of a query: longer ones are refused by the service.
std::string CutQuery(std::string_view text, size_t length_max);

}  // namespace hotline::eval
