// All gaps in memory, and the clusters of their phrasings: follows the base.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/insight/v1/gap.pb.h"
#include "services/insight/gap_clusters.h"
#include "services/records/projection.h"

namespace hotline::insight {

// True while somebody has to answer it.
bool IsOpen(const v1::Gap& gap);

// Thread-safe.
class GapBook final : public records::Projection {
 public:
  std::optional<v1::Gap> Get(std::string_view name) const;

  // The likeliest kin among the gaps that `admit` accepts.
  using AdmitGap = absl::FunctionRef<bool(const v1::Gap&)>;
  Kin FindKin(std::string_view question, const QuestionProfile& profile, std::string_view region,
              AdmitGap admit) const;

  // Calls `visit` for each gap, in order of names; must be quick.
  void Visit(absl::FunctionRef<void(const v1::Gap&)> visit) const;

  // Log time as of the newest word of the base.
  LogTime now() const;

  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& position, LogTime now) override;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, v1::Gap, std::less<>> gaps_;  // guarded by mutex_
  GapClusters clusters_;                              // guarded by mutex_
  std::set<std::string> changed_;                     // of the follower's thread
  LogTime now_ = 0;                                   // guarded by mutex_
};

// What of a gap is compared.
Cluster ClusterOf(const v1::Gap& gap);

}  // namespace hotline::insight
