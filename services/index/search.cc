// A search: plan, first stage, second stage, details of the best.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/index/first_stage.h"
#include "services/index/index.h"
#include "services/index/rerank.h"

namespace hotline::index {
namespace {

// Share of a wording's information that the query has.
class UnitCoverage {
 public:
  // `terms` are the query's, ascending.
  UnitCoverage(const IndexSnapshot& snapshot, std::vector<TermId> terms)
      : snapshot_(snapshot), terms_(std::move(terms)) {}

  double Of(std::string_view text) {
    Fold(text, kMaxUnitBytes, folded_);
    Tokenize(folded_, Detail::kPrimary, tokens_);
    double matched = 0;
    double total = 0;
    for (const Token& token : tokens_) {
      const double idf = Idf(token.term);
      total += idf;
      if (std::binary_search(terms_.begin(), terms_.end(), token.term)) matched += idf;
    }
    return total > 0 ? matched / total : 0;
  }

 private:
  double Idf(TermId term) {
    const auto [at, fresh] = known_.try_emplace(term, 0.0);
    if (fresh)
      at->second = InverseFrequency(LiveFrequency(snapshot_, term), snapshot_.live_documents());
    return at->second;
  }

  const IndexSnapshot& snapshot_;
  const std::vector<TermId> terms_;
  absl::flat_hash_map<TermId, double> known_;
  std::u32string folded_;
  std::vector<Token> tokens_;
};

}  // namespace

bool AcceptAll(const DocAttributes& /*attributes*/) { return true; }
double NoBoost(const DocAttributes& /*attributes*/) { return 1.0; }

double IndexSnapshot::UnitCoverage(std::string_view query, std::string_view wording) const {
  std::u32string folded;
  Fold(query, kMaxQueryCharacters, folded);
  return index::UnitCoverage(*this, PrimaryTermsOf(folded)).Of(wording);
}

std::vector<Hit> IndexSnapshot::Search(std::string_view query, const SearchOptions& options) const {
  const QueryPlan plan = PlanQuery(*this, query, options);
  const size_t limit = std::min(options.limit, kMaxHits);
  if (limit == 0) return {};
  std::vector<Candidate> found = FindCandidates(
      *this, plan, options, options.second_stage ? std::max(limit, kRerankedCandidates) : limit);
  if (options.second_stage) Rerank(*this, plan, options, found);
  if (found.size() > limit) found.resize(limit);
  index::UnitCoverage coverage(*this, plan.all_terms);
  std::vector<Hit> hits;
  hits.reserve(found.size());
  for (const Candidate& one : found) {
    const Segment& segment = *one.view->segment;
    const std::string_view text = segment.unit_text(segment.unit_begin(one.doc) + one.unit.unit);
    hits.push_back({.key = one.key,
                    .score = one.score,
                    .query_coverage = std::min(1.0, one.unit.covered),
                    .unit_coverage = hits.size() < options.detailed ? coverage.Of(text) : 0,
                    .total_coverage = std::min(1.0, one.unit.found),
                    .unit = one.unit.unit,
                    .exact = text == plan.squeezed,
                    .attributes = &segment.attributes(one.doc)});
  }
  return hits;
}

}  // namespace hotline::index
