// RehearseRelease: what a release would change, who would see it, and what it would be refused for.
// The composer is the one that releases (release_composer.h); nothing is written.
#include <algorithm>
#include <set>
#include <utility>

#include "google/protobuf/descriptor.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/knowledge/content_diff.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/release_composer.h"
#include "services/knowledge/release_life.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using Item = v1::Release::Item;
using Response = v1::RehearseReleaseResponse;
using Preview = Response::ItemPreview;

// Entries read from the store at a time, to count those that use a fact or cite a policy.
constexpr int kEntriesPerRead = 200;

void Refuse(const absl::Status& status, Preview* preview) {
  if (!preview->refusal().empty()) return;
  preview->set_refusal(std::string(status.message()));
  preview->set_refusal_reason(type::v1::ErrorReason_Name(ReasonOf(status)));
}

const v1::EntryContent* OnlineTextOf(const std::optional<store::v1::Resource>& resource) {
  if (!resource.has_value() || !resource->entry().has_online()) return nullptr;
  return &OnlineContent(resource->entry());
}

// The channels that may show a text; an internal one is the agents' alone.
void AddAudience(const v1::EntryContent& content, Preview* preview) {
  preview->set_audience(content.audience());
  preview->set_region(content.region());
  const auto& all = *type::v1::Channel_descriptor();
  for (int i = 0; i < all.value_count(); ++i) {
    const auto channel = static_cast<type::v1::Channel>(all.value(i)->number());
    const auto& chosen = content.channels();
    const bool shown =
        channel != type::v1::CHANNEL_UNSPECIFIED &&
        (chosen.empty() || std::find(chosen.begin(), chosen.end(), channel) != chosen.end()) &&
        (content.audience() != type::v1::AGENT_ONLY || channel == type::v1::AGENT);
    if (shown) preview->add_channels(channel);
  }
}

void AddDifferences(std::vector<v1::FieldDiff> differences, Preview* preview) {
  for (v1::FieldDiff& each : differences) *preview->add_differences() = std::move(each);
}

void PreviewEntry(const Item& item, const ItemOutcome& outcome, Preview* preview) {
  static const auto& nothing = *new v1::EntryContent();
  const v1::EntryContent* before = OnlineTextOf(outcome.before);
  const v1::EntryContent* after = &nothing;
  if (!outcome.puts.empty()) {
    const v1::Entry& put = outcome.puts.front().entry();
    if (put.has_online()) after = &OnlineContent(put);
  } else if (item.action() == Item::PUBLISH && outcome.before.has_value()) {
    after = &outcome.before->entry().content();  // refused: what it would have published
  } else if (before != nullptr) {
    after = before;
  }
  AddDifferences(DiffContents(before != nullptr ? *before : nothing, *after), preview);
  // Those who see the text, or for a withdrawal those who see it no more.
  const bool withdrawn = item.action() == Item::RETIRE && before != nullptr;
  AddAudience(withdrawn ? *before : *after, preview);
}

void PreviewValue(const Item& item, const ItemOutcome& outcome, Preview* preview) {
  if (item.action() == Item::PUT_POLICY) {
    const auto* before = outcome.before.has_value() ? &outcome.before->policy() : nullptr;
    AddDifferences(DiffValues(before, &item.policy()), preview);
    preview->set_region(item.policy().region());
  } else if (CollectionOf(item.target()) == kSynonyms) {
    const auto* before = outcome.before.has_value() ? &outcome.before->synonym_set() : nullptr;
    const bool removed = item.action() == Item::DELETE_SYNONYM_SET;
    AddDifferences(DiffValues(before, removed ? nullptr : &item.synonym_set()), preview);
  } else {
    const auto* before = outcome.before.has_value() ? &outcome.before->fact() : nullptr;
    AddDifferences(DiffValues(before, &item.fact()), preview);
    preview->set_region(item.fact().region());
  }
}

bool RefersTo(const v1::EntryContent& content, const std::string& name) {
  const std::vector<std::string> names = ReferencesOf(content);
  return std::find(names.begin(), names.end(), name) != names.end();
}

