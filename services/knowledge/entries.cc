// Entries: reading and the arrows of their life cycle. What each arrow means stands in
// entry_life.h.
#include <utility>

#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "services/knowledge/acting.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/entry_view.h"
#include "services/knowledge/field_mask.h"
#include "services/knowledge/gate_check.h"
#include "services/knowledge/holding_task.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/review_rules.h"
#include "services/knowledge/suspects.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using access::Permission;
using access::PlaceOf;
using access::Require;
using access::RequireSomewhere;

absl::Status CheckView(v1::EntryView view) {
  if (v1::EntryView_IsValid(view)) return absl::OkStatus();
  return FieldInvalid("view", std::to_string(static_cast<int>(view)), "只能是 BASIC 或 FULL。");
}

absl::StatusOr<store::v1::EntryFilter> FilterOf(const v1::ListEntriesRequest& request) {
  if (!v1::Entry::State_IsValid(request.state())) return FieldInvalid("state", "", "取值未知。");
  if (!v1::EntryKind_IsValid(request.kind())) return FieldInvalid("kind", "", "取值未知。");
  if (!request.department().empty()) {
    RETURN_IF_ERROR(CheckName(request.department(), kDepartments, FieldPath("department")));
  }
  if (!request.region().empty())
    RETURN_IF_ERROR(CheckRegion(request.region(), FieldPath("region")));
  std::string category = request.category();
  RETURN_IF_ERROR(CheckText(&category, {0, kCategoryMax}, FieldPath("category")));
  store::v1::EntryFilter filter;
  filter.set_state(request.state());
  filter.set_department(request.department());
  filter.set_region(request.region());
  filter.set_category(category);
  filter.set_kind(request.kind());
  return filter;
}

std::vector<store::v1::Precondition> ReferencesExist(const v1::Entry& entry) {
  std::vector<store::v1::Precondition> preconditions;
  for (const std::string& name : ReferencesOf(entry.content())) {
    preconditions.push_back(MustExist(name));
  }
  for (const v1::EntryVariant& variant : entry.variants()) {
    for (const std::string& name : ReferencesOf(variant)) preconditions.push_back(MustExist(name));
  }
  return preconditions;
}

const MaskRules& EntryMask() {
  static const auto& rules = *new MaskRules{"content.", {}};
  return rules;
}

}  // namespace

void TrimToBasic(v1::Entry* entry) {
  entry->mutable_content()->clear_blocks();
  entry->mutable_content()->clear_agent_notes();
  entry->clear_variants();
  if (entry->has_online()) entry->mutable_online()->clear_content();
}

absl::StatusOr<v1::Entry> KnowledgeService::GetEntry(const Call& call,
                                                     const v1::GetEntryRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  RETURN_IF_ERROR(CheckView(request.view()));
  RETURN_IF_ERROR(CheckRevisionArgument(request.kb_revision()));
  RETURN_IF_ERROR(reader_.Await(request.consistency(), call.deadline));
  ASSIGN_OR_RETURN(ReadResource read,
                   reader_.Get(request.name(), request.kb_revision(), call.deadline));
  auto entry = Unwrap<v1::Entry>(std::move(read.resource));
  RETURN_IF_ERROR(RequireFor(call, Permission::kReadEntries, entry));
  SuspectMarker suspects(store_);
  suspects.Note(entry);
  RETURN_IF_ERROR(suspects.Mark(read.position, {&entry}, call.deadline));
  if (request.view() == v1::BASIC) TrimToBasic(&entry);
  return WithToken(std::move(entry), read.position);
}

