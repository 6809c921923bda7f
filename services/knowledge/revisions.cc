// The published revisions of an entry: derived from its versions, never stored twice.
//
// Revision N is the version row in which online.revision became N, i.e. the one whose
// online.kb_revision is its own position. What became of it is said by the version that came next
// with another online part.
#include <charconv>
#include <functional>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/knowledge/content_diff.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {

using access::Permission;
using access::RequireSomewhere;
namespace {

using v1::EntryRevision;

EntryRevision::Fate FateAfter(const v1::Entry& next) {
  if (next.has_online()) return EntryRevision::SUPERSEDED;
  return next.state() == v1::Entry::RECALLED ? EntryRevision::REVISION_RECALLED
                                             : EntryRevision::REVISION_RETIRED;
}

// Walks the versions of an entry from `kb_revision` (0 = the newest) back and calls `visit` for
// each published revision, newest first, until it returns false.
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

absl::Status InvalidPageToken() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_PAGE_TOKEN,
                   "翻页标记无效，请从第一页重新查询。");
}

}  // namespace

absl::StatusOr<EntryRevision> KnowledgeService::GetEntryRevision(
    const Call& call, const v1::GetEntryRevisionRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  ASSIGN_OR_RETURN(EntryRevision revision,
                   FindRevision(store_, request.name(), "name", call.deadline));
  RETURN_IF_ERROR(access::Require(call, Permission::kReadEntries,
                                  access::PlaceOf(revision.snapshot().content())));
  return revision;
}

absl::StatusOr<v1::ListEntryRevisionsResponse> KnowledgeService::ListEntryRevisions(
    const Call& call, const v1::ListEntryRevisionsRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.parent(), kEntries, FieldPath("parent")));
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ReadResource read, reader_.Get(request.parent(), 0, call.deadline));
  RETURN_IF_ERROR(access::Require(call, Permission::kReadEntries,
                                  access::PlaceOf(read.resource.entry().content())));
  ASSIGN_OR_RETURN(PagePosition start,
                   DecodePageToken(request.page_token(), read.position.timeline_id, request));
  // Revisions below this number come next.
  int64_t below = read.resource.entry().latest_revision() + 1;
  if (!start.last_key.empty()) {
    const char* end = start.last_key.data() + start.last_key.size();
    if (std::from_chars(start.last_key.data(), end, below).ptr != end) return InvalidPageToken();
  } else {
    start.kb_revision = read.position.kb_revision;
  }
  v1::ListEntryRevisionsResponse response;
  size_t bytes = 0;
  bool more = false;
  const auto visit = [&](EntryRevision revision) {
    if (revision.snapshot().revision() >= below) return true;
    bytes += revision.ByteSizeLong();
    const int count = response.entry_revisions_size();
    more = count == page_size || (count > 0 && bytes > kReplyBytesMax);
    if (!more) *response.add_entry_revisions() = std::move(revision);
    return !more;
  };
  RETURN_IF_ERROR(
      VisitRevisions(store_, request.parent(), start.kb_revision, call.deadline, visit));
  if (more) {
    const auto& last = response.entry_revisions(response.entry_revisions_size() - 1);
    response.set_next_page_token(
        EncodePageToken({std::to_string(last.snapshot().revision()), start.kb_revision},
                        read.position.timeline_id, request));
  }
  return response;
}

absl::StatusOr<v1::DiffEntryRevisionsResponse> KnowledgeService::DiffEntryRevisions(
    const Call& call, const v1::DiffEntryRevisionsRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  ASSIGN_OR_RETURN(const RevisionName before, ParseRevisionName(request.before(), "before"));
  const bool to_working_text = request.after().find("/revisions/") == std::string::npos;
  std::string entry = request.after();
  if (to_working_text) {
    RETURN_IF_ERROR(CheckName(entry, kEntries, FieldPath("after")));
  } else {
    ASSIGN_OR_RETURN(const RevisionName after, ParseRevisionName(request.after(), "after"));
    entry = after.entry;
  }
  if (entry != before.entry) {
    return FieldInvalid("after", request.after(), "只能比较同一条目的两个版本。");
  }
  ASSIGN_OR_RETURN(const EntryRevision older,
                   FindRevision(store_, request.before(), "before", call.deadline));
  v1::EntryContent newer;
  if (to_working_text) {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(entry, 0, call.deadline));
    newer = std::move(*read.resource.mutable_entry()->mutable_content());
  } else {
    ASSIGN_OR_RETURN(EntryRevision revision,
                     FindRevision(store_, request.after(), "after", call.deadline));
    newer = std::move(*revision.mutable_snapshot()->mutable_content());
  }
  RETURN_IF_ERROR(
      access::Require(call, Permission::kReadEntries, access::PlaceOf(older.snapshot().content())));
  RETURN_IF_ERROR(access::Require(call, Permission::kReadEntries, access::PlaceOf(newer)));
  v1::DiffEntryRevisionsResponse response;
  for (v1::FieldDiff& diff : DiffContents(older.snapshot().content(), newer)) {
    *response.add_diffs() = std::move(diff);
  }
  return response;
}

}  // namespace hotline::knowledge
