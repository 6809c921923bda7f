#include "services/knowledge/revision_history.h"

#include <optional>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/knowledge/limits.h"

namespace hotline::knowledge {
namespace {

using v1::EntryRevision;

EntryRevision::Fate FateAfter(const v1::Entry& next) {
  if (next.has_online()) return EntryRevision::SUPERSEDED;
  return next.state() == v1::Entry::RECALLED ? EntryRevision::REVISION_RECALLED
                                             : EntryRevision::REVISION_RETIRED;
}

}  // namespace

absl::Status VisitRevisions(storage::Store& store, const std::string& entry_name,
                            int64_t kb_revision, storage::Deadline deadline,
                            const std::function<bool(EntryRevision)>& visit) {
  auto fate = EntryRevision::ONLINE;
  int64_t seen_revision =
      0;  // online revision of the version visited last, i.e. of the next newer one
  std::optional<v1::Entry> newer;
  int64_t before = kb_revision == 0 ? 0 : kb_revision + 1;
  while (true) {
    ASSIGN_OR_RETURN(storage::HistoryPage page,
                     store.ListVersions(entry_name, before, kHistoryPageSize, deadline));
    for (storage::HistoryItem& item : page.versions) {
      before = item.kb_revision;
      v1::Entry entry;
      if (item.resource.has_value()) entry = std::move(*item.resource->mutable_entry());
      if (entry.has_online() && entry.online().revision() != seen_revision) {
        fate = newer.has_value() ? FateAfter(*newer) : EntryRevision::ONLINE;
      }
      seen_revision = entry.has_online() ? entry.online().revision() : 0;
      if (entry.has_online() && entry.online().kb_revision() == item.kb_revision) {
        EntryRevision revision;
        revision.set_name(MakeRevisionName(entry_name, entry.online().revision()));
        *revision.mutable_snapshot() = entry.online();
        *revision.mutable_snapshot()->mutable_content() = OnlineContent(entry);
        revision.set_fate(fate);
        if (!visit(std::move(revision))) return absl::OkStatus();
      }
      newer = std::move(entry);
    }
    if (!page.more || page.versions.empty()) return absl::OkStatus();
  }
}

absl::StatusOr<EntryRevision> FindRevision(storage::Store& store, const std::string& name,
                                           std::string_view field, storage::Deadline deadline) {
  ASSIGN_OR_RETURN(const RevisionName parsed, ParseRevisionName(name, field));
  std::optional<EntryRevision> found;
  const auto visit = [&](EntryRevision revision) {
    const int64_t number = revision.snapshot().revision();
    if (number == parsed.revision) found = std::move(revision);
    return number > parsed.revision;
  };
  RETURN_IF_ERROR(VisitRevisions(store, parsed.entry, 0, deadline, visit));
  if (!found.has_value()) return NotFound(name);
  return *std::move(found);
}

}  // namespace hotline::knowledge