absl::StatusOr<v1::ListEntriesResponse> KnowledgeService::ListEntries(
    const Call& call, const v1::ListEntriesRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kReadEntries));
  RETURN_IF_ERROR(CheckView(request.view()));
  RETURN_IF_ERROR(CheckRevisionArgument(request.kb_revision()));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_kb_revision(request.kb_revision());
  ASSIGN_OR_RETURN(*query.mutable_filter(), FilterOf(request));
  SuspectMarker suspects(store_);
  const auto trim = [&, full = request.view() == v1::FULL](store::v1::Resource* resource) {
    suspects.Note(resource->entry());
    if (!full) TrimToBasic(resource->mutable_entry());
  };
  ASSIGN_OR_RETURN(Page page, reader_.List(request, std::move(query), trim, call.deadline));
  std::vector<v1::Entry*> shown;
  for (auto& resource : page.resources) shown.push_back(resource.mutable_entry());
  RETURN_IF_ERROR(suspects.Mark(page.position, shown, call.deadline));
  v1::ListEntriesResponse response;
  for (auto& resource : page.resources) {
    // What the caller may not read is passed over: a page may be shorter than asked for.
    if (!RequireFor(call, Permission::kReadEntries, resource.entry()).ok()) continue;
    *response.add_entries() = WithToken(Unwrap<v1::Entry>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::Entry> KnowledgeService::CreateEntry(const Call& call,
                                                        const v1::CreateEntryRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kWriteEntries));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<Draft> {
    v1::Entry entry;
    entry.set_name(MakeName(
        kEntries, request.entry_id().empty() ? MadeId("e", request_id) : request.entry_id()));
    RETURN_IF_ERROR(CheckName(entry.name(), kEntries, FieldPath("entry_id")));
    *entry.mutable_content() = request.entry().content();
    RETURN_IF_ERROR(CheckContent(entry.mutable_content(), FieldPath("entry.content")));
    RETURN_IF_ERROR(Require(call, Permission::kWriteEntries, PlaceOf(entry.content())));
    entry.set_state(v1::Entry::DRAFT);
    ASSIGN_OR_RETURN(const std::vector<std::string> authors,
                     PeopleBehind(call, access::Permission::kWriteEntries, entry));
    for (const std::string& author : authors) entry.add_authors(author);
    entry.set_updater(call.caller.actor);
    Draft draft{.preconditions = ReferencesExist(entry)};
    draft.preconditions.push_back(MustBeAbsent(entry.name()));
    draft.puts.push_back(Wrap(std::move(entry)));
    return draft;
  };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "CreateEntry"}, compose));
  return WithToken(Unwrap<v1::Entry>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Entry> KnowledgeService::ChangeEntry(const Call& call,
                                                        const google::protobuf::Message& request,
                                                        const EntryChange& change) {
  const auto compose = [&](const std::string&) -> absl::StatusOr<Draft> {
    ASSIGN_OR_RETURN(ReadResource read, reader_.Get(change.name, 0, call.deadline));
    auto entry = Unwrap<v1::Entry>(std::move(read.resource));
    // The right is needed both where the entry is and where the change puts it.
    RETURN_IF_ERROR(RequireFor(call, change.permission, entry));
    RETURN_IF_ERROR(CheckEtag(entry.name(), change.etag, entry.etag()));
    RETURN_IF_ERROR(CheckNotMerged(entry));
    Draft draft;
    draft.preconditions.push_back(MustHaveEtag(entry.name(), entry.etag()));
    const v1::Entry before = entry;
    RETURN_IF_ERROR(change.change(&entry));
    RETURN_IF_ERROR(RequireFor(call, change.permission, entry));
    entry.set_updater(call.caller.actor);
    // A withdrawal rests on nothing else: it must go through even where a reference has vanished.
    if (change.action != "RetireEntry") {
      for (auto& condition : ReferencesExist(entry)) {
        draft.preconditions.push_back(std::move(condition));
      }
    }
    draft.puts.push_back(Wrap(entry));
    RETURN_IF_ERROR(
        CloseHoldingTask(store_, before, entry, {call.caller.actor, call.deadline}, &draft));
    return draft;
  };
  // Whoever named an etag wants to hear of conflicts; for others the change is made on top of the
  // newer text.
  const int attempts = change.etag.empty() ? kConflictAttemptsMax : 1;
  ASSIGN_OR_RETURN(
      Written written,
      writer_.Write(call, request, {.action = change.action, .conflict_attempts = attempts},
                    compose));
  return WithToken(Unwrap<v1::Entry>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::Entry> KnowledgeService::UpdateEntry(const Call& call,
                                                        const v1::UpdateEntryRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kWriteEntries));
  RETURN_IF_ERROR(CheckName(request.entry().name(), kEntries, FieldPath("entry.name")));
  const auto change = [&](v1::Entry* entry) -> absl::Status {
    v1::EntryContent content = entry->content();
    RETURN_IF_ERROR(
        ApplyMask(request.update_mask(), EntryMask(), request.entry().content(), &content));
    RETURN_IF_ERROR(CheckContent(&content, FieldPath("entry.content")));
    ASSIGN_OR_RETURN(const std::vector<std::string> people,
                     PeopleBehind(call, access::Permission::kWriteEntries, *entry));
    return Rewrite(std::move(content), people, entry);
  };
  return ChangeEntry(call, request,
                     {.action = "UpdateEntry",
                      .permission = Permission::kWriteEntries,
                      .name = request.entry().name(),
                      .etag = request.entry().etag(),
                      .change = change});
}

absl::StatusOr<v1::Entry> KnowledgeService::PublishEntry(const Call& call,
                                                         const v1::PublishEntryRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kPublish));
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  if (request.etag().empty()) return FieldRequired("etag");
  const auto change = [&](v1::Entry* entry) -> absl::Status {
    const int stages = options_.stages.For(entry->content().risk());
    RETURN_IF_ERROR(CheckReleasable(*entry, stages));
    const GateRule rule = stages > 0 ? GateRule::kReasonsNeededToo : GateRule::kBlockingOnly;
    RETURN_IF_ERROR(PassGate(options_, *entry, rule, call.deadline));
    return PublishWorkingText(call.caller.actor, "", entry);
  };
  return ChangeEntry(call, request,
                     {.action = "PublishEntry",
                      .permission = Permission::kPublish,
                      .name = request.name(),
                      .etag = request.etag(),
                      .change = change});
}

