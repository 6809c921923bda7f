// The published revisions of an entry, one by one and side by side.
#include <charconv>
#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/content_diff.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/revision_history.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {

using access::Permission;
using access::RequireSomewhere;
namespace {

using v1::EntryRevision;

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
