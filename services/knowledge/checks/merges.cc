// MergeEntries: one act, one Change. All wordings are kept, the old name leads to the new one, and
// golden questions follow.
#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/checks/check_service.h"
#include "services/knowledge/checks/merge_rules.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge::checks {
namespace {

using access::Permission;
using access::Require;

// Where the working text is, and where what is online is.
absl::Status RequireAt(const runtime::Call& call, const v1::Entry& entry) {
  RETURN_IF_ERROR(Require(call, Permission::kWriteTerms, access::PlaceOf(entry.content())));
  return Require(call, Permission::kWriteTerms, access::PlaceOf(OnlineContent(entry)));
}

// Whoever changed the text may not review it.
void AddAuthor(const std::string& actor, v1::Entry* entry) {
  const bool known =
      std::find(entry->authors().begin(), entry->authors().end(), actor) != entry->authors().end();
  if (!known) entry->add_authors(actor);
}

absl::Status TooManyPhrasings(const v1::Entry& target, const std::vector<std::string>& dropped) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::LIMIT_EXCEEDED,
                   "合并后相似问超过 " + std::to_string(kSimilarQuestionsMax) + " 条，放不下 " +
                       std::to_string(dropped.size()) + " 条（例如“" + dropped.front() +
                       "”）；请先删去两条中用不到的问法，再合并。",
                   {{"name", target.name()},
                    {"limit", std::to_string(kSimilarQuestionsMax)},
                    {"actual", std::to_string(kSimilarQuestionsMax + dropped.size())}});
}

// The golden questions of `entry`, pointed to `target`, each under the condition that nobody
// changed it. More of them than may follow is an error: none must be left behind.
absl::Status MoveGoldens(storage::Store& store, const std::string& entry, const std::string& target,
                         storage::Deadline deadline, Draft* draft) {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kGoldens));
  query.set_page_size(storage::kPageSizeMax);
  size_t moved = 0;
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store.List(query, deadline));
    more = page.more && !page.resources.empty();
    if (page.resources.empty()) break;
    query.set_after_name(NameOf(page.resources.back().resource));
    query.set_kb_revision(page.position.kb_revision);
    for (storage::Versioned& versioned : page.resources) {
      auto golden = Unwrap<v1::GoldenQuestion>(std::move(versioned.resource));
      if (golden.entry() != entry) continue;
      if (++moved > kGoldensPerMergeMax) {
        return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                         "该条目的金标问句超过 " + std::to_string(kGoldensPerMergeMax) +
                             " 条，请先删去一些再合并。",
                         {{"limit", std::to_string(kGoldensPerMergeMax)}, {"name", entry}});
      }
      draft->preconditions.push_back(MustHaveEtag(golden.name(), golden.etag()));
      golden.set_entry(target);
      draft->puts.push_back(Wrap(std::move(golden)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

// Both are at rest, so neither leads anywhere and no loop can come of it. What leads to the merged
// entry already becomes one step longer, and readers follow kMergeChainMax steps. A merge into the
// merged entry at this very moment writes it, and one of the two meets the other's etag.
absl::Status CheckService::CheckChain(const v1::Entry& target, std::string_view merged,
                                      storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  RETURN_IF_ERROR(view_.Await(status.head_kb_revision(), deadline));
  int longest = 0;
  RETURN_IF_ERROR(view_.Read(
      [&](const BaseState& state) { longest = state.MergeDepth(merged, kMergeChainMax); }));
  if (longest < kMergeChainMax) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
                   "已有条目经过 " + std::to_string(kMergeChainMax) + " 层并入 " +
                       std::string(merged) + "，不能再加一层；请保留这一条，把另一条并入它。",
                   {{"name", target.name()}, {"reference", std::string(merged)}});
}

absl::StatusOr<Draft> CheckService::ComposeMerge(const Call& call,
                                                 const v1::MergeEntriesRequest& request) {
  ASSIGN_OR_RETURN(ReadResource read_target, reader_.Get(request.name(), 0, call.deadline));
  ASSIGN_OR_RETURN(ReadResource read_merged, reader_.Get(request.merged(), 0, call.deadline));
  auto target = Unwrap<v1::Entry>(std::move(read_target.resource));
  auto merged = Unwrap<v1::Entry>(std::move(read_merged.resource));
  RETURN_IF_ERROR(RequireAt(call, target));
  RETURN_IF_ERROR(RequireAt(call, merged));
  RETURN_IF_ERROR(CheckEtag(target.name(), request.etag(), target.etag()));
  RETURN_IF_ERROR(CheckEtag(merged.name(), request.merged_etag(), merged.etag()));
  RETURN_IF_ERROR(CheckMergeable(target, merged));
  RETURN_IF_ERROR(CheckChain(target, merged.name(), call.deadline));
  Draft draft;
  draft.preconditions = {MustHaveEtag(target.name(), target.etag()),
                         MustHaveEtag(merged.name(), merged.etag())};
  v1::EntryContent content = target.content();
  // The wordings that people were offered, and those that somebody has written since.
  std::vector<std::string> dropped;
  if (merged.has_online()) dropped = AddPhrasings(OnlineContent(merged), &content);
  for (std::string& wording : AddPhrasings(merged.content(), &content)) {
    dropped.push_back(std::move(wording));
  }
  if (!dropped.empty()) return TooManyPhrasings(target, dropped);
  if (!SameMessage(content, target.content())) {
    AddAuthor(call.caller.actor, &target);
    for (const std::string& lender :
         access::LendersOf(call, Permission::kWriteTerms, access::PlaceOf(target.content()))) {
      AddAuthor(lender, &target);
    }
  }
  SetWorkingText(std::move(content), &target);
  target.set_updater(call.caller.actor);
  RedirectTo(target.name(), call.caller.actor, &merged);
  const std::string target_name = target.name();
  const std::string merged_name = merged.name();
  draft.puts.push_back(Wrap(std::move(target)));
  draft.puts.push_back(Wrap(std::move(merged)));
  RETURN_IF_ERROR(MoveGoldens(store_, merged_name, target_name, call.deadline, &draft));
  return draft;
}

absl::StatusOr<v1::Entry> CheckService::MergeEntries(const Call& call,
                                                     const v1::MergeEntriesRequest& request) {
  RETURN_IF_ERROR(
      access::RequireSomewhere(call, Permission::kReadEntries));  // where it is done: ComposeMerge
  RETURN_IF_ERROR(CheckName(request.name(), kEntries, FieldPath("name")));
  RETURN_IF_ERROR(CheckName(request.merged(), kEntries, FieldPath("merged")));
  if (request.etag().empty()) return FieldRequired("etag");
  if (request.merged_etag().empty()) return FieldRequired("merged_etag");
  if (request.name() == request.merged()) {
    return FieldInvalid("merged", request.merged(), "不能把条目并入它自己。");
  }
  const auto compose = [&](const std::string&) { return ComposeMerge(call, request); };
  ASSIGN_OR_RETURN(Written written,
                   writer_.Write(call, request, {.action = "MergeEntries"}, compose));
  return WithToken(Unwrap<v1::Entry>(std::move(written.resource)), written.position);
}

}  // namespace hotline::knowledge::checks
