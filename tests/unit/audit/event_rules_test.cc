#include "services/audit/event_rules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "hotline/audit/v1/audit_service.pb.h"
#include "hotline/identity/v1/identity_service.pb.h"
#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "hotline/knowledge/v1/review_service.pb.h"
#include "proto/cc/errors.h"
#include "services/access/permission.h"
#include "services/audit/pending_events.h"
#include "tests/unit/audit/audit_world.h"

namespace hotline::audit {
namespace {

using ::testing::ElementsAre;

constexpr char kKnowledge[] = "/hotline.knowledge.v1.KnowledgeService/";
constexpr char kAnswer[] = "/hotline.answer.v1.AnswerService/";

class EventRulesTest : public ::testing::Test {
 protected:
  EventRulesTest() {
    // Taking a descriptor links each service in, as serving it does.
    knowledge::v1::GetEntryRequest::descriptor();
    knowledge::v1::ListReviewQueueRequest::descriptor();
    answer::v1::AskRequest::descriptor();
    v1::ListAuditRecordsRequest::descriptor();
  }

  std::optional<v1::AuditEvent> Succeeded(const std::string& rpc,
                                          const google::protobuf::Message& request,
                                          const google::protobuf::Message* reply) {
    return rules_.EventFor(AgentCall(rpc), &request, reply, absl::OkStatus());
  }

