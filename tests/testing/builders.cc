#include "tests/testing/builders.h"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <random>
#include <set>

#include <unistd.h>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "proto/cc/time.h"

namespace hotline::testing {

using knowledge::v1::AnswerBlock;
using knowledge::v1::Entry;

EntryBuilder::EntryBuilder(std::string_view id) {
  entry_.set_name(MakeName(kEntries, id));
  entry_.set_state(Entry::DRAFT);
  entry_.set_updater("tester");
  auto& content = *entry_.mutable_content();
  content.set_kind(knowledge::v1::FAQ);
  content.set_question("社保怎么缴费？");
  content.set_category("社会保障/社保缴费");
  content.set_region("440300");
  content.set_audience(type::v1::PUBLIC);
  content.set_risk(knowledge::v1::NORMAL);
  Block(AnswerBlock::CONCLUSION, "可以在网上办理，也可以到窗口办理。");
}

EntryBuilder& EntryBuilder::Question(std::string_view question) {
  entry_.mutable_content()->set_question(std::string(question));
  return *this;
}
EntryBuilder& EntryBuilder::SimilarQuestion(std::string_view question) {
  entry_.mutable_content()->add_similar_questions(std::string(question));
  return *this;
}
EntryBuilder& EntryBuilder::Answer(std::string_view text) {
  entry_.mutable_content()->mutable_blocks(0)->set_text(std::string(text));
  return *this;
}
EntryBuilder& EntryBuilder::Block(AnswerBlock::Type type, std::string_view text) {
  auto& block = *entry_.mutable_content()->add_blocks();
  block.set_type(type);
  block.set_text(std::string(text));
  return *this;
}
EntryBuilder& EntryBuilder::AgentNotes(std::string_view notes) {
  entry_.mutable_content()->set_agent_notes(std::string(notes));
  return *this;
}
EntryBuilder& EntryBuilder::Keyword(std::string_view keyword) {
  entry_.mutable_content()->add_keywords(std::string(keyword));
  return *this;
}
EntryBuilder& EntryBuilder::Kind(knowledge::v1::EntryKind kind) {
  entry_.mutable_content()->set_kind(kind);
  return *this;
}
EntryBuilder& EntryBuilder::Category(std::string_view category) {
  entry_.mutable_content()->set_category(std::string(category));
  return *this;
}
EntryBuilder& EntryBuilder::Department(std::string_view name) {
  entry_.mutable_content()->set_department(std::string(name));
  return *this;
}
EntryBuilder& EntryBuilder::Region(std::string_view region) {
  entry_.mutable_content()->set_region(std::string(region));
  return *this;
}
EntryBuilder& EntryBuilder::Audience(type::v1::Audience audience) {
  entry_.mutable_content()->set_audience(audience);
  return *this;
}
EntryBuilder& EntryBuilder::Channel(type::v1::Channel channel) {
  entry_.mutable_content()->add_channels(channel);
  return *this;
}
EntryBuilder& EntryBuilder::ValidFrom(int64_t log_time) {
  *entry_.mutable_content()->mutable_validity()->mutable_effective_time() = ToTimestamp(log_time);
  return *this;
}
EntryBuilder& EntryBuilder::ValidUntil(int64_t log_time) {
  *entry_.mutable_content()->mutable_validity()->mutable_expire_time() = ToTimestamp(log_time);
  return *this;
}
EntryBuilder& EntryBuilder::Policy(std::string_view name) {
  entry_.mutable_content()->add_policies(std::string(name));
  return *this;
}
EntryBuilder& EntryBuilder::State(Entry::State state) {
  entry_.set_state(state);
  return *this;
}
EntryBuilder& EntryBuilder::Online(int64_t revision, std::string_view publisher) {
  entry_.set_state(Entry::PUBLISHED);
  entry_.clear_withdrawal();
  entry_.set_latest_revision(revision);
  auto& online = *entry_.mutable_online();
  online.Clear();
  online.set_revision(revision);
  online.set_publisher(std::string(publisher));
  online.set_content_hash(ContentHash(entry_.content()));
  return *this;
}
EntryBuilder& EntryBuilder::Withdrawn(Entry::State state, std::string_view reason,
                                      int64_t revision) {
  entry_.set_state(state);
  entry_.clear_online();
  entry_.set_latest_revision(revision);
  auto& withdrawal = *entry_.mutable_withdrawal();
  withdrawal.set_reason(std::string(reason));
  withdrawal.set_actor("tester");
  withdrawal.set_revision(revision);
  return *this;
}

EntryBuilder AnEntry(std::string_view id) { return EntryBuilder(id); }

knowledge::v1::Department ADepartment(std::string_view id, std::string_view display_name) {
  knowledge::v1::Department department;
  department.set_name(MakeName(kDepartments, id));
  department.set_display_name(std::string(display_name));
  department.set_phone("12345");
  department.set_region("440300");
  return department;
}

knowledge::v1::Policy APolicy(std::string_view id, std::string_view title) {
  knowledge::v1::Policy policy;
  policy.set_name(MakeName(kPolicies, id));
  policy.set_title(std::string(title));
  policy.set_document_number("深人社规〔2025〕3号");
  policy.set_status(knowledge::v1::Policy::VALID);
  policy.set_region("440300");
  return policy;
}

knowledge::v1::Fact AFact(std::string_view id, std::string_view value) {
  knowledge::v1::Fact fact;
  fact.set_name(MakeName(kFacts, id));
  fact.set_type(knowledge::v1::Fact::AMOUNT);
  fact.set_display_name("失业保险金标准");
  fact.set_value(std::string(value));
  fact.set_unit("元/月");
  return fact;
}

knowledge::v1::SynonymSet ASynonymSet(std::string_view id, knowledge::v1::SynonymSet::Kind kind,
                                      const std::vector<std::string>& words) {
  knowledge::v1::SynonymSet set;
  set.set_name(MakeName(kSynonyms, id));
  set.set_kind(kind);
  for (const std::string& word : words) set.add_words(word);
  return set;
}

insight::v1::AnswerReceipt AReceipt(std::string_view id, std::string_view entry_id,
                                    int64_t revision) {
  insight::v1::AnswerReceipt receipt;
  receipt.set_name(MakeName(kReceipts, id));
  receipt.set_entry(MakeName(kEntries, entry_id));
  receipt.set_revision(revision);
  receipt.set_kb_revision(1);
  receipt.set_content_hash("sha256:" + std::string(64, '0'));
  receipt.set_channel(type::v1::WEB);
  return receipt;
}

store::v1::Resource ResourceOf(const insight::v1::AnswerReceipt& receipt) {
  store::v1::Resource resource;
  *resource.mutable_receipt() = receipt;
  return resource;
}
store::v1::Resource ResourceOf(const knowledge::v1::SynonymSet& set) {
  store::v1::Resource resource;
  *resource.mutable_synonym_set() = set;
  return resource;
}

store::v1::Resource ResourceOf(const Entry& entry) {
  store::v1::Resource resource;
  *resource.mutable_entry() = entry;
  return resource;
}
store::v1::Resource ResourceOf(const knowledge::v1::Department& department) {
  store::v1::Resource resource;
  *resource.mutable_department() = department;
  return resource;
}
store::v1::Resource ResourceOf(const knowledge::v1::Policy& policy) {
  store::v1::Resource resource;
  *resource.mutable_policy() = policy;
  return resource;
}
store::v1::Resource ResourceOf(const knowledge::v1::Fact& fact) {
  store::v1::Resource resource;
  *resource.mutable_fact() = fact;
  return resource;
}
store::v1::Resource ResourceOf(const knowledge::v1::Release& release) {
  store::v1::Resource resource;
  *resource.mutable_release() = release;
  return resource;
}
store::v1::Resource ResourceOf(const knowledge::v1::Recall& recall) {
  store::v1::Resource resource;
  *resource.mutable_recall() = recall;
  return resource;
}

std::string_view Literal(std::string_view text) {
  static std::mutex mutex;
  static std::set<std::string> kept;
  const std::lock_guard lock(mutex);
  return *kept.emplace(text).first;
}

std::string NewRequestId() {
  // Random per process, counted inside it: no two tests, also in parallel, can meet.
  static const uint64_t process =
      (uint64_t{std::random_device{}()} << 32U) ^ static_cast<uint64_t>(getpid());
  static std::atomic<uint64_t> counter{0};
  const uint64_t number = ++counter;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx",
                static_cast<unsigned>(process >> 32U),
                static_cast<unsigned>((process >> 16U) & 0xFFFFU),
                static_cast<unsigned>((process >> 4U) & 0xFFFU),
                static_cast<unsigned>(process & 0xFFFU), static_cast<unsigned long long>(number));
  return text;
}

