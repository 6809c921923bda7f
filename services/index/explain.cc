// Scores one document by the plan and the scorer of the search, so that it gives the same numbers;
// what people read (parts instead of pairs of characters) is put together here.
#include "services/index/explain.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <span>

#include "absl/container/flat_hash_map.h"

#include "services/index/query.h"
#include "services/index/scorer.h"
#include "services/index/segment.h"

namespace hotline::index {
namespace {

struct Place {
  const IndexSnapshot::View* view = nullptr;
  size_t number = 0;  // of the view
  DocId doc = 0;
};

// Where a document lies whose attributes the caller points at.
std::optional<Place> PlaceOf(const IndexSnapshot& snapshot, const DocAttributes& of) {
  for (size_t number = 0; number < snapshot.views().size(); ++number) {
    const IndexSnapshot::View& view = snapshot.views()[number];
    const std::vector<DocAttributes>& all = view.segment->arrays().attributes;
    const std::less<> before;
    if (all.empty() || before(&of, all.data()) || !before(&of, all.data() + all.size())) continue;
    const auto doc = static_cast<DocId>(&of - all.data());
    if (view.tombstones != nullptr && view.tombstones->IsDeleted(doc)) return std::nullopt;
    return Place{&view, number, doc};
  }
  return std::nullopt;
}

std::vector<Match> MatchesIn(const QueryPlan& plan, const Place& place) {
  std::vector<Match> matches;
  for (const QueryTerm& term : plan.terms) {
    const uint32_t index = plan.indexes[term.indexes_begin + place.number];
    if (index == Segment::kNoTerm) continue;
    const PostingList list = place.view->segment->List(index);
    const DocId* const end = list.docs + list.count;
    const DocId* const at = std::lower_bound(list.docs, end, place.doc);
    if (at != end && *at == place.doc) matches.push_back({&term, list.payloads[at - list.docs]});
  }
  return matches;
}

// Whether the wording has the term of a match.
bool IsInUnit(const Place& place, uint32_t unit, const Match& match) {
  if ((match.payload & kInQuestion) == 0) return false;
  const Segment& segment = *place.view->segment;
  if (segment.unit_end(place.doc) - segment.unit_begin(place.doc) == 1) return true;
  const std::span<const UnitPosting> details = segment.details(place.doc);
  return std::any_of(details.begin(), details.end(), [&](const UnitPosting& posting) {
    return posting.term == match.term->term && posting.unit == unit;
  });
}

// Puts the matched terms of the query together to the stretches of text that people typed. What the
// wording has and what stands elsewhere make stretches of their own, which may overlap.
class PartMaker {
 public:
  PartMaker(std::string_view query, std::span<const Expansion> expansions)
      : expansions_(expansions) {
    Fold(query, kMaxQueryCharacters, folded_);
    Tokenize(folded_, Detail::kCharacters, tokens_);
    for (const Token& token : tokens_) places_[token.term].push_back(&token);
    std::vector<Token> tokens;
    for (size_t i = 0; i < expansions_.size(); ++i) {
      Tokenize(expansions_[i].text, Detail::kCharacters, tokens);
      for (const Token& token : tokens) of_expansion_.try_emplace(token.term, i);
    }
    for (Side& side : sides_) side.marks.assign(folded_.size(), 0);
  }

  void Add(TermId term, double weight, bool in_question) {
    if (const auto at = places_.find(term); at != places_.end()) {
      typed_.push_back({&at->second, weight, in_question});
    } else if (const auto other = of_expansion_.find(term); other != of_expansion_.end()) {
      MatchedPart& part = expanded_[other->second];
      part.weight += weight;
      part.in_question = part.in_question || in_question;
    } else {
      rest_ += weight;
    }
  }

  std::vector<MatchedPart> Finish() {
    // Single characters make a stretch only where no pair has them.
    for (const Typed& typed : typed_) {
      for (const Token* token : *typed.places) {
        if (token->kind != TermKind::kCharacter) Mark(SideOf(typed), *token);
      }
    }
    for (const Typed& typed : typed_) {
      if (!IsCovered(typed)) Mark(SideOf(typed), *typed.places->front());
    }
    std::vector<MatchedPart> parts;
    for (const bool in_question : {true, false}) AddStretches(in_question, parts);
    for (const Typed& typed : typed_) parts[PartOf(typed)].weight += typed.weight;
    AddExpanded(parts);
    if (rest_ > 0) parts.push_back({.weight = rest_});
    std::stable_sort(parts.begin(), parts.end(), [](const MatchedPart& a, const MatchedPart& b) {
      return a.weight > b.weight;
    });
    return parts;
  }

