#include "services/knowledge/synonym_service.h"

#include <algorithm>
#include <utility>

#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/field_mask.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using access::Permission;

const MaskRules& SetMask() {
  static const auto& rules =
      *new MaskRules{"", {"name", "etag", "create_time", "update_time", "consistency_token"}};
  return rules;
}

bool HasWord(const v1::SynonymSet& set, const std::string& folded) {
  const auto& words = set.words();
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return FoldedWord(word) == folded; });
}

}  // namespace

SynonymService::SynonymService(storage::Store& store, SynonymCatalogue& catalogue,
                               Writer::NewId new_id)
    : store_(store),
      catalogue_(catalogue),
      reader_(store),
      writer_(store, new_id ? std::move(new_id) : NewUuid) {}

absl::StatusOr<v1::SynonymSet> SynonymService::Read(const std::string& name,
                                                    storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(name, 0, deadline));
  return WithToken(Unwrap<v1::SynonymSet>(std::move(read.resource)), read.position);
}

absl::Status SynonymService::CheckBesideOthers(const v1::SynonymSet& set,
                                               storage::Deadline deadline) const {
  absl::Status found;
  RETURN_IF_ERROR(catalogue_.Read(
      [&](const SynonymBook& book) { found = book.Check(set, {}, FieldPath("synonym_set")); },
      deadline));
  return found;
}

absl::StatusOr<v1::SynonymSet> SynonymService::GetSynonymSet(
    const Call& call, const v1::GetSynonymSetRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kSynonyms, FieldPath("name")));
  return Read(request.name(), call.deadline);
}

absl::StatusOr<v1::ListSynonymSetsResponse> SynonymService::ListSynonymSets(
    const Call& call, const v1::ListSynonymSetsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  if (!request.word().empty()) return ListByWord(request, call.deadline);
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kSynonyms));
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListSynonymSetsResponse response;
  for (auto& resource : page.resources) {
    *response.add_synonym_sets() =
        WithToken(Unwrap<v1::SynonymSet>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

// Looks through the sets rather than asking the catalogue: all pages are of one position, and a set
// that had the word then may have lost it since.
absl::StatusOr<v1::ListSynonymSetsResponse> SynonymService::ListByWord(
    const v1::ListSynonymSetsRequest& request, storage::Deadline deadline) const {
  std::string word = request.word();
  RETURN_IF_ERROR(CheckText(&word, {1, kSynonymWordMax}, FieldPath("word")));
  const std::string folded = FoldedWord(word);
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kSynonyms));
  query.set_page_size(storage::kPageSizeMax);
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::string timeline, reader_.Timeline(deadline));
    ASSIGN_OR_RETURN(const PagePosition start,
                     DecodePageToken(request.page_token(), timeline, request));
    query.set_after_name(start.last_key);
    query.set_kb_revision(start.kb_revision);
  }
  v1::ListSynonymSetsResponse response;
  size_t bytes = 0;
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, deadline));
    more = page.more && !page.resources.empty();
    query.set_kb_revision(page.position.kb_revision);
    for (storage::Versioned& versioned : page.resources) {
      auto set = Unwrap<v1::SynonymSet>(std::move(versioned.resource));
      query.set_after_name(set.name());
      if (!HasWord(set, folded)) continue;
      bytes += set.ByteSizeLong();
      const int count = response.synonym_sets_size();
      if (count == page_size || (bytes > kReplyBytesMax && count > 0)) {
        response.set_next_page_token(
            EncodePageToken({response.synonym_sets(count - 1).name(), page.position.kb_revision},
                            page.position.timeline_id, request));
        return response;
      }
      *response.add_synonym_sets() = WithToken(std::move(set), page.position);
    }
  }
  return response;
}

absl::StatusOr<v1::SynonymSet> SynonymService::CreateSynonymSet(
    const Call& call, const v1::CreateSynonymSetRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kWriteTerms));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    v1::SynonymSet set = request.synonym_set();
    for (auto clear :
         {&v1::SynonymSet::clear_etag, &v1::SynonymSet::clear_create_time,
          &v1::SynonymSet::clear_update_time, &v1::SynonymSet::clear_consistency_token}) {
      (set.*clear)();
    }
    set.set_name(
        MakeName(kSynonyms, request.set_id().empty() ? MadeId("s", request_id) : request.set_id()));
    RETURN_IF_ERROR(CheckName(set.name(), kSynonyms, FieldPath("set_id")));
    RETURN_IF_ERROR(CheckSynonymSet(&set, FieldPath("synonym_set")));
    RETURN_IF_ERROR(CheckBesideOthers(set, call.deadline));
    Draft draft;
    draft.preconditions.push_back(MustBeAbsent(set.name()));
    draft.puts.push_back(Wrap(std::move(set)));
    return draft;
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "CreateSynonymSet"}, compose));
  return WithToken(Unwrap<v1::SynonymSet>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::SynonymSet> SynonymService::UpdateSynonymSet(
    const Call& call, const v1::UpdateSynonymSetRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kWriteTerms));
  const v1::SynonymSet& given = request.synonym_set();
  const FieldPath path("synonym_set");
  RETURN_IF_ERROR(CheckName(given.name(), kSynonyms, FieldPath(path, "name")));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(v1::SynonymSet set, Read(given.name(), call.deadline));
    set.clear_consistency_token();
    RETURN_IF_ERROR(CheckEtag(set.name(), given.etag(), set.etag()));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(set.name(), set.etag()));
    RETURN_IF_ERROR(ApplyMask(request.update_mask(), SetMask(), given, &set));
    RETURN_IF_ERROR(CheckSynonymSet(&set, path));
    RETURN_IF_ERROR(CheckBesideOthers(set, call.deadline));
    draft.puts.push_back(Wrap(std::move(set)));
    return draft;
  };
  const WriteOptions options{.action = "UpdateSynonymSet",
                             .conflict_attempts = given.etag().empty() ? kConflictAttemptsMax : 1};
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  return WithToken(Unwrap<v1::SynonymSet>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::DeleteSynonymSetResponse> SynonymService::DeleteSynonymSet(
    const Call& call, const v1::DeleteSynonymSetRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kWriteTerms));
  RETURN_IF_ERROR(CheckName(request.name(), kSynonyms, FieldPath("name")));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(const v1::SynonymSet set, Read(request.name(), call.deadline));
    RETURN_IF_ERROR(CheckEtag(set.name(), request.etag(), set.etag()));
    Draft draft;
    draft.deletes.push_back(set.name());
    draft.preconditions.push_back(MustHaveEtag(set.name(), set.etag()));
    return draft;
  };
  const WriteOptions options{
      .action = "DeleteSynonymSet",
      .conflict_attempts = request.etag().empty() ? kConflictAttemptsMax : 1};
  ASSIGN_OR_RETURN(const Written written, writer_.Write(call, request, options, compose));
  v1::DeleteSynonymSetResponse response;
  response.set_consistency_token(
      EncodeToken({written.position.timeline_id, written.position.kb_revision}));
  return response;
}

}  // namespace hotline::knowledge
