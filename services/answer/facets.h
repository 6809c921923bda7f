// How the hits of a search are spread over regions, categories, departments and kinds.
#pragma once

#include <cstddef>
#include <span>

#include "absl/status/status.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/answer/corpus.h"
#include "services/answer/finder.h"

namespace hotline::answer {

// Values of one facet that are given; the less frequent ones are left out.
inline constexpr size_t kFacetValuesMax = 50;

// FIELD_INVALID (facets) for an unknown field and for one that is asked for twice.
absl::Status CheckFacets(const v1::SearchRequest& request);

// True when the request narrows the very field of the facet: then the facet is counted without that
// filter, so that it shows where else there is something.
bool IsNarrowed(const v1::SearchRequest& request, v1::Facet::Field field);

// Counts hits of the corpus: most frequent first, equal ones by value. Entries without a value
// (category, department) are not counted.
v1::Facet CountFacet(const Corpus& corpus, std::span<const Found> found, v1::Facet::Field field);

// "热点问答" …, as editors call it.
std::string_view KindName(knowledge::v1::EntryKind kind);

}  // namespace hotline::answer
