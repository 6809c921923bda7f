// Golden questions: what people really ask, and the entry that it must hit.
#include <utility>

#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/checks/check_service.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge::checks {
namespace {

using access::Permission;
using access::Require;

absl::Status CheckGolden(v1::GoldenQuestion* golden) {
  const FieldPath path("golden_question");
  RETURN_IF_ERROR(
      CheckText(golden->mutable_question(), {1, kQuestionMax}, FieldPath(path, "question")));
  RETURN_IF_ERROR(CheckName(golden->entry(), kEntries, FieldPath(path, "entry")));
  if (golden->rank_max() < 0 || golden->rank_max() > kGoldenRankMax) {
    return FieldInvalid(FieldPath(path, "rank_max").ToString(), std::to_string(golden->rank_max()),
                        "请填写 1 到 10；0 表示必须排在第一。");
  }
  if (golden->rank_max() == 0) golden->set_rank_max(1);
  if (!golden->region().empty()) {
    RETURN_IF_ERROR(CheckRegion(golden->region(), FieldPath(path, "region")));
  }
  if (golden->department().empty()) return absl::OkStatus();
  return CheckName(golden->department(), kDepartments, FieldPath(path, "department"));
}

}  // namespace

absl::StatusOr<v1::ListGoldenQuestionsResponse> CheckService::ListGoldenQuestions(
    const Call& call, const v1::ListGoldenQuestionsRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kGoldens));
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListGoldenQuestionsResponse response;
  for (auto& resource : page.resources) {
    *response.add_golden_questions() =
        WithToken(Unwrap<v1::GoldenQuestion>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::GoldenQuestion> CheckService::CreateGoldenQuestion(
    const Call& call, const v1::CreateGoldenQuestionRequest& request) {
  RETURN_IF_ERROR(Require(call, Permission::kWriteLedgers,
                          {.department = request.golden_question().department()}));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    v1::GoldenQuestion golden = request.golden_question();
    golden.clear_etag();
    golden.clear_create_time();
    golden.clear_update_time();
    golden.clear_consistency_token();
    golden.set_name(MakeName(kGoldens, request.golden_question_id().empty()
                                           ? MadeId("g", request_id)
                                           : request.golden_question_id()));
    RETURN_IF_ERROR(CheckName(golden.name(), kGoldens, FieldPath("golden_question_id")));
    RETURN_IF_ERROR(CheckGolden(&golden));
    Draft draft;
    draft.preconditions = {MustBeAbsent(golden.name()), MustExist(golden.entry())};
    if (!golden.department().empty()) draft.preconditions.push_back(MustExist(golden.department()));
    draft.puts.push_back(Wrap(std::move(golden)));
    return draft;
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "CreateGoldenQuestion"}, compose));
  return WithToken(Unwrap<v1::GoldenQuestion>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::DeleteGoldenQuestionResponse> CheckService::DeleteGoldenQuestion(
    const Call& call, const v1::DeleteGoldenQuestionRequest& request) {
  // Asked twice: whoever has no such right anywhere need not learn which names exist.
  RETURN_IF_ERROR(CheckName(request.name(), kGoldens, FieldPath("name")));
  RETURN_IF_ERROR(access::RequireSomewhere(call, Permission::kReadEntries));
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(const ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    const v1::GoldenQuestion& golden = read.resource.golden_question();
    RETURN_IF_ERROR(Require(call, Permission::kWriteLedgers, {.department = golden.department()}));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(request.name(), golden.etag()));
    draft.deletes.push_back(request.name());
    return draft;
  };
  ASSIGN_OR_RETURN(const Written written, writer_.Write(call, request,
                                                        {.action = "DeleteGoldenQuestion",
                                                         .conflict_attempts = kConflictAttemptsMax},
                                                        compose));
  v1::DeleteGoldenQuestionResponse response;
  response.set_consistency_token(
      EncodeToken({written.position.timeline_id, written.position.kb_revision}));
  return response;
}

}  // namespace hotline::knowledge::checks