CommitBuilder::CommitBuilder() {
  request_.set_request_id(NewRequestId());
  request_.set_actor("tester");
  request_.set_action("Test");
}

CommitBuilder& CommitBuilder::RequestId(std::string_view request_id) {
  request_.set_request_id(std::string(request_id));
  return *this;
}
CommitBuilder& CommitBuilder::Actor(std::string_view actor) {
  request_.set_actor(std::string(actor));
  return *this;
}
CommitBuilder& CommitBuilder::Action(std::string_view action) {
  request_.set_action(std::string(action));
  return *this;
}
CommitBuilder& CommitBuilder::Put(const store::v1::Resource& resource) {
  *request_.add_effects()->mutable_put() = resource;
  return *this;
}
CommitBuilder& CommitBuilder::Delete(std::string_view name) {
  request_.add_effects()->set_delete_name(std::string(name));
  return *this;
}
CommitBuilder& CommitBuilder::IfEtag(std::string_view name, std::string_view etag) {
  auto& precondition = *request_.add_preconditions();
  precondition.set_name(std::string(name));
  precondition.set_etag(std::string(etag));
  return *this;
}
CommitBuilder& CommitBuilder::IfAbsent(std::string_view name) {
  auto& precondition = *request_.add_preconditions();
  precondition.set_name(std::string(name));
  precondition.set_absent(true);
  return *this;
}
CommitBuilder& CommitBuilder::IfPresent(std::string_view name) {
  auto& precondition = *request_.add_preconditions();
  precondition.set_name(std::string(name));
  precondition.set_present(true);
  return *this;
}
CommitBuilder& CommitBuilder::IfUnreferenced(std::string_view name) {
  auto& precondition = *request_.add_preconditions();
  precondition.set_name(std::string(name));
  precondition.set_unreferenced(true);
  return *this;
}
CommitBuilder& CommitBuilder::Urgent() {
  request_.set_urgent(true);
  return *this;
}
CommitBuilder& CommitBuilder::ValidateOnly() {
  request_.set_validate_only(true);
  return *this;
}
CommitBuilder& CommitBuilder::Fingerprint(std::string_view fingerprint) {
  request_.set_request_fingerprint(std::string(fingerprint));
  return *this;
}

store::v1::CommitRequest CommitBuilder::Build() const {
  store::v1::CommitRequest request = request_;
  if (request.request_fingerprint().empty()) {
    store::v1::CommitRequest printed = request_;
    printed.clear_request_id();
    request.set_request_fingerprint(Sha256(SerializeDeterministic(printed)));
  }
  return request;
}

CommitBuilder ACommit() { return CommitBuilder(); }

}  // namespace hotline::testing
