// Builders of valid resources and commits: a test says only what matters to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "hotline/store/v1/change.pb.h"
#include "hotline/store/v1/store_service.pb.h"

namespace hotline::testing {

// A sound draft: FAQ, one CONCLUSION block, region 440300, category 社会保障/社保缴费, public, all
// channels.
class EntryBuilder {
 public:
  explicit EntryBuilder(std::string_view id);

  EntryBuilder& Question(std::string_view question);
  EntryBuilder& SimilarQuestion(std::string_view question);
  EntryBuilder& Answer(std::string_view text);  // text of the CONCLUSION block
  EntryBuilder& Block(knowledge::v1::AnswerBlock::Type type, std::string_view text);
  EntryBuilder& AgentNotes(std::string_view notes);
  EntryBuilder& Keyword(std::string_view keyword);
  EntryBuilder& Kind(knowledge::v1::EntryKind kind);
  EntryBuilder& Category(std::string_view category);
  EntryBuilder& Department(std::string_view name);
  EntryBuilder& Region(std::string_view region);
  EntryBuilder& Audience(type::v1::Audience audience);
  EntryBuilder& Channel(type::v1::Channel channel);
  EntryBuilder& ValidFrom(int64_t log_time);  // microseconds, as LogTime
  EntryBuilder& ValidUntil(int64_t log_time);
  EntryBuilder& Policy(std::string_view name);
  EntryBuilder& State(knowledge::v1::Entry::State state);
  // PUBLISHED at `revision` with the working text as it is now, content hash included. Call it
  // last.
  EntryBuilder& Online(int64_t revision = 1, std::string_view publisher = "editor");
  // RECALLED or RETIRED: nothing online, with a withdrawal of `revision`.
  EntryBuilder& Withdrawn(knowledge::v1::Entry::State state, std::string_view reason,
                          int64_t revision = 1);

  knowledge::v1::Entry Build() const { return entry_; }
  operator knowledge::v1::Entry() const { return entry_; }  // NOLINT: reads well in tests

 private:
  knowledge::v1::Entry entry_;
};

// `id` without the collection: AnEntry("shebao-jiaofei").
EntryBuilder AnEntry(std::string_view id = "shebao-jiaofei");

knowledge::v1::Department ADepartment(std::string_view id = "rsj",
                                      std::string_view display_name = "市人力资源和社会保障局");
knowledge::v1::Policy APolicy(std::string_view id = "shebao-2025",
                              std::string_view title = "关于社会保险缴费的通知");

// An AMOUNT in 元/月: 失业保险金标准.
knowledge::v1::Fact AFact(std::string_view id = "shiye-jin", std::string_view value = "2360");

// A set of these words, e.g. ASynonymSet("shebao", SynonymSet::ABBREVIATION, {"社会保险", "社保"}).
knowledge::v1::SynonymSet ASynonymSet(std::string_view id, knowledge::v1::SynonymSet::Kind kind,
                                      const std::vector<std::string>& words);

// A receipt of revision 1 of an entry, read at position 1 by web: AReceipt("r4830", "shebao").
insight::v1::AnswerReceipt AReceipt(std::string_view id, std::string_view entry_id,
                                    int64_t revision = 1);

// Wraps a resource into the oneof; overloads for what tests write most.
store::v1::Resource ResourceOf(const knowledge::v1::Entry& entry);
store::v1::Resource ResourceOf(const knowledge::v1::Department& department);
store::v1::Resource ResourceOf(const knowledge::v1::Policy& policy);
store::v1::Resource ResourceOf(const knowledge::v1::Fact& fact);
store::v1::Resource ResourceOf(const knowledge::v1::Release& release);
store::v1::Resource ResourceOf(const knowledge::v1::Recall& recall);
store::v1::Resource ResourceOf(const knowledge::v1::SynonymSet& set);
store::v1::Resource ResourceOf(const insight::v1::AnswerReceipt& receipt);

// `text` for as long as the program runs: Call::rpc is a literal in the product.
std::string_view Literal(std::string_view text);

// A UUID that is never the same twice in one process and differs between processes.
std::string NewRequestId();

// A CommitRequest with a fresh request_id, actor "tester", action "Test" and a fingerprint over its
// effects.
class CommitBuilder {
 public:
  CommitBuilder();

  CommitBuilder& RequestId(std::string_view request_id);
  CommitBuilder& Actor(std::string_view actor);
  CommitBuilder& Action(std::string_view action);
  CommitBuilder& Put(const store::v1::Resource& resource);
  template <typename T>
  CommitBuilder& Put(const T& resource) {
    return Put(ResourceOf(resource));
  }
  CommitBuilder& Delete(std::string_view name);
  CommitBuilder& IfEtag(std::string_view name, std::string_view etag);
  CommitBuilder& IfAbsent(std::string_view name);
  CommitBuilder& IfPresent(std::string_view name);
  CommitBuilder& IfUnreferenced(std::string_view name);
  CommitBuilder& Urgent();
  CommitBuilder& ValidateOnly();
  // Any 32 bytes; without it SHA-256 over effects and preconditions.
  CommitBuilder& Fingerprint(std::string_view fingerprint);

  store::v1::CommitRequest Build() const;
  operator store::v1::CommitRequest() const { return Build(); }  // NOLINT: reads well in tests

 private:
  store::v1::CommitRequest request_;
};

CommitBuilder ACommit();

}  // namespace hotline::testing
