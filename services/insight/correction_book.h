// The corrections that wait, as far as clocks and figures ask for them: follows the base.
#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

#include "services/records/projection.h"

namespace hotline::insight {

// Thread-safe.
class CorrectionBook final : public records::Projection {
 public:
  struct Waiting {
    std::string department;
    LogTime due = 0;
    int escalation = 0;
  };

  // Calls `visit` for each correction that is open, in order of names; must be quick.
  void Visit(absl::FunctionRef<void(const std::string& name, const Waiting&)> visit) const;

  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& /*position*/, LogTime /*now*/) override {}

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, Waiting, std::less<>> waiting_;  // guarded by mutex_
};

}  // namespace hotline::insight
