// The corrections that wait, as far as clocks, figures and limits ask for them: follows the base.
#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/functional/function_ref.h"

#include "hotline/insight/v1/correction.pb.h"
#include "services/records/projection.h"

namespace hotline::insight {

// Thread-safe.
class CorrectionBook final : public records::Projection {
 public:
  struct Waiting {
    std::string department;
    LogTime due = 0;
    int escalation = 0;
    // What counts towards the limit of reports by the public; empty = nothing.
    std::string limited_by;
  };

  // What reports of the public share a limit by: the entry and the channel. Empty for a report of
  // somebody else.
  static std::string LimitedBy(const v1::Correction& correction);

  // How many corrections with this LimitedBy are open, those of NoteWritten included.
  size_t CountOpen(const std::string& limited_by) const;

  // Counts what this process has written and the base has not told of yet.
  void NoteWritten(const v1::Correction& correction, const storage::Position& position);

  // Calls `visit` for each correction that is open, in order of names; must be quick.
  void Visit(absl::FunctionRef<void(const std::string& name, const Waiting&)> visit) const;

  std::vector<std::string_view> Collections() const override;
  void Reset() override;
  void Put(const store::v1::Resource& resource, int64_t kb_revision,
           const store::v1::Change* change) override;
  void Erase(std::string_view name, int64_t kb_revision) override;
  void Reached(const storage::Position& position, LogTime now) override;

 private:
  struct Written {
    std::string name;
    std::string limited_by;
    storage::Position position;
  };
  void EraseLocked(std::string_view name);

  mutable std::shared_mutex mutex_;
  // Guarded by mutex_.
  std::map<std::string, Waiting, std::less<>> waiting_;
  std::unordered_map<std::string, size_t> open_;  // by Waiting::limited_by
  std::vector<Written> written_;                  // not told of yet
  storage::Position reached_;
};

}  // namespace hotline::insight
