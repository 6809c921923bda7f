// The first stage of a search: the best documents by the formula of scorer.h.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "services/index/index.h"
#include "services/index/query.h"
#include "services/index/scorer.h"
#include "services/index/segment.h"

namespace hotline::index {

// A document that the first stage found.
struct Candidate {
  double score = 0;  // prior and boost included
  DocKey key = 0;
  double belief = 0;  // of the second stage, in nats
  const IndexSnapshot::View* view = nullptr;
  DocId doc = 0;
  UnitScore unit;
  std::array<Payload, kMaxPlanTerms> payloads{};  // of the plan's terms

  // The better one is "less".
  friend bool operator<(const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.key < b.key;
  }
};

// At most `limit` of them, best first. Reads filter, boost and exhaustive of the options.
std::vector<Candidate> FindCandidates(const IndexSnapshot& snapshot, const QueryPlan& plan,
                                      const SearchOptions& options, size_t limit);

}  // namespace hotline::index
