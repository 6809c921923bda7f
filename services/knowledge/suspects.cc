#include "services/knowledge/suspects.h"

#include <algorithm>
#include <set>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/standing.h"

namespace hotline::knowledge {

void SuspectMarker::Note(const v1::Entry& entry) {
  if (entry.state() != v1::Entry::PUBLISHED || !entry.has_online()) return;
  const v1::EntryContent& content = OnlineContent(entry);
  if (content.policies().empty()) return;
  cited_[entry.name()].assign(content.policies().begin(), content.policies().end());
}

absl::StatusOr<LogTime> SuspectMarker::TimeAt(int64_t kb_revision,
                                              storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  if (status.head_kb_revision() == kb_revision) return ToLogTime(status.log_time());
  ASSIGN_OR_RETURN(const storage::FeedBatch batch, store_.ReadChanges(kb_revision - 1, deadline));
  if (batch.changes.empty()) return ToLogTime(status.log_time());
  return ToLogTime(batch.changes.front().commit_time());
}

absl::Status SuspectMarker::Mark(const storage::Position& position,
                                 const std::vector<v1::Entry*>& entries,
                                 storage::Deadline deadline) {
  std::set<std::string> policies;
  for (const auto& [entry, cited] : cited_) policies.insert(cited.begin(), cited.end());
  if (policies.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const LogTime now, TimeAt(position.kb_revision, deadline));
  std::set<std::string> lapsed;
  const std::vector<std::string> names(policies.begin(), policies.end());
  for (size_t first = 0; first < names.size(); first += storage::kPageSizeMax) {
    const size_t last = std::min(names.size(), first + storage::kPageSizeMax);
    const std::vector<std::string> some(names.begin() + static_cast<std::ptrdiff_t>(first),
                                        names.begin() + static_cast<std::ptrdiff_t>(last));
    ASSIGN_OR_RETURN(const storage::ResourcePage page,
                     store_.BatchGet(some, position.kb_revision, deadline));
    for (const storage::Versioned& found : page.resources) {
      if (IsLapsed(found.resource.policy(), now)) lapsed.insert(NameOf(found.resource));
    }
  }
  for (v1::Entry* entry : entries) {
    const auto cited = cited_.find(entry->name());
    if (cited == cited_.end() || entry->state() != v1::Entry::PUBLISHED) continue;
    const bool suspect =
        std::any_of(cited->second.begin(), cited->second.end(),
                    [&](const std::string& policy) { return lapsed.contains(policy); });
    if (suspect) entry->set_state(v1::Entry::SUSPECT);
  }
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
