#include "services/insight/gap_clusters.h"

#include <algorithm>
#include <utility>

#include "proto/cc/regions.h"

namespace hotline::insight {
namespace {

// Candidates of one search. Kin stands among the first few or nowhere.
constexpr size_t kCandidates = 10;
constexpr size_t kCityDigits = 4;

}  // namespace

bool RegionsGoTogether(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty() || RegionDistance(a, b).has_value() ||
      RegionDistance(b, a).has_value()) {
    return true;
  }
  return a.substr(0, kCityDigits) == b.substr(0, kCityDigits);
}

QuestionProfile GapClusters::ProfileIn(const Held* before, const std::string& phrasing) {
  if (before != nullptr) {
    const auto& known = before->cluster.phrasings;
    const auto at = std::find(known.begin(), known.end(), phrasing);
    if (at != known.end()) return before->profiles[static_cast<size_t>(at - known.begin())];
  }
  return ProfileOf(phrasing);
}

void GapClusters::Put(Cluster cluster) {
  const auto [at, fresh] = keys_.try_emplace(cluster.name, next_key_);
  if (fresh) ++next_key_;
  const index::DocKey key = at->second;
  auto& held = held_[key];
  if (held != nullptr && held->cluster.phrasings == cluster.phrasings &&
      held->cluster.region == cluster.region) {
    return;
  }
  auto made = std::make_shared<Held>();
  made->profiles.reserve(cluster.phrasings.size());
  for (const std::string& phrasing : cluster.phrasings)
    made->profiles.push_back(ProfileIn(held.get(), phrasing));
  index::IndexDocument& document = upserts_[key];
  document = {};
  document.attributes.key = key;
  if (!cluster.phrasings.empty()) document.question = cluster.phrasings.front();
  for (size_t i = 1; i < cluster.phrasings.size(); ++i)
    document.similar_questions.push_back(cluster.phrasings[i]);
  made->cluster = std::move(cluster);
  held = std::move(made);
}

void GapClusters::Erase(std::string_view name) {
  const auto at = keys_.find(name);
  if (at == keys_.end()) return;
  const index::DocKey key = at->second;
  upserts_.erase(key);
  deletes_.push_back(key);
  held_.erase(key);
  keys_.erase(at);
}

void GapClusters::Apply() {
  if (upserts_.empty() && deletes_.empty()) return;
  index::IndexBatch batch;
  batch.upserts.reserve(upserts_.size());
  for (auto& [key, document] : upserts_) batch.upserts.push_back(std::move(document));
  upserts_.clear();
  batch.deletes = std::exchange(deletes_, {});
  snapshot_ = writer_->Apply(std::move(batch));
  while (auto merged = writer_->MaybeMerge()) snapshot_ = std::move(merged);
}

void GapClusters::Clear() { *this = GapClusters(); }

Kin GapClusters::Find(std::string_view question, const QuestionProfile& profile,
                      std::string_view region, Admit admit) const {
  const auto may_be = [&](const index::DocAttributes& attributes) {
    const auto at = held_.find(attributes.key);
    return at != held_.end() && RegionsGoTogether(region, at->second->cluster.region) &&
           admit(at->second->cluster.name);
  };
  Kin best;
  const auto hits =
      snapshot_->Search(question, {.limit = kCandidates, .filter = may_be, .detailed = 0});
  for (const index::Hit& hit : hits) {
    const auto at = held_.find(hit.key);
    if (at == held_.end() || hit.unit >= at->second->profiles.size()) continue;
    const double odds = KinOdds(profile, at->second->profiles[hit.unit]);
    if (odds >= kKinOddsMin && odds > best.odds) best = {at->second->cluster.name, odds};
  }
  return best;
}

}  // namespace hotline::insight
