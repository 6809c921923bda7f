// Why a search gives a document its place: what of the query it has, and the numbers that make its
// score. For people and tests; a search does not compute it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/index.h"

namespace hotline::index {

// A part of the query that the document has.
struct MatchedPart {
  std::u32string text;   // as it was matched, folded
  std::u32string typed;  // what of the folded query it stands for; empty when it is the same
  std::optional<ExpansionSource> source;  // absent: as typed
  double weight = 0;                      // share of the query's information
  bool in_question = false;               // the best wording has it
};

// How the score comes about: score = text x prior x boost.
struct ScoreParts {
  std::vector<MatchedPart> parts;  // heaviest first; their weights add up to `found`
  double text = 0;                 // what its texts are worth (scorer.h)
  double prior = 1;                // of its tier
  double boost = 1;                // SearchOptions::boost
  double score = 0;                // before any later stage
  double covered = 0;              // share of the query's information in the best wording
  double found = 0;                // … anywhere in the document
  uint32_t unit = 0;               // the best wording
  bool exact = false;              // it reads like the query
};

// Explains the place of the document whose attributes are `of` (Hit::attributes) in
// snapshot.Search(query, options). nullopt when the snapshot has no such document, or it has
// nothing of the query.
std::optional<ScoreParts> Explain(const IndexSnapshot& snapshot, std::string_view query,
                                  const SearchOptions& options, const DocAttributes& of);

}  // namespace hotline::index