// How many entries use a fact or cite a policy, in their working or their online text.
absl::StatusOr<int64_t> CountReferrers(storage::Store& store, const std::string& name,
                                       int64_t kb_revision, storage::Deadline deadline) {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_page_size(kEntriesPerRead);
  query.set_kb_revision(kb_revision);
  query.mutable_filter()->set_reference(name);
  int64_t count = 0;
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store.List(query, deadline));
    more = page.more && !page.resources.empty();
    for (const storage::Versioned& versioned : page.resources) {
      const v1::Entry& entry = versioned.resource.entry();
      query.set_after_name(entry.name());
      if (RefersTo(entry.content(), name) ||
          (entry.online().has_content() && RefersTo(entry.online().content(), name))) {
        ++count;
      }
    }
  }
  return count;
}

// The names that do not exist, of any number.
absl::StatusOr<std::set<std::string>> Missing(storage::Store& store,
                                              const std::vector<std::string>& names,
                                              storage::Deadline deadline) {
  std::set<std::string> missing(names.begin(), names.end());
  for (size_t at = 0; at < names.size(); at += kTargetsPerRead) {
    const size_t end = std::min(names.size(), at + kTargetsPerRead);
    const std::vector<std::string> some(names.begin() + static_cast<std::ptrdiff_t>(at),
                                        names.begin() + static_cast<std::ptrdiff_t>(end));
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store.BatchGet(some, 0, deadline));
    for (const storage::Versioned& found : page.resources) missing.erase(NameOf(found.resource));
  }
  return missing;
}

absl::Status MissingReference(const std::string& target, const std::string& name) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
                   name + " 不存在或已被删除，请核对引用后再提交。",
                   {{"name", target}, {"reference", name}});
}

bool Hits(int rank, const v1::GoldenQuestion& golden) {
  return rank > 0 && rank <= std::max(1, golden.rank_max());
}

// Golden questions before and after.
class GoldenRehearsal {
 public:
  GoldenRehearsal(storage::Store& store, QuestionRanker& ranker, storage::Deadline deadline)
      : store_(store), ranker_(ranker), deadline_(deadline) {}

  absl::Status Run(const std::vector<ItemOutcome>& outcomes, Response* response) {
    ASSIGN_OR_RETURN(const std::vector<v1::GoldenQuestion> goldens, Read());
    response->set_golden_count(static_cast<int64_t>(goldens.size()));
    if (goldens.empty()) return absl::OkStatus();
    answer::v1::RankQuestionsRequest request;
    for (const ItemOutcome& outcome : outcomes) {
      for (const auto& put : outcome.puts) *request.add_effects()->mutable_put() = put;
      for (const auto& name : outcome.deletes) request.add_effects()->set_delete_name(name);
    }
    for (const v1::GoldenQuestion& golden : goldens) {
      auto& question = *request.add_questions();
      question.set_question(golden.question());
      question.set_entry(golden.entry());
      question.set_region(golden.region());
    }
    ASSIGN_OR_RETURN(const answer::v1::RankQuestionsResponse ranked,
                     ranker_.Rank(request, deadline_));
    for (int i = 0; i < ranked.ranks_size() && i < request.questions_size(); ++i) {
      Add(goldens[static_cast<size_t>(i)], ranked.ranks(i), response);
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<std::vector<v1::GoldenQuestion>> Read() {
    std::vector<v1::GoldenQuestion> goldens;
    store::v1::ListResourcesRequest query;
    query.set_collection(std::string(kGoldens));
    query.set_page_size(storage::kPageSizeMax);
    for (bool more = true; more && goldens.size() < kRehearsedGoldensMax;) {
      ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, deadline_));
      more = page.more && !page.resources.empty();
      query.set_kb_revision(page.position.kb_revision);
      for (storage::Versioned& versioned : page.resources) {
        query.set_after_name(NameOf(versioned.resource));
        goldens.push_back(std::move(*versioned.resource.mutable_golden_question()));
      }
    }
    if (goldens.size() > kRehearsedGoldensMax) goldens.resize(kRehearsedGoldensMax);
    return goldens;
  }

