#include "services/insight/correction_book.h"

#include <algorithm>
#include <mutex>
#include <utility>

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
  open_.clear();
  written_.clear();
}

std::string CorrectionBook::LimitedBy(const v1::Correction& correction) {
  if (correction.reporter() != v1::Correction::CITIZEN) return "";
  return correction.entry() + '|' + std::to_string(correction.channel());
}

size_t CorrectionBook::CountOpen(const std::string& limited_by) const {
  const std::shared_lock lock(mutex_);
  const auto open = open_.find(limited_by);
  const auto coming = std::ranges::count(written_, limited_by, &Written::limited_by);
  return (open == open_.end() ? 0 : open->second) + static_cast<size_t>(coming);
}

void CorrectionBook::NoteWritten(const v1::Correction& correction,
                                 const storage::Position& position) {
  std::string limited_by = LimitedBy(correction);
  const std::lock_guard lock(mutex_);
  const bool reached =
      position.timeline_id == reached_.timeline_id && position.kb_revision <= reached_.kb_revision;
  if (reached || limited_by.empty() || waiting_.contains(correction.name())) return;
  written_.push_back({correction.name(), std::move(limited_by), position});
}

void CorrectionBook::Put(const store::v1::Resource& resource, int64_t /*kb_revision*/,
                         const store::v1::Change* /*change*/) {
  const insight::v1::Correction& correction = resource.correction();
  const std::lock_guard lock(mutex_);
  EraseLocked(correction.name());
  std::erase_if(written_, [&](const Written& one) { return one.name == correction.name(); });
  if (correction.state() != v1::Correction::OPEN) return;
  Waiting waiting{correction.department(), ToLogTime(correction.due_time()),
                  correction.escalation(), LimitedBy(correction)};
  if (!waiting.limited_by.empty()) ++open_[waiting.limited_by];
  waiting_[correction.name()] = std::move(waiting);
}

void CorrectionBook::Erase(std::string_view name, int64_t /*kb_revision*/) {
  const std::lock_guard lock(mutex_);
  EraseLocked(name);
}

void CorrectionBook::EraseLocked(std::string_view name) {
  const auto at = waiting_.find(name);
  if (at == waiting_.end()) return;
  const auto open = open_.find(at->second.limited_by);
  if (open != open_.end() && --open->second == 0) open_.erase(open);
  waiting_.erase(at);
}

void CorrectionBook::Reached(const storage::Position& position, LogTime /*now*/) {
  const std::lock_guard lock(mutex_);
  reached_ = position;
  std::erase_if(written_, [&](const Written& one) {
    return one.position.timeline_id != position.timeline_id ||
           one.position.kb_revision <= position.kb_revision;
  });
}

}  // namespace hotline::insight
