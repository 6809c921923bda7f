// Weighs terms by idf; service words and single characters count for less, and only the most
// informative stay.
#include "services/answer/index/query.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/answer/index/segment.h"

namespace hotline::answer::index {
namespace {

// What the kind and the place of a token make of its idf.
double KindFactor(const Token& token, const std::vector<uint8_t>& service,
                  const QueryWeights& weights) {
  double factor = token.kind == TermKind::kCharacter ? weights.single_character : 1.0;
  size_t marked = 0;
  for (uint32_t i = token.begin; i < token.end; ++i) marked += service[i];
  if (marked == 0) return factor;
  // A pair that only touches a service word lies across a border of words: half of each.
  const double share = static_cast<double>(marked) / static_cast<double>(token.end - token.begin);
  return factor * (1 - share * (1 - weights.service_word));
}

// The terms of the query once each, with the factor of their kind as weight, in the order of the
// query.
std::vector<QueryTerm> DistinctTerms(const std::vector<Token>& tokens,
                                     const std::vector<uint8_t>& service,
                                     const QueryWeights& weights) {
  std::vector<QueryTerm> terms;
  std::vector<std::pair<TermId, uint32_t>> order;
  for (const Token& token : tokens) {
    order.emplace_back(token.term, static_cast<uint32_t>(terms.size()));
    terms.push_back({token.term, IsPrimary(token.kind), KindFactor(token, service, weights)});
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

std::vector<TermId> PrimaryTerms(std::u32string_view folded) {
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

double InverseFrequency(size_t frequency, size_t documents) {
  const auto n = static_cast<double>(frequency);
  return std::log1p((static_cast<double>(documents) - n + 0.5) / (n + 0.5));
}

QueryPlan PlanQuery(const IndexSnapshot& snapshot, std::string_view query) {
  const QueryWeights& weights = snapshot.weights().query;
  QueryPlan plan;
  std::u32string folded;
  Fold(query, kMaxQueryCharacters, folded);
  std::vector<Token> tokens;
  Tokenize(folded, Detail::kCharacters, tokens);
  std::vector<uint8_t> service;
  MarkServiceWords(folded, service);
  plan.terms = DistinctTerms(tokens, service, weights);
  plan.names_law = NamesLaw(folded, query);
  plan.squeezed = Squeeze(folded);
  plan.all_terms = PrimaryTerms(folded);
  double unknown = 0;
  for (QueryTerm& term : plan.terms) {
    term.indexes_begin = plan.indexes.size();
    size_t frequency = 0;
    for (const IndexSnapshot::View& view : snapshot.views()) {
      plan.indexes.push_back(view.segment->FindTerm(term.term));
      frequency += LiveIn(view, plan.indexes.back());
    }
    term.weight *= InverseFrequency(frequency, snapshot.live_documents());
    if (frequency != 0) continue;
    if (term.primary) unknown += term.weight * weights.unknown_term;
    term.weight = 0;
  }
  std::erase_if(plan.terms, [](const QueryTerm& term) { return term.weight <= 0; });
  const double known = SumOfWeights(plan.terms);
  KeepHeaviest(plan.terms);
  const double kept = SumOfWeights(plan.terms);
  // What was dropped to bound the work takes its share of the unknown with it.
  const double total = known > 0 ? kept + unknown * kept / known : 1.0;
  for (QueryTerm& term : plan.terms) term.weight /= total;
  return plan;
}

}  // namespace hotline::answer::index