  EventRules rules_;
};

TEST_F(EventRulesTest, ARefusedPublicCallerIsRecordedWithWhoWhereWhatAndWhy) {
  const runtime::Call call = PublicCall(std::string(kKnowledge) + "PublishEntry");
  knowledge::v1::PublishEntryRequest request;
  request.set_name("entries/a");
  const absl::Status refused = access::Require(call, access::Permission::kPublish);
  ASSERT_FALSE(refused.ok());

  const auto event = rules_.EventFor(call, &request, nullptr, refused);

  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kind(), v1::AuditEvent::REFUSAL);
  EXPECT_EQ(event->reason(), "NOT_ALLOWED");
  EXPECT_EQ(event->actor(), "public");
  EXPECT_EQ(event->address(), "198.51.100.7 via ipv4:10.0.0.5:51234");
  EXPECT_EQ(event->rpc(), call.rpc);
  EXPECT_EQ(event->call_id(), "call-1");
  EXPECT_THAT(event->names(), ElementsAre("entries/a"));
  EXPECT_GT(event->event_time().seconds(), 1'600'000'000);
}

TEST_F(EventRulesTest, OtherRefusalsOfRightsAndGatesAreRecordedAndMistakesAreNot) {
  const auto recorded = [&](absl::StatusCode code, ErrorReason reason) {
    return rules_.EventFor(AgentCall("/x/Y"), nullptr, nullptr, MakeError(code, reason, "不行"))
        .has_value();
  };

  EXPECT_TRUE(recorded(absl::StatusCode::kPermissionDenied, type::v1::SAME_PERSON));
  EXPECT_TRUE(recorded(absl::StatusCode::kPermissionDenied, type::v1::PASSWORD_CHANGE_REQUIRED));
  EXPECT_TRUE(recorded(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED));
  EXPECT_TRUE(recorded(absl::StatusCode::kFailedPrecondition, type::v1::GATE_BLOCKED));
  EXPECT_TRUE(recorded(absl::StatusCode::kInvalidArgument, type::v1::BAD_FILE));
  EXPECT_FALSE(recorded(absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED));
  EXPECT_FALSE(recorded(absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH));
  EXPECT_FALSE(recorded(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(EventRulesTest, ASignInThatFailedSaysWhoseItWasButNeverAPasswordInTheWrongField) {
  const runtime::Call call = AgentCall("/hotline.identity.v1.IdentityService/SignIn");
  const absl::Status refused =
      MakeError(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REFUSED, "不对");
  identity::v1::SignInRequest request;
  request.set_login("wangfang");
  request.set_password("Geheim-2025");

  const auto event = rules_.EventFor(call, &request, nullptr, refused);

  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kind(), v1::AuditEvent::SIGN_IN_FAILURE);
  EXPECT_EQ(event->actor(), "wangfang");
  EXPECT_EQ(event->reason(), "SIGN_IN_REFUSED");
  request.set_login("Geheim-2025");
  const auto mistyped = rules_.EventFor(call, &request, nullptr, refused);
  ASSERT_TRUE(mistyped.has_value());
  EXPECT_EQ(mistyped->SerializeAsString().find("Geheim"), std::string::npos);
}

TEST_F(EventRulesTest, ARefusalWithoutARequestNamesWhatTheErrorNames) {
  const absl::Status refused = MakeError(absl::StatusCode::kPermissionDenied, type::v1::SAME_PERSON,
                                         "不行", {{"name", "entries/a"}});

  const auto event = rules_.EventFor(AgentCall("/x/Y"), nullptr, nullptr, refused);

  ASSERT_TRUE(event.has_value());
  EXPECT_THAT(event->names(), ElementsAre("entries/a"));
}

TEST_F(EventRulesTest, AnAnswerOnTheAgentChannelIsAReadAndOnThePublicOnesIsNot) {
  answer::v1::GetAnswerRequest request;
  request.set_name("entries/a");
  answer::v1::GetAnswerResponse reply;
  reply.mutable_answer()->set_entry("entries/a");

  request.set_channel(type::v1::WEB);
  EXPECT_FALSE(Succeeded(std::string(kAnswer) + "GetAnswer", request, &reply).has_value());
  request.set_channel(type::v1::AGENT);
  const auto event = Succeeded(std::string(kAnswer) + "GetAnswer", request, &reply);

  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kind(), v1::AuditEvent::INTERNAL_READ);
  EXPECT_EQ(event->reason(), "");
  EXPECT_THAT(event->names(), ElementsAre("entries/a"));
}

TEST_F(EventRulesTest, AnAnswerOfAnEarlierDateIsARead) {
  answer::v1::GetAnswerRequest request;
  request.set_name("entries/a");
  request.set_channel(type::v1::WEB);
  request.set_as_of_kb_revision(3);
  answer::v1::GetAnswerResponse reply;
  reply.mutable_answer()->set_entry("entries/a");

  EXPECT_TRUE(Succeeded(std::string(kAnswer) + "GetAnswer", request, &reply).has_value());
}

TEST_F(EventRulesTest, AQuestionNamesTheAnswerAndTheChoicesAndOneWithoutAnswerIsNoRead) {
  answer::v1::AskRequest request;
  request.set_question("居住证怎么办");
  request.set_channel(type::v1::AGENT);
  answer::v1::AskResponse reply;
  EXPECT_FALSE(Succeeded(std::string(kAnswer) + "Ask", request, &reply).has_value());
  reply.add_choices()->set_entry("entries/a");
  reply.add_choices()->set_entry("entries/b");

  const auto event = Succeeded(std::string(kAnswer) + "Ask", request, &reply);

  ASSERT_TRUE(event.has_value());
  EXPECT_THAT(event->names(), ElementsAre("entries/a", "entries/b"));
  EXPECT_EQ(event->SerializeAsString().find("居住证"), std::string::npos);
}

TEST_F(EventRulesTest, ReadsOfWorkingTextsAndHistoriesAreReads) {
  knowledge::v1::Entry entry;
  entry.set_name("entries/a");
  knowledge::v1::GetEntryRequest get;
  get.set_name("entries/a");
  EXPECT_TRUE(Succeeded(std::string(kKnowledge) + "GetEntry", get, &entry).has_value());

  knowledge::v1::DiffEntryRevisionsRequest diff;
  diff.set_before("entries/a/revisions/1");
  diff.set_after("entries/a/revisions/2");
  const knowledge::v1::DiffEntryRevisionsResponse differences;
  const auto event = Succeeded(std::string(kKnowledge) + "DiffEntryRevisions", diff, &differences);
  ASSERT_TRUE(event.has_value());
  EXPECT_THAT(event->names(), ElementsAre("entries/a/revisions/1", "entries/a/revisions/2"));

  // Of the newer services, without anybody having thought of it.
  knowledge::v1::ListReviewQueueResponse queue;
  queue.add_entries()->set_name("entries/a");
  EXPECT_TRUE(Succeeded("/hotline.knowledge.v1.ReviewService/ListReviewQueue",
                        knowledge::v1::ListReviewQueueRequest(), &queue)
                  .has_value());
}

TEST_F(EventRulesTest, AListNamesAtMostAHundredAndAnEmptyOneIsNoRead) {
  knowledge::v1::ListEntriesResponse list;
  EXPECT_FALSE(
      Succeeded(std::string(kKnowledge) + "ListEntries", knowledge::v1::ListEntriesRequest(), &list)
          .has_value());
  for (int i = 0; i < 150; ++i) list.add_entries()->set_name("entries/e" + std::to_string(i));

  const auto event = Succeeded(std::string(kKnowledge) + "ListEntries",
                               knowledge::v1::ListEntriesRequest(), &list);

  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->names_size(), kNamesMax);
}

TEST_F(EventRulesTest, WritesAndWhatShowsNoTextAreNotRecordedAsReads) {
  knowledge::v1::Entry entry;
  entry.set_name("entries/a");
  EXPECT_FALSE(Succeeded(std::string(kKnowledge) + "PublishEntry",
                         knowledge::v1::PublishEntryRequest(), &entry)
                   .has_value());
  knowledge::v1::Department department;
  department.set_name("departments/d");
  EXPECT_FALSE(Succeeded(std::string(kKnowledge) + "GetDepartment",
                         knowledge::v1::GetDepartmentRequest(), &department)
                   .has_value());
}

TEST_F(EventRulesTest, ExportsAndReadsOfTheAuditAreRecordedEvenWithoutNames) {
  const auto exported = Succeeded(std::string(kKnowledge) + "ExportEntries",
                                  knowledge::v1::ExportEntriesRequest(), nullptr);
  ASSERT_TRUE(exported.has_value());
  EXPECT_EQ(exported->kind(), v1::AuditEvent::EXPORT);
  const v1::ListAuditRecordsResponse list;
  const auto read = Succeeded("/hotline.audit.v1.AuditService/ListAuditRecords",
                              v1::ListAuditRecordsRequest(), &list);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->kind(), v1::AuditEvent::AUDIT_READ);
}

TEST_F(EventRulesTest, WhatACallerSendsCannotSpoilARecord) {
  runtime::Call call = AgentCall("/x/Y");
  call.caller.actor = "bad\xff utf8";
  knowledge::v1::PublishEntryRequest request;
  request.set_name("entries/\xff");

  const auto event = rules_.EventFor(
      call, &request, nullptr,
      MakeError(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED, "不行"));

  ASSERT_TRUE(event.has_value());
  v1::AuditEvent copy;
  EXPECT_TRUE(copy.ParseFromString(event->SerializeAsString()));
  EXPECT_TRUE(event->names().empty());
}

}  // namespace
}  // namespace hotline::audit
