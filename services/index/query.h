// What a query asks of a snapshot: its terms and how much each of them says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/index.h"

namespace hotline::index {

// Live documents of a snapshot that have a term.
size_t LiveFrequency(const IndexSnapshot& snapshot, TermId term);

// Information of a term that `frequency` of `documents` have, in nats.
double InverseFrequency(size_t frequency, size_t documents);

// The primary terms of a folded query, ascending.
std::vector<TermId> PrimaryTermsOf(std::u32string_view folded);

// One term of the query, or of an expansion of it.
struct QueryTerm {
  TermId term = 0;
  bool primary = false;  // not a mere character of a longer run
  double weight =
      0;  // share of the query's information: idf times what its kind is worth, of the whole
  uint32_t begin =
      0;  // where it stands first in the folded query; of an expansion: what it stands for
  uint32_t end = 0;
  size_t indexes_begin = 0;  // in QueryPlan::indexes
};

// Terms of a plan: those of the query and those of its expansions.
inline constexpr size_t kMaxPlanTerms = kMaxQueryTerms + 48;

// An expansion of which some document has something.
struct PlannedExpansion {
  Expansion expansion;
  // All its terms, as indexes into QueryPlan::terms; those that the query has too are among them.
  std::vector<uint16_t> terms;
};

// A query against one snapshot.
struct QueryPlan {
  // Those that some document has: of the query at most kMaxQueryTerms, in its order, then those of
  // expansions. The weights of the query's terms add up to 1, less the share of the terms that no
  // document has and that nothing stands in for.
  std::vector<QueryTerm> terms;
  size_t typed = 0;  // how many of them are the query's own
  // Of each term in the segment of each view; may be Segment::kNoTerm. Those of a term stand
  // together.
  std::vector<uint32_t> indexes;
  std::vector<TermId> all_terms;  // every primary term of the query, ascending
  std::vector<PlannedExpansion> expansions;
  const text::Overlay* trade_words = nullptr;  // of the options
  std::u32string folded;
  std::string squeezed;  // folded, without blanks
  bool names_law = false;
};

// Reads expansions and trade_words of the options.
QueryPlan PlanQuery(const IndexSnapshot& snapshot, std::string_view query,
                    const SearchOptions& options = {});

}  // namespace hotline::index
