#include "services/insight/gap_book.h"

#include <algorithm>
#include <mutex>

#include "proto/cc/names.h"

namespace hotline::insight {

bool IsOpen(const v1::Gap& gap) {
  return gap.state() == v1::Gap::OPEN || gap.state() == v1::Gap::ASSIGNED;
}

Cluster ClusterOf(const v1::Gap& gap) {
  Cluster cluster{.name = gap.name(), .region = gap.region(), .phrasings = {gap.question()}};
  for (const v1::Gap::Phrasing& phrasing : gap.phrasings()) {
    if (phrasing.text() != gap.question()) cluster.phrasings.push_back(phrasing.text());
  }
  // In an order that counts do not change: what is put again as it was costs nothing.
  std::sort(cluster.phrasings.begin() + 1, cluster.phrasings.end());
  return cluster;
}

std::optional<v1::Gap> GapBook::Get(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto at = gaps_.find(name);
  return at == gaps_.end() ? std::nullopt : std::optional<v1::Gap>(at->second);
}

Kin GapBook::FindKin(std::string_view question, const QuestionProfile& profile,
                     std::string_view region, AdmitGap admit) const {
  const std::shared_lock lock(mutex_);
  return clusters_.Find(question, profile, region, [&](const std::string& name) {
    const auto at = gaps_.find(name);
    return at != gaps_.end() && admit(at->second);
  });
}

void GapBook::Visit(absl::FunctionRef<void(const v1::Gap&)> visit) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [name, gap] : gaps_) visit(gap);
}

LogTime GapBook::now() const {
  const std::shared_lock lock(mutex_);
  return now_;
}

std::vector<std::string_view> GapBook::Collections() const { return {kGaps}; }

void GapBook::Reset() {
  changed_.clear();
  const std::lock_guard lock(mutex_);
  gaps_.clear();
  clusters_.Clear();
}

void GapBook::Put(const store::v1::Resource& resource, int64_t /*kb_revision*/,
                  const store::v1::Change* /*change*/) {
  changed_.insert(resource.gap().name());
  const std::lock_guard lock(mutex_);
  gaps_[resource.gap().name()] = resource.gap();
}

void GapBook::Erase(std::string_view name, int64_t /*kb_revision*/) {
  changed_.insert(std::string(name));
  const std::lock_guard lock(mutex_);
  const auto at = gaps_.find(name);
  if (at != gaps_.end()) gaps_.erase(at);
}

void GapBook::Reached(const storage::Position& /*position*/, LogTime now) {
  const std::lock_guard lock(mutex_);
  now_ = now;
  for (const std::string& name : changed_) {
    const auto at = gaps_.find(name);
    // What was joined to another gap is found there.
    if (at == gaps_.end() || at->second.state() == v1::Gap::MERGED) {
      clusters_.Erase(name);
    } else {
      clusters_.Put(ClusterOf(at->second));
    }
  }
  changed_.clear();
  clusters_.Apply();
}

}  // namespace hotline::insight
