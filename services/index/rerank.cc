#include "services/index/rerank.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hotline::index {
namespace {

#include "services/index/rerank_model.inc"

static_assert(kModelInputs == kFeatureCount, "train again: docs/ranking.md says how");

// What a boost of e is worth, in nats.
constexpr double kBoostWorth = 4.0;
// A wording that equals the query is what was meant.
constexpr double kExactWorth = 6.0;

}  // namespace

double Judge(const Features& features) {
  std::array<float, kModelHidden> hidden = kModelBias;
  float direct = 0;
  for (size_t i = 0; i < kModelInputs; ++i) {
    const float x = features[i];
    direct += kModelDirect[i] * x;
    for (size_t j = 0; j < kModelHidden; ++j) hidden[j] += kModelInner[i][j] * x;
  }
  float sum = direct;
  for (size_t j = 0; j < kModelHidden; ++j) sum += kModelOuter[j] * std::max(0.0F, hidden[j]);
  return static_cast<double>(sum);
}

void Rerank(const IndexSnapshot& snapshot, const QueryPlan& plan, const SearchOptions& options,
            std::vector<Candidate>& candidates) {
  if (candidates.empty()) return;
  const size_t count = std::min(kRerankedCandidates, candidates.size());
  const double best = candidates.front().score;
  FeatureMaker maker(snapshot, plan);
  for (size_t i = 0; i < count; ++i) {
    Candidate& candidate = candidates[i];
    const Features features = maker.Of(candidate, best, i);
    const DocAttributes& attributes = candidate.view->segment->attributes(candidate.doc);
    const double boost = std::min(options.boost(attributes), options.boost_max);
    candidate.belief = Judge(features) + kBoostWorth * std::log(std::max(boost, 1e-9)) +
                       kExactWorth * static_cast<double>(features[kExact]);
  }
  // The last one's first-stage score is what those after it are measured by.
  const double last_lexical = candidates[count - 1].score;
  const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(count);
  std::sort(candidates.begin(), end, [](const Candidate& a, const Candidate& b) {
    return a.belief != b.belief ? a.belief > b.belief : a.key < b.key;
  });
  const double top = candidates.front().belief;
  for (auto at = candidates.begin(); at != end; ++at)
    at->score = std::exp((at->belief - top) / kBoostWorth);
  const double least = candidates[count - 1].score;
  for (auto at = end; at != candidates.end(); ++at)
    at->score = last_lexical > 0 ? least * at->score / last_lexical : 0;
}

}  // namespace hotline::index
