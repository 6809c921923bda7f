// Top-k search: MaxScore over windows of documents.
//
// Each list of a query term has a greatest impact, per window. With the terms in ascending order of
// that bound, the longest beginning of the order that cannot lift a document over the k-th best
// score alone is "optional": a document is a candidate only if one of the other lists has it. Those
// lists are added up document by document of the window, and short optional ones with them, because
// adding a few postings is cheaper than looking candidates up; only candidates whose sum and the
// bound of the optional lists that are left can still win are looked up there, and only those that
// then can still win are scored exactly.
//
// Windows come in the order of what their best document could score at most, whatever their
// segment: the k-th best score is high early, and the first window that cannot reach it ends the
// search. The exact score never depends on the order of this work.
#include "services/index/first_stage.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace hotline::index {
namespace {

// Sums in float and double differ a little; bounds are widened by more than that.
constexpr double kSlack = 1 + 1e-5;

// Postings in a window up to which a list is added up although it is optional.
constexpr uint32_t kAddedLength = 64;

// A query term's list in one segment, and the part of it within the window at hand.
struct TermList {
  PostingList list;  // with its windows, whatever its length
  const QueryTerm* term = nullptr;
  size_t order = 0;  // place in the query
  uint32_t begin = 0;
  uint32_t end = 0;
  double impact = 0;   // greatest weight x impact in the window
  double covered = 0;  // greatest part of the coverage in the window
};

// What a query needs of one segment.
struct Area {
  const IndexSnapshot::View* view = nullptr;
  double prior = 1;
  double factor_max = 1;        // prior x greatest boost
  std::vector<TermList> lists;  // by ascending bound
  // The windows of short lists, which the segment does not keep.
  std::vector<uint16_t> window_begin;
  std::vector<Payload> window_bound;

  size_t windows() const { return (view->segment->size() + kWindowDocs - 1) >> kWindowBits; }
};

// A window to be searched.
struct Place {
  double bound = 0;  // of the score of its documents
  Area* area = nullptr;
  size_t window = 0;
};

// A document of the window that can still win.
struct Prospect {
  double bound = 0;  // of its score
  uint32_t offset = 0;
  friend bool operator<(const Prospect& a, const Prospect& b) {
    return a.bound != b.bound ? a.bound < b.bound : a.offset > b.offset;
  }
};

Payload FindPayload(const TermList& list, DocId doc) {
  const DocId* const end = list.list.docs + list.end;
  const DocId* const at = std::lower_bound(list.list.docs + list.begin, end, doc);
  return at != end && *at == doc ? list.list.payloads[at - list.list.docs] : Payload{0};
}

// The first posting of the window, from `at` on, whose document is not before `doc`.
uint32_t SkipTo(const TermList& list, uint32_t at, DocId doc) {
  const DocId* const docs = list.list.docs;
  uint32_t step = 1;
  while (at + step < list.end && docs[at + step] < doc) {
    at += step;
    step *= 2;
  }
  const DocId* const end = docs + std::min(list.end, at + step + 1);
  return static_cast<uint32_t>(std::lower_bound(docs + at, end, doc) - docs);
}

// Where the postings of a window end that begin at `begin`.
uint32_t WindowEnd(const PostingList& list, uint32_t begin, size_t window, bool last) {
  if (list.count >= kLongList) return last ? list.count : list.window_begin[window + 1];
  uint32_t end = begin;
  while (end < list.count && list.docs[end] >> kWindowBits == window) ++end;
  return end;
}

class Searcher {
 public:
  Searcher(const IndexSnapshot& snapshot, const QueryPlan& plan, const SearchOptions& options,
           size_t limit)
      : snapshot_(snapshot),
        plan_(plan),
        options_(options),
        limit_(limit),
        scale_(snapshot.weights().field),
        formula_(snapshot.weights().query),
        scorer_(formula_, scale_, plan.squeezed) {}

