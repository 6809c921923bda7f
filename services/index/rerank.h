// The second stage of a search: puts the best candidates of the first stage in order by what a
// small network makes of their features. The weights are learned from the dev halves of the judged
// sets; rerank_model.inc names the command that made them.
#pragma once

#include <vector>

#include "services/index/features.h"
#include "services/index/first_stage.h"

namespace hotline::index {

// Candidates that the second stage looks at. More change next to nothing (docs/ranking.md).
inline constexpr size_t kRerankedCandidates = 32;

// How good a candidate is beside others of the same query, in nats: exp of the difference is how
// many times as probable the better one is. A network of one hidden layer of rectifiers, with a
// direct path from the features; pure.
double Judge(const Features& features);

// Puts the first kRerankedCandidates in order and gives every candidate its final score: 1 for the
// best, and for the others exp of a quarter of the difference, so that a boost multiplies scores.
// Those after them keep their order, below. `candidates` are sorted by the first stage and stay
// sorted.
void Rerank(const IndexSnapshot& snapshot, const QueryPlan& plan, const SearchOptions& options,
            std::vector<Candidate>& candidates);

}  // namespace hotline::index
