// Recalls: a wrong answer goes away at once, and who has applied it can be asked.
#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/recall_receipt.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {

using access::Permission;
using access::RequireSomewhere;

absl::StatusOr<v1::Recall> KnowledgeService::RecallEntry(const Call& call,
                                                         const v1::RecallEntryRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kRecall));
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  ASSIGN_OR_RETURN(const std::string reason, CheckReason(request.reason(), "reason"));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    auto entry = Unwrap<v1::Entry>(std::move(read.resource));
    // What is withdrawn is what is online; a text that was never published has its working text
    // only.
    RETURN_IF_ERROR(
        access::Require(call, Permission::kRecall,
                        access::PlaceOf(entry.online().has_content() ? entry.online().content()
                                                                     : entry.content())));
    RETURN_IF_ERROR(CheckNotMerged(entry));  // nothing of it is said; what is said is the target's
    v1::Recall recall;
    recall.set_name(MakeName(kRecalls, MadeId("r", request_id)));
    recall.set_entry(entry.name());
    recall.set_reason(reason);
    recall.set_actor(call.caller.actor);
    recall.set_revision(RecallNow(call.caller.actor, reason, recall.name(), &entry));
    Draft draft;
    // The etag keeps a concurrent edit of the working text; on conflict the recall is composed
    // again on top of it.
    draft.preconditions = {MustHaveEtag(entry.name(), entry.etag()), MustBeAbsent(recall.name())};
    draft.puts.push_back(Wrap(std::move(recall)));
    draft.puts.push_back(Wrap(std::move(entry)));
    return draft;
  };
  const WriteOptions options{
      .action = "RecallEntry", .urgent = true, .conflict_attempts = kRecallAttemptsMax};
  ASSIGN_OR_RETURN(Written written, writer_.Write(call, request, options, compose));
  auto recall = WithToken(Unwrap<v1::Recall>(std::move(written.resource)), written.position);
  AddReceipt(&recall, call.deadline);
  return recall;
}

void KnowledgeService::AddReceipt(v1::Recall* recall, storage::Deadline deadline) const {
  // The recall itself stands: a reply without receipt is better than an error that looks like "not
  // recalled".
  const auto followers = store_.ListFollowers(deadline);
  if (followers.ok()) *recall->mutable_receipt() = MakeReceipt(recall->kb_revision(), *followers);
}

absl::StatusOr<v1::Recall> KnowledgeService::GetRecall(const Call& call,
                                                       const v1::GetRecallRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kRecalls, FieldPath("name")));
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  auto recall = WithToken(Unwrap<v1::Recall>(std::move(read.resource)), read.position);
  ASSIGN_OR_RETURN(const store::v1::ListFollowersResponse followers,
                   store_.ListFollowers(call.deadline));
  *recall.mutable_receipt() = MakeReceipt(recall.kb_revision(), followers);
  return recall;
}

absl::StatusOr<v1::ListRecallsResponse> KnowledgeService::ListRecalls(
    const Call& call, const v1::ListRecallsRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kRecalls));
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListRecallsResponse response;
  for (auto& resource : page.resources) {
    *response.add_recalls() = WithToken(Unwrap<v1::Recall>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

}  // namespace hotline::knowledge
