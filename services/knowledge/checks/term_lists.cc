// Term lists: read, replaced and removed. A list is in force when the reply is given.
#include <unordered_set>
#include <utility>

#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/access/permission.h"
#include "services/knowledge/checks/check_service.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"
#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

using access::Permission;
using access::Require;

absl::Status CheckTerm(v1::TermList::Effect effect, const FieldPath& path,
                       v1::TermList::Term* term) {
  RETURN_IF_ERROR(CheckText(term->mutable_text(), {1, kTermMax}, FieldPath(path, "text")));
  std::u32string folded;
  text::Fold(term->text(), kTermMax, folded);
  if (folded.empty()) {
    return FieldInvalid(FieldPath(path, "text").ToString(), term->text(),
                        "至少要有一个文字、字母或数字。");
  }
  const bool replaces = effect == v1::TermList::REPLACE;
  RETURN_IF_ERROR(CheckText(term->mutable_replacement(), {replaces ? size_t{1} : 0, kTermMax},
                            FieldPath(path, "replacement")));
  if (replaces && term->replacement() == term->text()) {
    return FieldInvalid(FieldPath(path, "replacement").ToString(), term->replacement(),
                        "不能与要替换的词相同。");
  }
  return CheckText(term->mutable_note(), {0, kTermNoteMax}, FieldPath(path, "note"));
}

absl::Status CheckTermList(v1::TermList* list) {
  const FieldPath path("term_list");
  RETURN_IF_ERROR(CheckName(list->name(), kTerms, FieldPath(path, "name")));
  RETURN_IF_ERROR(CheckText(list->mutable_display_name(), {1, kDisplayNameMax},
                            FieldPath(path, "display_name")));
  const FieldPath effect(path, "effect");
  if (list->effect() == v1::TermList::EFFECT_UNSPECIFIED) return FieldRequired(effect.ToString());
  if (!v1::TermList::Effect_IsValid(list->effect())) {
    return FieldInvalid(effect.ToString(), std::to_string(list->effect()), "取值未知。");
  }
  const FieldPath terms(path, "terms");
  RETURN_IF_ERROR(CheckCount(list->terms_size(), kTermsMax, terms));
  std::unordered_set<std::string> seen;
  size_t bytes = 0;
  for (int i = 0; i < list->terms_size(); ++i) {
    const FieldPath term(path, "terms", i);
    RETURN_IF_ERROR(CheckTerm(list->effect(), term, list->mutable_terms(i)));
    if (!seen.insert(list->terms(i).text()).second) {
      return FieldInvalid(FieldPath(term, "text").ToString(), list->terms(i).text(),
                          "与前面的词重复，请删除重复的一条。");
    }
    bytes += list->terms(i).ByteSizeLong();
  }
  return bytes > kTermsBytesMax ? FieldTooLong(terms.ToString(), kTermsBytesMax, bytes)
                                : absl::OkStatus();
}

absl::Status TooManyLists() {
  return MakeError(
      absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
      "词表最多 " + std::to_string(kTermListsMax) + " 个，请合并后再新建。",
      {{"limit", std::to_string(kTermListsMax)}, {"actual", std::to_string(kTermListsMax + 1)}});
}

}  // namespace

absl::StatusOr<v1::TermList> CheckService::GetTermList(const Call& call,
                                                       const v1::GetTermListRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kTerms, FieldPath("name")));
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  return WithToken(Unwrap<v1::TermList>(std::move(read.resource)), read.position);
}

absl::StatusOr<v1::ListTermListsResponse> CheckService::ListTermLists(
    const Call& call, const v1::ListTermListsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kTerms));
  const auto trim = [](store::v1::Resource* resource) {
    resource->mutable_term_list()->clear_terms();
  };
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), trim, call.deadline));
  v1::ListTermListsResponse response;
  for (auto& resource : page.resources) {
    *response.add_term_lists() =
        WithToken(Unwrap<v1::TermList>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::TermList> CheckService::PutTermList(const Call& call,
                                                       const v1::PutTermListRequest& request) {
  RETURN_IF_ERROR(Require(call, Permission::kWriteTerms));
  v1::TermList list = request.term_list();
  list.clear_create_time();
  list.clear_update_time();
  list.clear_consistency_token();
  RETURN_IF_ERROR(CheckTermList(&list));
  size_t lists = 0;
  RETURN_IF_ERROR(view_.Read([&](const BaseState& state) { lists = state.lists().size(); }));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    const auto current = reader_.Get(list.name(), 0, call.deadline);
    Draft draft;
    if (current.ok()) {
      const std::string& etag = current->resource.term_list().etag();
      RETURN_IF_ERROR(CheckEtag(list.name(), request.term_list().etag(), etag));
      draft.preconditions.push_back(MustHaveEtag(list.name(), etag));
    } else if (current.status().code() != absl::StatusCode::kNotFound ||
               !request.term_list().etag().empty()) {
      return current.status();
    } else if (lists >= kTermListsMax) {
      return TooManyLists();
    } else {
      draft.preconditions.push_back(MustBeAbsent(list.name()));
    }
    draft.puts.push_back(Wrap(list));
    return draft;
  };
  const int attempts = request.term_list().etag().empty() ? kConflictAttemptsMax : 1;
  ASSIGN_OR_RETURN(
      Written written,
      writer_.Write(call, request, {.action = "PutTermList", .conflict_attempts = attempts},
                    compose));
  // The list stands; a view that is late says so itself to whoever asks it.
  (void)view_.Await(written.position.kb_revision, call.deadline);
  return WithToken(Unwrap<v1::TermList>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::DeleteTermListResponse> CheckService::DeleteTermList(
    const Call& call, const v1::DeleteTermListRequest& request) {
  RETURN_IF_ERROR(Require(call, Permission::kWriteTerms));
  RETURN_IF_ERROR(CheckName(request.name(), kTerms, FieldPath("name")));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(const ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(request.name(), read.resource.term_list().etag()));
    draft.deletes.push_back(request.name());
    return draft;
  };
  ASSIGN_OR_RETURN(const Written written, writer_.Write(call, request,
                                                        {.action = "DeleteTermList",
                                                         .conflict_attempts = kConflictAttemptsMax},
                                                        compose));
  (void)view_.Await(written.position.kb_revision, call.deadline);
  v1::DeleteTermListResponse response;
  response.set_consistency_token(
      EncodeToken({written.position.timeline_id, written.position.kb_revision}));
  return response;
}

}  // namespace hotline::knowledge::checks
