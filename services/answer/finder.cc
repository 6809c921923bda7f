#include "services/answer/finder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "services/index/fold.h"
#include "services/index/presence.h"
#include "services/index/query.h"
#include "services/index/respell.h"

namespace hotline::answer {
namespace {

// Hits looked at beyond those wanted, since entries of a wider region give way to nearer ones.
constexpr size_t kSpareHits = 30;

VisibilityFacts FactsOf(const index::DocAttributes& attributes) {
  return {.effective = attributes.valid_from,
          .expire = attributes.valid_to,
          .region = attributes.region,
          .channels = static_cast<uint16_t>(attributes.channels)};
}

// Keeps, of the items with one question, the nearest, at the place of the first. Items have
// `entry`.
template <typename Item, typename DistanceOf>
std::vector<Item> NearestOnly(std::vector<Item> items, const DistanceOf& distance_of) {
  std::unordered_map<uint64_t, size_t> places;
  std::vector<Item> kept;
  for (Item& item : items) {
    const auto [place, added] = places.emplace(item.entry->question, kept.size());
    if (added) {
      kept.push_back(std::move(item));
    } else if (distance_of(item) < distance_of(kept[place->second])) {
      kept[place->second] = std::move(item);
    }
  }
  return kept;
}

}  // namespace

double NearnessOf(const Viewer& viewer, RegionCode region) {
  if (viewer.region == kAnyRegion) return 1.0;
  return std::pow(kRegionStep, Distance(viewer.region, region).value_or(0));
}

std::vector<index::Expansion> ExpansionsOf(const View& view, std::string_view query,
                                           const Viewer& viewer) {
  const Corpus& corpus = *view.corpus;
  const auto visible = [&](const index::DocAttributes& attributes) {
    return IsVisible(FactsOf(attributes), viewer);
  };
  std::vector<index::Expansion> expansions = index::Respell(*corpus.index, query, visible);
  if (corpus.synonyms.size() > 0) {
    std::u32string folded;
    index::Fold(query, index::kMaxQueryCharacters, folded);
    std::vector<index::Expansion> others = corpus.synonyms.ExpansionsFor(folded);
    expansions.insert(expansions.end(), std::make_move_iterator(others.begin()),
                      std::make_move_iterator(others.end()));
  }
  // What only hidden entries have would take the room of others in the plan.
  std::erase_if(expansions, [&](const index::Expansion& expansion) {
    return !index::SomeHas(*corpus.index, expansion.text, visible);
  });
  if (expansions.empty()) return expansions;
  index::QueryPlan plan = index::PlanQuery(
      *corpus.index, query, {.expansions = expansions, .trade_words = corpus.trade_words.get()});
  std::vector<index::Expansion> taken;
  for (index::PlannedExpansion& planned : plan.expansions) {
    taken.push_back(std::move(planned.expansion));
  }
  return taken;
}

std::vector<Found> Find(const View& view, std::string_view query, const Viewer& viewer,
                        const FindFilter& filter, size_t limit) {
  const Corpus& corpus = *view.corpus;
  const bool any_category = filter.category.empty();
  const std::vector<uint32_t> categories =
      any_category ? std::vector<uint32_t>() : corpus.words->FindTree(filter.category);
  const uint32_t department =
      filter.department.empty() ? WordTable::kNone : corpus.words->Find(filter.department);
  const auto visible = [&](const index::DocAttributes& attributes) {
    return IsVisible(FactsOf(attributes), viewer) &&
           (filter.kind == knowledge::v1::ENTRY_KIND_UNSPECIFIED ||
            attributes.kind == filter.kind) &&
           (department == WordTable::kNone || attributes.department == department) &&
           (filter.within == kAnyRegion || Distance(attributes.region, filter.within)) &&
           (any_category ||
            std::binary_search(categories.begin(), categories.end(), attributes.category)) &&
           (filter.also == nullptr || filter.also(attributes.key));
  };
  const auto nearness = [&](const index::DocAttributes& attributes) {
    return NearnessOf(viewer, attributes.region);
  };
  // Without a region no hit gives way to another. Only the first hit's details are wanted, and who
  // puts another first finds them anew (IndexSnapshot::UnitCoverage).
  const bool any_region = viewer.region == kAnyRegion;
  const size_t wanted = any_region ? limit : limit + kSpareHits;
  const std::vector<index::Expansion> made = filter.expansions == nullptr
                                                 ? ExpansionsOf(view, query, viewer)
                                                 : std::vector<index::Expansion>();
  const auto& expansions = filter.expansions == nullptr ? made : *filter.expansions;
  index::SearchOptions options{.limit = std::min(wanted, index::kMaxHits),
                               .filter = visible,
                               .boost = nearness,
                               .boost_max = 1.0,
                               .expansions = expansions,
                               .trade_words = corpus.trade_words.get(),
                               .detailed = 1};
  std::vector<Found> found;
  for (index::Hit& hit : corpus.index->Search(query, options)) {
    const PublishedEntry* entry = corpus.entries.Find(hit.key);
    // The index and the entries are of one corpus; checked again because this is the last place to.
    if (entry == nullptr || !IsVisible(entry->facts, viewer)) continue;
    found.push_back({entry, hit, *Distance(viewer.region, entry->facts.region)});
  }
  if (viewer.region != kAnyRegion) {
    found = NearestOnly(std::move(found), [](const Found& item) { return item.distance; });
  }
  if (found.size() > limit) found.resize(limit);
  return found;
}

std::vector<Completed> Complete(const View& view, std::string_view text, const Viewer& viewer,
                                size_t limit) {
  const Corpus& corpus = *view.corpus;
  const auto visible = [&](const index::DocAttributes& attributes) {
    return IsVisible(FactsOf(attributes), viewer);
  };
  index::SearchOptions options{.limit = limit + kSpareHits, .filter = visible};
  std::vector<Completed> completed;
  for (const index::Completion& completion : corpus.index->Suggest(text, options)) {
    const PublishedEntry* entry = corpus.entries.Find(completion.key);
    if (entry == nullptr || !IsVisible(entry->facts, viewer)) continue;
    completed.push_back({entry, completion});
  }
  if (viewer.region != kAnyRegion) {
    completed = NearestOnly(std::move(completed), [&](const Completed& item) {
      return *Distance(viewer.region, item.entry->facts.region);
    });
  }
  if (completed.size() > limit) completed.resize(limit);
  return completed;
}

}  // namespace hotline::answer
