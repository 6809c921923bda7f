// Why an entry was found, and why at its place, for people who look after the base. The numbers
// come from services/index/explain.h; docs/search.md lists the factors.
#pragma once

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/finder.h"
#include "services/index/explain.h"

namespace hotline::answer {

// Parts that are told, heaviest first.
inline constexpr int kExplainedPartsMax = 50;

// Who asked, as far as the explanation speaks of it.
struct Asked {
  RegionCode region = kAnyRegion;
};

// Explains a hit. The factors lexical, statute_prior, region and rerank multiply to the hit's
// score; coverage, coverage_anywhere and exact say what lexical rests on.
v1::Explanation ExplanationOf(const index::ScoreParts& parts, const Found& found,
                              const Asked& asked);

}  // namespace hotline::answer
