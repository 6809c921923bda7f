// Finding entries in a view: the visibility rule inside the index, and the nearest region first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "services/answer/corpus.h"
#include "services/answer/visibility.h"
#include "services/index/index.h"

namespace hotline::answer {

// What entries must be besides visible; an empty filter accepts all.
struct FindFilter {
  std::string_view category;
  std::string_view department;
  knowledge::v1::EntryKind kind = knowledge::v1::ENTRY_KIND_UNSPECIFIED;
  // Asked last, about what passed all else; may be slow. Empty: everything passes.
  std::function<bool(uint64_t key)> also = {};
  // Of this region or below it; kAnyRegion: wherever the viewer sees it.
  RegionCode within = kAnyRegion;
  // ExpansionsOf the query, where the caller has them already; null: they are made.
  const std::vector<index::Expansion>* expansions = nullptr;
};

// One entry found.
struct Found {
  const PublishedEntry* entry = nullptr;  // of the view that was searched
  index::Hit hit;
  int distance = 0;  // steps from the region asked for up to the entry's
};

// The score of an entry whose region is one step further away is multiplied by this.
inline constexpr double kRegionStep = 0.94;

// The factor of an entry of `region`, which must be the viewer's or one above it.
double NearnessOf(const Viewer& viewer, RegionCode region);

// The other ways to say parts of a query that Find searches for: what sounds alike or is written
// otherwise in the base, and the synonym sets; the heaviest first. All of them are searched, and
// each stands in an entry that the viewer may see: nothing else may be shown to him.
std::vector<index::Expansion> ExpansionsOf(const View& view, std::string_view query,
                                           const Viewer& viewer);

// The best entries for a query and its expansions, best first, at most `limit` of them. When a
// region was asked for, of several entries with the same question only the one of the nearest
// region is offered.
std::vector<Found> Find(const View& view, std::string_view query, const Viewer& viewer,
                        const FindFilter& filter, size_t limit);

// One completion.
struct Completed {
  const PublishedEntry* entry = nullptr;
  index::Completion completion;
};
std::vector<Completed> Complete(const View& view, std::string_view text, const Viewer& viewer,
                                size_t limit);

}  // namespace hotline::answer