absl::StatusOr<v1::Entry> KnowledgeService::RetireEntry(const Call& call,
                                                        const v1::RetireEntryRequest& request) {
  RETURN_IF_ERROR(RequireSomewhere(call, Permission::kPublish));
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  if (request.etag().empty()) return FieldRequired("etag");
  ASSIGN_OR_RETURN(const std::string reason, CheckReason(request.reason(), "reason"));
  const auto change = [&](v1::Entry* entry) { return Retire(call.caller.actor, reason, entry); };
  return ChangeEntry(call, request,
                     {.action = "RetireEntry",
                      .permission = Permission::kPublish,
                      .name = request.name(),
                      .etag = request.etag(),
                      .change = change});
}

absl::StatusOr<v1::Entry> KnowledgeService::SetEntryVariant(
    const Call& call, const v1::SetEntryVariantRequest& request) {
  // A translation is seen at once. Where texts go through reviews, it needs the right to publish.
  const bool reviewed = options_.stages.low + options_.stages.normal + options_.stages.high > 0;
  const Permission permission = reviewed ? Permission::kPublish : Permission::kWriteEntries;
  RETURN_IF_ERROR(RequireSomewhere(call, permission));
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  v1::EntryVariant variant = request.variant();
  RETURN_IF_ERROR(CheckVariant(&variant, FieldPath("variant")));
  variant.clear_update_time();  // the store stamps it
  if (variant.source_revision() < 1) return FieldRequired("variant.source_revision");
  const auto change = [&](v1::Entry* entry) -> absl::Status {
    if (!entry->has_online())
      return StateConflict(*entry, "该条目没有在线的版本，请先发布再提交译文。");
    if (entry->online().revision() != variant.source_revision()) {
      return StateConflict(*entry, "译文对应的版本不是在线版本（在线为第 " +
                                       std::to_string(entry->online().revision()) +
                                       " 版），请按在线版本核对译文后再提交。");
    }
    PutVariant(variant, entry);
    return absl::OkStatus();
  };
  return ChangeEntry(call, request,
                     {.action = "SetEntryVariant",
                      .permission = permission,
                      .name = request.name(),
                      .etag = request.etag(),
                      .change = change});
}

}  // namespace hotline::knowledge