 private:
  // A term of the query that the document has, and where it stands in the query.
  struct Typed {
    const std::vector<const Token*>* places = nullptr;
    double weight = 0;
    bool in_question = false;
  };
  // Characters of the query that the wording has, or that stand elsewhere.
  struct Side {
    std::vector<uint8_t> marks;
    std::vector<size_t> part_at;
  };

  Side& SideOf(const Typed& typed) { return sides_[typed.in_question ? 1 : 0]; }

  static void Mark(Side& side, const Token& token) {
    for (uint32_t i = token.begin; i < token.end; ++i) side.marks[i] = 1;
  }

  // The first place of a term whose characters are marked.
  const Token* CoveredPlace(const Typed& typed) {
    const Side& side = SideOf(typed);
    for (const Token* token : *typed.places) {
      if (side.marks[token->begin] != 0) return token;
    }
    return nullptr;
  }
  bool IsCovered(const Typed& typed) { return CoveredPlace(typed) != nullptr; }
  size_t PartOf(const Typed& typed) { return SideOf(typed).part_at[CoveredPlace(typed)->begin]; }

  void AddStretches(bool in_question, std::vector<MatchedPart>& parts) {
    Side& side = sides_[in_question ? 1 : 0];
    side.part_at.assign(folded_.size(), 0);
    for (size_t begin = 0; begin < folded_.size(); ++begin) {
      if (side.marks[begin] == 0) continue;
      size_t end = begin;
      for (; end < folded_.size() && side.marks[end] != 0; ++end) side.part_at[end] = parts.size();
      parts.push_back({.text = folded_.substr(begin, end - begin), .in_question = in_question});
      begin = end;
    }
  }

  void AddExpanded(std::vector<MatchedPart>& parts) {
    for (auto& [number, part] : expanded_) {
      const Expansion& expansion = expansions_[number];
      part.text = expansion.text;
      const size_t begin = std::min<size_t>(expansion.begin, folded_.size());
      part.typed = folded_.substr(begin, std::max<size_t>(expansion.end, begin) - begin);
      part.source = expansion.source;
      parts.push_back(std::move(part));
    }
  }

  std::span<const Expansion> expansions_;
  std::u32string folded_;
  std::vector<Token> tokens_;
  absl::flat_hash_map<TermId, std::vector<const Token*>> places_;  // of the query's own terms
  absl::flat_hash_map<TermId, size_t> of_expansion_;  // the first expansion that has a term
  std::array<Side, 2> sides_;                         // elsewhere, in the wording
  std::vector<Typed> typed_;
  std::map<size_t, MatchedPart> expanded_;
  double rest_ = 0;
};

}  // namespace

std::optional<ScoreParts> Explain(const IndexSnapshot& snapshot, std::string_view query,
                                  const SearchOptions& options, const DocAttributes& of) {
  const std::optional<Place> place = PlaceOf(snapshot, of);
  if (!place.has_value()) return std::nullopt;
  const QueryPlan plan = PlanQuery(snapshot, query, options);
  const std::vector<Match> matches = MatchesIn(plan, *place);
  if (matches.empty()) return std::nullopt;
  const Segment& segment = *place->view->segment;
  const ImpactScale scale(snapshot.weights().field);
  const ScoreFormula formula(snapshot.weights().query);
  const UnitScore scored =
      DocumentScorer(formula, scale, plan.squeezed).Score(segment, place->doc, matches);
  ScoreParts parts;
  parts.text = scored.value;
  if (segment.tier() == RankTier::kStatute && !plan.names_law) {
    parts.prior = snapshot.weights().query.statute_prior;
  }
  parts.boost = std::min(options.boost(of), options.boost_max);
  parts.score = parts.text * parts.prior * parts.boost;
  parts.covered = std::min(1.0, scored.covered);
  parts.found = std::min(1.0, scored.found);
  parts.unit = scored.unit;
  parts.exact = segment.unit_text(segment.unit_begin(place->doc) + scored.unit) == plan.squeezed;
  PartMaker maker(query, options.expansions);
  for (const Match& match : matches) {
    maker.Add(match.term->term, match.term->weight, IsInUnit(*place, scored.unit, match));
  }
  parts.parts = maker.Finish();
  return parts;
}

}  // namespace hotline::index
