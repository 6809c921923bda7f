// 内容重复 and 口径矛盾: other texts that answer the same question, and what they say otherwise.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "services/knowledge/checks/base_index.h"
#include "services/knowledge/checks/finding.h"

namespace hotline::knowledge::checks {

// From this likeness on two canonical questions are one question …
inline constexpr double kDuplicateLikeness = 0.82;
// … which stands in the way in the same region from here on.
inline constexpr double kDuplicateBlocks = 0.9;
// A similar question of one text is the canonical one of the other: whoever asks it could mean
// both. Similar questions of both that agree say nothing: siblings share the name of what is above
// them.
inline constexpr double kSharedWording = 0.95;
// Cases are told apart by what was answered, since their titles repeat each other.
inline constexpr double kCaseAnswerLikeness = 0.6;
// Matters of guides have official names, of which one character makes another matter.
inline constexpr double kSameGuide = 0.95;
// Two texts whose questions are this alike speak of one matter.
inline constexpr double kMatterLikeness = 0.82;
// Neighbours that are compared and told.
inline constexpr size_t kNeighboursMax = 20;

// What a text is compared with.
struct Comparison {
  const BaseIndex& index;
  const v1::EntryContent& content;
  std::string_view name;  // entries/… that the text is of; empty = none yet
};

// Both at once, because they look at the same neighbours.
void CheckSameMatter(const Comparison& comparison, std::vector<v1::Finding>* findings);

}  // namespace hotline::knowledge::checks