  static void Add(const v1::GoldenQuestion& golden,
                  const answer::v1::RankQuestionsResponse::Ranks& ranks, Response* response) {
    if (ranks.before() == ranks.after()) return;
    Response::GoldenChange& change = *response->add_golden_changes();
    change.set_golden_question(golden.name());
    change.set_question(golden.question());
    change.set_entry(golden.entry());
    change.set_rank_before(ranks.before());
    change.set_rank_after(ranks.after());
    change.set_lost(Hits(ranks.before(), golden) && !Hits(ranks.after(), golden));
    change.set_gained(!Hits(ranks.before(), golden) && Hits(ranks.after(), golden));
  }

  storage::Store& store_;
  QuestionRanker& ranker_;
  const storage::Deadline deadline_;
};

absl::StatusOr<Preview> PreviewOf(storage::Store& store, const Item& item,
                                  const ItemOutcome& outcome, storage::Deadline deadline) {
  Preview preview;
  preview.set_target(item.target());
  for (const v1::Finding& finding : outcome.findings) *preview.add_findings() = finding;
  if (CollectionOf(item.target()) == kEntries) {
    PreviewEntry(item, outcome, &preview);
  } else {
    PreviewValue(item, outcome, &preview);
    if (CollectionOf(item.target()) != kSynonyms) {  // words are referred to by nothing
      ASSIGN_OR_RETURN(const int64_t count, CountReferrers(store, item.target(), 0, deadline));
      preview.set_referrer_count(count);
    }
  }
  if (!outcome.refusal.ok()) Refuse(outcome.refusal, &preview);
  return preview;
}

bool IsRefused(const Preview& preview) { return !preview.refusal().empty(); }

}  // namespace

absl::StatusOr<Response> KnowledgeService::RehearseRelease(
    const Call& call, const v1::RehearseReleaseRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  RETURN_IF_ERROR(CheckName(request.name(), kReleases, FieldPath("name")));
  ASSIGN_OR_RETURN(ReadResource read, reader_.Get(request.name(), 0, call.deadline));
  const auto release = Unwrap<v1::Release>(std::move(read.resource));
  RETURN_IF_ERROR(RequireForTargets(store_, call, access::Permission::kReadEntries, release));
  RETURN_IF_ERROR(CheckNotOver(release));
  const ReleaseComposer composer({store_, options_, call, std::nullopt});
  ASSIGN_OR_RETURN(const std::vector<ItemOutcome> outcomes, composer.ComposeItems(release, true));
  ASSIGN_OR_RETURN(const std::set<std::string> missing,
                   Missing(store_, OutsideReferences(release, outcomes), call.deadline));
  Response response;
  response.set_kb_revision(read.position.kb_revision);
  response.set_etag(release.etag());
  for (int i = 0; i < release.items_size(); ++i) {
    const ItemOutcome& outcome = outcomes[static_cast<size_t>(i)];
    ASSIGN_OR_RETURN(Preview preview, PreviewOf(store_, release.items(i), outcome, call.deadline));
    preview.set_item(i);
    for (const std::string& name : outcome.references) {
      if (missing.count(name) > 0) Refuse(MissingReference(preview.target(), name), &preview);
    }
    *response.add_items() = std::move(preview);
  }
  if (options_.ranker != nullptr) {
    GoldenRehearsal goldens(store_, *options_.ranker, call.deadline);
    RETURN_IF_ERROR(goldens.Run(outcomes, &response));
  }
  const auto& items = response.items();
  if (std::none_of(items.begin(), items.end(), IsRefused)) {
    // What only the store can say, of the whole, such as its size.
    const absl::Status whole = TryRelease(call, release);
    if (!whole.ok() && !IsRefusal(whole)) return whole;
    if (!whole.ok()) Refuse(whole, response.mutable_items(0));
  }
  response.set_releasable(std::none_of(items.begin(), items.end(), IsRefused));
  return response;
}

absl::Status KnowledgeService::TryRelease(const Call& call, const v1::Release& release) {
  v1::PublishReleaseRequest trial;
  trial.set_name(release.name());
  trial.set_etag(release.etag());
  trial.set_validate_only(true);
  return PublishInOneChange(call, trial, {.action = "RehearseRelease"}).status();
}

}  // namespace hotline::knowledge
