// Weighs terms by idf; service words and single characters count for less, and only the most
// informative stay.
#include "services/index/query.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/index/segment.h"
#include "services/text/lexicon.h"

namespace hotline::index {
namespace {

// What the kind and the place of a token make of its idf.
double KindFactor(const Token& token, const std::vector<uint8_t>& service,
                  const std::vector<uint8_t>& starts, const QueryWeights& weights) {
  double factor = token.kind == TermKind::kCharacter ? weights.single_character : 1.0;
  if (token.kind == TermKind::kPair && starts[token.begin + 1] != 0) factor = weights.border_pair;
  size_t marked = 0;
  for (uint32_t i = token.begin; i < token.end; ++i) marked += service[i];
  if (marked == 0) return factor;
  // A pair that only touches a service word lies across a border of words: half of each.
  const double share = static_cast<double>(marked) / static_cast<double>(token.end - token.begin);
  return factor * (1 - share * (1 - weights.service_word));
}

// Marks the characters at which words begin.
std::vector<uint8_t> WordStarts(std::u32string_view folded, const text::Overlay* trade_words) {
  std::vector<text::Span> words;
  text::Lexicon::Builtin().Segment(folded, trade_words, words);
  std::vector<uint8_t> starts(folded.size() + 1, 0);
  for (const text::Span& word : words) starts[word.begin] = 1;
  return starts;
}

// The terms of the query once each, with the factor of their kind as weight, in the order of the
// query.
std::vector<QueryTerm> DistinctTerms(const std::vector<Token>& tokens,
                                     const std::vector<uint8_t>& service,
                                     const std::vector<uint8_t>& starts,
                                     const QueryWeights& weights) {
  std::vector<QueryTerm> terms;
  std::vector<std::pair<TermId, uint32_t>> order;
  for (const Token& token : tokens) {
    order.emplace_back(token.term, static_cast<uint32_t>(terms.size()));
    terms.push_back({.term = token.term,
                     .primary = IsPrimary(token.kind),
                     .weight = KindFactor(token, service, starts, weights),
                     .begin = token.begin,
                     .end = token.end});
  }
  std::sort(order.begin(), order.end());
  for (size_t i = 1, first = 0; i < order.size(); ++i) {
    if (order[i].first != order[first].first) {
      first = i;
      continue;
    }
    QueryTerm& kept = terms[order[first].second];
    QueryTerm& other = terms[order[i].second];
    kept.weight = std::max(kept.weight, other.weight);
    kept.primary = kept.primary || other.primary;
    other.weight = 0;
  }
  std::erase_if(terms, [](const QueryTerm& term) { return term.weight <= 0; });
  return terms;
}

double SumOfWeights(const std::vector<QueryTerm>& terms) {
  double sum = 0;
  for (const QueryTerm& term : terms) sum += term.weight;
  return sum;
}

// Keeps the kMaxQueryTerms heaviest, in their order.
void KeepHeaviest(std::vector<QueryTerm>& terms) {
  if (terms.size() <= kMaxQueryTerms) return;
  std::vector<std::pair<double, TermId>> order;
  for (const QueryTerm& term : terms) order.emplace_back(-term.weight, term.term);
  std::nth_element(order.begin(), order.begin() + kMaxQueryTerms - 1, order.end());
  const auto last = order[kMaxQueryTerms - 1];
  std::erase_if(terms,
                [&](const QueryTerm& term) { return std::pair(-term.weight, term.term) > last; });
}

// Live documents of a view that have the term of this index.
size_t LiveIn(const IndexSnapshot::View& view, uint32_t index) {
  if (index == Segment::kNoTerm) return 0;
  const auto& begin = view.segment->arrays().posting_begin;
  const size_t all = begin[index + 1] - begin[index];
  return view.tombstones == nullptr ? all : all - view.tombstones->DeletedWith(index);
}

}  // namespace

size_t LiveFrequency(const IndexSnapshot& snapshot, TermId term) {
  size_t frequency = 0;
  for (const IndexSnapshot::View& view : snapshot.views()) {
    frequency += LiveIn(view, view.segment->FindTerm(term));
  }
  return frequency;
}

std::vector<TermId> PrimaryTermsOf(std::u32string_view folded) {
  std::u32string squeezed(folded);
  std::erase(squeezed, U' ');
  std::vector<TermId> all;
  std::vector<Token> tokens;
  for (const std::u32string_view form : {folded, std::u32string_view(squeezed)}) {
    Tokenize(form, Detail::kPrimary, tokens);
    for (const Token& token : tokens) all.push_back(token.term);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

double InverseFrequency(size_t frequency, size_t documents) {
  const auto n = static_cast<double>(frequency);
  return std::log1p((static_cast<double>(documents) - n + 0.5) / (n + 0.5));
}

namespace {

// Makes a plan step by step.
class Planner {
 public:
  explicit Planner(const IndexSnapshot& snapshot)
      : snapshot_(snapshot), weights_(snapshot.weights().query) {}

  QueryPlan Make(std::string_view query, const SearchOptions& options);

 private:
  // A term of the query that no document has.
  struct Unknown {
    uint32_t begin = 0;
    uint32_t end = 0;
    double weight = 0;
  };

  double LookUp(QueryTerm& term);
  void AddTyped();
  void AddExpansions(std::span<const Expansion> expansions);
  void Add(const Expansion& expansion);
  double KnownWithin(const Expansion& expansion) const;
  double UnknownWithin(const Expansion& expansion) const;
  void StandIn(const Expansion& expansion, double mass);
  uint16_t IndexOf(const QueryTerm& wanted);

  const IndexSnapshot& snapshot_;
  const QueryWeights& weights_;
  QueryPlan plan_;
  std::vector<Unknown> unknown_;
  std::vector<Unknown> stand_ins_;  // information that only expansions bring, once per part
};

// Fills in where the term is, and multiplies its weight by its information. Returns how many
// documents have it.
double Planner::LookUp(QueryTerm& term) {
  term.indexes_begin = plan_.indexes.size();
  size_t frequency = 0;
  for (const IndexSnapshot::View& view : snapshot_.views()) {
    plan_.indexes.push_back(view.segment->FindTerm(term.term));
    frequency += LiveIn(view, plan_.indexes.back());
  }
  term.weight *= InverseFrequency(frequency, snapshot_.live_documents());
  return static_cast<double>(frequency);
}

void Planner::AddTyped() {
  std::vector<Token> tokens;
  Tokenize(plan_.folded, Detail::kCharacters, tokens);
  std::vector<uint8_t> service;
  MarkServiceWords(plan_.folded, service);
  plan_.terms =
      DistinctTerms(tokens, service, WordStarts(plan_.folded, plan_.trade_words), weights_);
  for (QueryTerm& term : plan_.terms) {
    if (LookUp(term) != 0) continue;
    if (term.primary)
      unknown_.push_back({term.begin, term.end, term.weight * weights_.unknown_term});
    term.weight = 0;
  }
  std::erase_if(plan_.terms, [](const QueryTerm& term) { return term.weight <= 0; });
}

double Planner::KnownWithin(const Expansion& expansion) const {
  double mass = 0;
  for (size_t i = 0; i < plan_.typed; ++i) {
    const QueryTerm& term = plan_.terms[i];
    if (term.begin >= expansion.begin && term.end <= expansion.end) mass += term.weight;
  }
  return mass;
}

double Planner::UnknownWithin(const Expansion& expansion) const {
  double mass = 0;
  for (const Unknown& part : unknown_) {
    if (part.begin >= expansion.begin && part.end <= expansion.end) mass += part.weight;
  }
  return mass;
}

// Only one of several expansions of a part brings information.
void Planner::StandIn(const Expansion& expansion, double mass) {
  for (Unknown& part : stand_ins_) {
    if (part.begin >= expansion.end || expansion.begin >= part.end) continue;
    part.weight = std::max(part.weight, mass);
    return;
  }
  stand_ins_.push_back({expansion.begin, expansion.end, mass});
}

// The place of a term among the plan's, where it is put if it is new; kMaxPlanTerms when there is
// no room or no document has it.
uint16_t Planner::IndexOf(const QueryTerm& wanted) {
  const auto at = std::find_if(plan_.terms.begin(), plan_.terms.end(),
                               [&](const QueryTerm& term) { return term.term == wanted.term; });
  if (at != plan_.terms.end()) return static_cast<uint16_t>(at - plan_.terms.begin());
  if (plan_.terms.size() == kMaxPlanTerms) return kMaxPlanTerms;
  QueryTerm term = wanted;
  term.weight = 1;
  if (LookUp(term) == 0) return kMaxPlanTerms;
  plan_.terms.push_back(term);
  return static_cast<uint16_t>(plan_.terms.size() - 1);
}

// What is found by an expansion counts like what it stands for, less its weight: its terms share
// that by their information.
void Planner::Add(const Expansion& expansion) {
  std::vector<Token> tokens;
  Tokenize(expansion.text, Detail::kPrimary, tokens);
  const size_t before = plan_.terms.size();
  PlannedExpansion planned{.expansion = expansion, .terms = {}};
  for (const Token& token : tokens) {
    const uint16_t index = IndexOf(
        {.term = token.term, .primary = true, .begin = expansion.begin, .end = expansion.end});
    if (index == kMaxPlanTerms) {
      // Nobody can have all of it.
      plan_.terms.resize(before);
      return;
    }
    planned.terms.push_back(index);
  }
  if (planned.terms.empty()) return;
  double sum = 0;
  double greatest = 0;
  for (size_t i = before; i < plan_.terms.size(); ++i) {
    sum += plan_.terms[i].weight;
    greatest = std::max(greatest, plan_.terms[i].weight);
  }
  const double known = KnownWithin(expansion);
  const double typed = known + UnknownWithin(expansion);
  const double mass = expansion.weight * std::min(sum, std::max(typed, greatest));
  for (size_t i = before; i < plan_.terms.size(); ++i) {
    plan_.terms[i].weight *= mass / sum;
    plan_.all_terms.push_back(plan_.terms[i].term);
  }
  if (mass > known) StandIn(expansion, mass - known);
  plan_.expansions.push_back(std::move(planned));
}

void Planner::AddExpansions(std::span<const Expansion> expansions) {
  std::vector<const Expansion*> order;
  for (const Expansion& expansion : expansions) {
    if (expansion.end <= plan_.folded.size() && expansion.begin < expansion.end &&
        expansion.weight > 0 && !expansion.text.empty())
      order.push_back(&expansion);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Expansion* a, const Expansion* b) { return a->weight > b->weight; });
  if (order.size() > kMaxExpansions) order.resize(kMaxExpansions);
  for (const Expansion* expansion : order) Add(*expansion);
}

QueryPlan Planner::Make(std::string_view query, const SearchOptions& options) {
  plan_.trade_words = options.trade_words;
  Fold(query, kMaxQueryCharacters, plan_.folded);
  plan_.names_law = NamesLaw(plan_.folded, query);
  plan_.squeezed = Squeeze(plan_.folded);
  plan_.all_terms = PrimaryTermsOf(plan_.folded);
  AddTyped();
  const double known = SumOfWeights(plan_.terms);
  KeepHeaviest(plan_.terms);
  plan_.typed = plan_.terms.size();
  const double kept = SumOfWeights(plan_.terms);
  AddExpansions(options.expansions);
  std::sort(plan_.all_terms.begin(), plan_.all_terms.end());
  // What is unknown but for an expansion is known by it.
  double unknown = 0;
  for (const Unknown& part : unknown_) {
    const bool stood_in = std::any_of(
        plan_.expansions.begin(), plan_.expansions.end(), [&](const PlannedExpansion& planned) {
          return part.begin >= planned.expansion.begin && part.end <= planned.expansion.end;
        });
    if (!stood_in) unknown += part.weight;
  }
  // What was dropped to bound the work takes its share of the unknown with it.
  const double share = known > 0 ? kept / known : 1.0;
  double total = kept + unknown * share;
  for (const Unknown& part : stand_ins_) total += part.weight;
  total = std::max(total, 1e-9);
  for (QueryTerm& term : plan_.terms) term.weight /= total;
  return std::move(plan_);
}

}  // namespace

QueryPlan PlanQuery(const IndexSnapshot& snapshot, std::string_view query,
                    const SearchOptions& options) {
  return Planner(snapshot).Make(query, options);
}

}  // namespace hotline::index
