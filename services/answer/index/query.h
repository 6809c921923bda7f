// What a query asks of a snapshot: its terms and how much each of them says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/answer/index/analyzer.h"
#include "services/answer/index/index.h"

namespace hotline::answer::index {

// Live documents of a snapshot that have a term.
size_t LiveFrequency(const IndexSnapshot& snapshot, TermId term);

// Information of a term that `frequency` of `documents` have, in nats.
double InverseFrequency(size_t frequency, size_t documents);

// One term of the query.
struct QueryTerm {
  TermId term = 0;
  bool primary = false;  // not a mere character of a longer run
  double weight =
      0;  // share of the query's information: idf times what its kind is worth, of the whole
  size_t indexes_begin = 0;  // in QueryPlan::indexes
};

// Terms of a plan: those of the query and those of its expansions.
inline constexpr size_t kMaxPlanTerms = kMaxQueryTerms + 48;

// A query against one snapshot.
struct QueryPlan {
  // Those that some document has, at most kMaxQueryTerms, in the order of the query. Their weights
  // add up to 1, less the share of the terms that no document has.
  std::vector<QueryTerm> terms;
  // Of each term in the segment of each view; may be Segment::kNoTerm. Those of a term stand
  // together.
  std::vector<uint32_t> indexes;
  std::vector<TermId> all_terms;  // every primary term of the query, ascending
  std::string squeezed;           // folded, without blanks
  bool names_law = false;
};

QueryPlan PlanQuery(const IndexSnapshot& snapshot, std::string_view query);

}  // namespace hotline::answer::index
