#include "services/insight/correction_book.h"

#include <mutex>

#include "proto/cc/names.h"

namespace hotline::insight {

void CorrectionBook::Visit(
    absl::FunctionRef<void(const std::string& name, const Waiting&)> visit) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [name, waiting] : waiting_) visit(name, waiting);
}

std::vector<std::string_view> CorrectionBook::Collections() const { return {kCorrections}; }

void CorrectionBook::Reset() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
}

void CorrectionBook::Put(const store::v1::Resource& resource, int64_t kb_revision,
                         const store::v1::Change* /*change*/) {
  const insight::v1::Correction& correction = resource.correction();
  if (correction.state() != v1::Correction::OPEN) return Erase(correction.name(), kb_revision);
  const std::lock_guard lock(mutex_);
  waiting_[correction.name()] = {correction.department(), ToLogTime(correction.due_time()),
                                 correction.escalation()};
}

void CorrectionBook::Erase(std::string_view name, int64_t /*kb_revision*/) {
  const std::lock_guard lock(mutex_);
  const auto at = waiting_.find(name);
  if (at != waiting_.end()) waiting_.erase(at);
}

}  // namespace hotline::insight
