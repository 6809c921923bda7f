#include "services/insight/correction_subject.h"

#include <algorithm>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"

namespace hotline::insight {
namespace {

constexpr int kVersionsAtOnce = 50;

}  // namespace

absl::StatusOr<knowledge::v1::EntryContent> FindPublished(storage::Store& store,
                                                          const std::string& entry,
                                                          int64_t revision,
                                                          storage::Deadline deadline) {
  const auto current = store.Get(entry, 0, deadline);
  RETURN_IF_ERROR(current.status());
  const knowledge::v1::Entry& now = current->resource.entry();
  if (now.has_online() && now.online().revision() == revision) return OnlineContent(now);
  int64_t before = 0;
  for (bool more = revision > 0 && revision <= now.latest_revision(); more;) {
    ASSIGN_OR_RETURN(const storage::HistoryPage page,
                     store.ListVersions(entry, before, kVersionsAtOnce, deadline));
    more = page.more && !page.versions.empty();
    for (const storage::HistoryItem& item : page.versions) {
      before = item.kb_revision;
      if (!item.resource.has_value()) continue;
      const knowledge::v1::Entry& version = item.resource->entry();
      if (!version.has_online()) continue;
      if (version.online().revision() == revision) return OnlineContent(version);
      if (version.online().revision() < revision) more = false;  // older ones are further back
    }
  }
  return NotFound(MakeRevisionName(entry, revision));
}

bool IsShownOn(const knowledge::v1::EntryContent& content, type::v1::Channel channel) {
  if (content.audience() == type::v1::AGENT_ONLY && channel != type::v1::AGENT) return false;
  const auto& channels = content.channels();
  return channels.empty() || std::find(channels.begin(), channels.end(), channel) != channels.end();
}

}  // namespace hotline::insight
