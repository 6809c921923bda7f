// What a search made of parts of a query, for people: phrases, exclusions, other ways to say it.
#pragma once

#include <span>
#include <string_view>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/query_syntax.h"
#include "services/index/expansion.h"

namespace hotline::answer {

// The kind under which an expansion is told.
v1::QueryReading::Part::Kind KindOf(index::ExpansionSource source);

// Adds the phrases and exclusions. `value` is the phrase, folded; with `cut_short` it is said that
// not every entry was looked at.
void AddConditions(const SearchQuery& query, bool cut_short, v1::QueryReading& reading);

// Adds the expansions of `query`: one part for each place and source, with all that was searched
// for as well. `value` lists the same, one a line.
void AddExpansions(std::string_view query, std::span<const index::Expansion> expansions,
                   v1::QueryReading& reading);

// Puts the parts in the order of the contract: by begin, then by kind.
void SortParts(v1::QueryReading& reading);

}  // namespace hotline::answer