  std::vector<Candidate> Run() {
    if (limit_ == 0 || plan_.terms.empty()) return {};
    areas_.resize(snapshot_.views().size());
    for (size_t i = 0; i < areas_.size(); ++i) CollectLists(i);
    for (Area& area : areas_) CollectPlaces(area);
    std::sort(places_.begin(), places_.end(),
              [](const Place& a, const Place& b) { return a.bound > b.bound; });
    for (const Place& place : places_) {
      if (place.bound * kSlack < WorstKept()) break;
      SearchPlace(place);
    }
    std::sort(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  void CollectLists(size_t number);
  void AddWindows(Area& area, TermList& list) const;
  void CollectPlaces(Area& area);
  void LoadWindow(size_t window);
  void SumUp();
  void SearchPlace(const Place& place);
  size_t SetOptionalApart();
  void CollectCandidates(size_t optional);
  void AddOptional(size_t window, size_t optional);
  void TryCandidate(DocId doc);
  void ScoreExactly(DocId doc, double boost);
  void Keep(const Candidate& found);

  double WorstKept() const {
    if (options_.exhaustive || heap_.size() < limit_)
      return -std::numeric_limits<double>::infinity();
    return heap_.front().score;
  }
  float CoversOf(const TermList& list, bool in_question) const {
    return static_cast<float>(formula_.Covers(list.term->weight, in_question));
  }
  // Bound of the score of a document of the window, if the first `optional` lists are not in its
  // sums yet.
  double BoundOf(size_t offset, size_t optional) const {
    return area_->factor_max *
           formula_.Bound(static_cast<double>(impact_[offset]) + impact_upto_[optional],
                          static_cast<double>(covered_[offset]) + covered_upto_[optional]);
  }
  // True when a document with these sums at most cannot enter the results.
  bool IsHopeless(double impact, double covered) const {
    return formula_.Bound(impact, covered) * area_->factor_max * kSlack < WorstKept();
  }

  const IndexSnapshot& snapshot_;
  const QueryPlan& plan_;
  const SearchOptions& options_;
  const size_t limit_;
  const ImpactScale scale_;
  const ScoreFormula formula_;
  DocumentScorer scorer_;
  std::vector<Candidate> heap_;

  std::vector<Area> areas_;
  std::vector<Place> places_;
  Area* area_ = nullptr;             // the one at hand
  std::vector<TermList*> active_;    // those with postings in the window, in this order
  std::vector<double> impact_upto_;  // sums of bounds of active_[0 .. i)
  std::vector<double> covered_upto_;
  std::vector<Prospect> candidates_;
  std::vector<Match> matches_;
  alignas(64) std::array<float, kWindowDocs> impact_{};
  alignas(64) std::array<float, kWindowDocs> covered_{};
};

void Searcher::CollectLists(size_t number) {
  Area& area = areas_[number];
  area.view = &snapshot_.views()[number];
  const Segment& segment = *area.view->segment;
  const bool demoted = segment.tier() == RankTier::kStatute && !plan_.names_law;
  area.prior = demoted ? snapshot_.weights().query.statute_prior : 1.0;
  area.factor_max = area.prior * options_.boost_max;
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    const QueryTerm& term = plan_.terms[i];
    const uint32_t index = plan_.indexes[term.indexes_begin + number];
    if (index == Segment::kNoTerm) continue;
    TermList& list = area.lists.emplace_back();
    list.list = segment.List(index);
    list.term = &term;
    list.order = i;
    list.impact = term.weight * static_cast<double>(scale_.Decode(list.list.bound));
  }
  std::sort(area.lists.begin(), area.lists.end(), [](const TermList& a, const TermList& b) {
    return a.impact != b.impact ? a.impact < b.impact : a.order < b.order;
  });
  // The pointers into them must stay valid.
  area.window_begin.reserve(area.lists.size() * area.windows());
  area.window_bound.reserve(area.lists.size() * area.windows());
  for (TermList& list : area.lists) {
    if (list.list.window_begin == nullptr) AddWindows(area, list);
  }
}

// Does for a short list what Segment::BuildWindows does for long ones; only windows with postings
// get a beginning.
void Searcher::AddWindows(Area& area, TermList& list) const {
  const size_t first = area.window_begin.size();
  area.window_begin.resize(first + area.windows());
  area.window_bound.resize(first + area.windows());
  uint16_t* const begin = area.window_begin.data() + first;
  Payload* const bound = area.window_bound.data() + first;
  for (uint32_t at = 0; at < list.list.count; ++at) {
    const size_t window = list.list.docs[at] >> kWindowBits;
    if (bound[window] == 0) begin[window] = static_cast<uint16_t>(at);
    bound[window] = Joined(bound[window], list.list.payloads[at]);
  }
  list.list.window_begin = begin;
  list.list.window_bound = bound;
}

void Searcher::CollectPlaces(Area& area) {
  std::array<double, kMaxSegmentDocs / kWindowDocs> impact{};
  std::array<double, kMaxSegmentDocs / kWindowDocs> covered{};
  const size_t windows = area.windows();
  for (const TermList& list : area.lists) {
    const double weight = list.term->weight;
    for (size_t window = 0; window < windows; ++window) {
      const Payload bound = list.list.window_bound[window];
      if (bound == 0) continue;
      impact[window] += weight * static_cast<double>(scale_.Decode(bound));
      covered[window] += formula_.Covers(weight, (bound & kInQuestion) != 0);
    }
  }
  for (size_t window = 0; window < windows; ++window) {
    if (impact[window] <= 0) continue;
    const double bound = area.factor_max * formula_.Bound(impact[window], covered[window]);
    places_.push_back({bound, &area, window});
  }
}

void Searcher::LoadWindow(size_t window) {
  active_.clear();
  const bool last = window + 1 == area_->windows();
  for (TermList& list : area_->lists) {
    const Payload bound = list.list.window_bound[window];
    if (bound == 0) continue;
    list.begin = list.list.window_begin[window];
    list.end = WindowEnd(list.list, list.begin, window, last);
    list.impact = list.term->weight * static_cast<double>(scale_.Decode(bound));
    list.covered = formula_.Covers(list.term->weight, (bound & kInQuestion) != 0);
    active_.push_back(&list);
  }
  SumUp();
}

void Searcher::SearchPlace(const Place& place) {
  area_ = place.area;
  const size_t window = place.window;
  LoadWindow(window);
  const size_t optional = SetOptionalApart();
  for (size_t i = optional; i < active_.size(); ++i) {
    const TermList& list = *active_[i];
    const auto weight = static_cast<float>(list.term->weight);
    const std::array<float, 2> covers{CoversOf(list, false), CoversOf(list, true)};
    for (uint32_t at = list.begin; at < list.end; ++at) {
      const size_t offset = list.list.docs[at] & (kWindowDocs - 1);
      const Payload payload = list.list.payloads[at];
      impact_[offset] += weight * scale_.Decode(payload);
      covered_[offset] += covers[payload >> 7U];
    }
  }
  CollectCandidates(optional);
  AddOptional(window, optional);
  std::make_heap(candidates_.begin(), candidates_.end());
  while (!candidates_.empty()) {
    std::pop_heap(candidates_.begin(), candidates_.end());
    const Prospect candidate = candidates_.back();
    candidates_.pop_back();
    if (candidate.bound * kSlack < WorstKept()) break;
    TryCandidate(static_cast<DocId>(window << kWindowBits | candidate.offset));
  }
  impact_.fill(0);
  covered_.fill(0);
}

// Brings the lists that are looked up only for candidates to the front of active_, in their order;
// returns how many.
size_t Searcher::SetOptionalApart() {
  size_t hopeless = 0;
  while (hopeless + 1 < active_.size() &&
         IsHopeless(impact_upto_[hopeless + 1], covered_upto_[hopeless + 1])) {
    ++hopeless;
  }
  const auto end = active_.begin() + static_cast<std::ptrdiff_t>(hopeless);
  const auto left = std::stable_partition(active_.begin(), end, [](const TermList* list) {
    return list->end - list->begin > kAddedLength;
  });
  const auto optional = static_cast<size_t>(left - active_.begin());
  if (optional < hopeless) SumUp();
  return optional;
}

void Searcher::SumUp() {
  impact_upto_.assign(1, 0);
  covered_upto_.assign(1, 0);
  for (const TermList* list : active_) {
    impact_upto_.push_back(impact_upto_.back() + list->impact);
    covered_upto_.push_back(covered_upto_.back() + list->covered);
  }
}

// The documents of the window whose sums can still win, ascending.
void Searcher::CollectCandidates(size_t optional) {
  candidates_.clear();
  const double optional_impact = impact_upto_[optional];
  double least = std::numeric_limits<double>::min();
  const double worst = WorstKept();
  if (worst > 0) {
    const double needed =
        formula_.LeastImpact(worst / (area_->factor_max * kSlack), covered_upto_.back());
    least = std::max(least, needed - optional_impact - 1e-5 * needed);
  }
  const auto threshold = static_cast<float>(least);
  const float cut = std::max(threshold, std::numeric_limits<float>::min());
  constexpr size_t kStride = 16;
  for (size_t base = 0; base < kWindowDocs; base += kStride) {
    // Without a branch, so that the compiler compares many at a time.
    int any = 0;
    for (size_t i = 0; i < kStride; ++i) any |= static_cast<int>(impact_[base + i] >= cut);
    if (any == 0) continue;
    for (size_t i = base; i < base + kStride; ++i) {
      if (impact_[i] < cut) continue;
      const double bound = BoundOf(i, optional);
      if (bound * kSlack >= worst) candidates_.push_back({bound, static_cast<uint32_t>(i)});
    }
  }
}

// Replaces the bounds of the optional lists by what they hold, the greatest first, and drops the
// candidates that cannot win any more.
void Searcher::AddOptional(size_t window, size_t optional) {
  const double worst = WorstKept();
  for (size_t i = optional; i > 0 && !candidates_.empty(); --i) {
    const TermList& list = *active_[i - 1];
    uint32_t at = list.begin;
    size_t kept = 0;
    for (const Prospect& candidate : candidates_) {
      const uint32_t offset = candidate.offset;
      const auto doc = static_cast<DocId>(window << kWindowBits | offset);
      at = SkipTo(list, at, doc);
      if (at < list.end && list.list.docs[at] == doc) {
        const Payload payload = list.list.payloads[at];
        impact_[offset] += static_cast<float>(list.term->weight) * scale_.Decode(payload);
        covered_[offset] += CoversOf(list, (payload & kInQuestion) != 0);
      }
      const double bound = BoundOf(offset, i - 1);
      if (bound * kSlack >= worst) candidates_[kept++] = {bound, offset};
    }
    candidates_.resize(kept);
  }
}

void Searcher::TryCandidate(DocId doc) {
  if (area_->view->tombstones != nullptr && area_->view->tombstones->IsDeleted(doc)) return;
  const DocAttributes& attributes = area_->view->segment->attributes(doc);
  if (!options_.filter(attributes)) return;
  ScoreExactly(doc, std::min(options_.boost(attributes), options_.boost_max));
}

void Searcher::ScoreExactly(DocId doc, double boost) {
  Candidate found{.view = area_->view, .doc = doc};
  for (const TermList* list : active_) found.payloads[list->order] = FindPayload(*list, doc);
  matches_.clear();
  for (size_t i = 0; i < plan_.terms.size(); ++i) {
    if (found.payloads[i] != 0) matches_.push_back({&plan_.terms[i], found.payloads[i]});
  }
  found.unit = scorer_.Score(*area_->view->segment, doc, matches_);
  found.score = found.unit.value * area_->prior * boost;
  found.key = area_->view->segment->attributes(doc).key;
  Keep(found);
}

void Searcher::Keep(const Candidate& found) {
  if (heap_.size() == limit_) {
    if (!(found < heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
  }
  heap_.push_back(found);
  std::push_heap(heap_.begin(), heap_.end());
}

}  // namespace

std::vector<Candidate> FindCandidates(const IndexSnapshot& snapshot, const QueryPlan& plan,
                                      const SearchOptions& options, size_t limit) {
  return Searcher(snapshot, plan, options, limit).Run();
}

}  // namespace hotline::index
