// The product's main job: one question, three channels, one answer at one revision; also across
// kill -9.
#include <gtest/gtest.h>

#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using knowledge::v1::Entry;
using knowledge::v1::KnowledgeService;
using testing::IsOk;

constexpr char kQuestion[] = "失业保险金怎么申领";

class OneAnswer : public ::testing::Test {
 protected:
  // Creates and publishes an entry; returns it as published.
  Entry PublishNew(const std::string& id, const std::string& question, const std::string& answer) {
    return world_.PublishNew(id, AContent(question, answer));
  }

  Entry Publish(const Entry& entry) {
    knowledge::v1::PublishEntryRequest request;
    request.set_name(entry.name());
    request.set_etag(entry.etag());
    const auto published = world_.client().PublishEntry(request);
    EXPECT_THAT(published, IsOk());
    return published.ok() ? *published : Entry();
  }

  Entry Edit(const std::string& name, const std::string& answer) {
    knowledge::v1::UpdateEntryRequest request;
    request.mutable_entry()->set_name(name);
    auto* block = request.mutable_entry()->mutable_content()->add_blocks();
    block->set_type(knowledge::v1::AnswerBlock::CONCLUSION);
    block->set_text(answer);
    request.mutable_update_mask()->add_paths("content.blocks");
    const auto edited = world_.client().UpdateEntry(request);
    EXPECT_THAT(edited, IsOk());
    return edited.ok() ? *edited : Entry();
  }

  // Asks on all three channels and expects one and the same answer.
  World::Said ExpectOneAnswer(const std::string& text) {
    const auto agent = world_.AskAgent(kQuestion);
    const auto web = world_.AskWeb(kQuestion);
    const auto plain = world_.AskPlain(kQuestion);
    EXPECT_TRUE(agent.known && web.known && plain.known);
    EXPECT_EQ(agent.entry, web.entry);
    EXPECT_EQ(agent.entry, plain.entry);
    EXPECT_EQ(agent.revision, web.revision);
    EXPECT_EQ(agent.revision, plain.revision);
    EXPECT_EQ(agent.hash, web.hash);
    EXPECT_EQ(agent.hash, plain.hash);
    EXPECT_EQ(agent.kb_revision, web.kb_revision);
    EXPECT_EQ(agent.kb_revision, plain.kb_revision);
    for (const auto* said : {&agent, &web, &plain})
      EXPECT_THAT(said->text, ::testing::HasSubstr(text));
    return agent;
  }

  void ExpectNobodyKnows() {
    EXPECT_FALSE(world_.AskAgent(kQuestion).known);
    EXPECT_FALSE(world_.AskWeb(kQuestion).known);
    EXPECT_FALSE(world_.AskPlain(kQuestion).known);
  }

  std::string AnswerAsOf(const std::string& name, int64_t kb_revision) {
    answer::v1::GetAnswerRequest request;
    request.set_name(name);
    request.set_channel(type::v1::AGENT);
    request.set_as_of_kb_revision(kb_revision);
    const auto reply = world_.client().GetAnswer(request);
    if (!reply.ok()) return type::v1::ErrorReason_Name(ReasonOf(reply.status()));
    EXPECT_TRUE(reply->answer().historical());
    return reply->answer().blocks(0).text();
  }

  World world_;
};

TEST_F(OneAnswer, IsGivenChangedAndRecalledTogetherOnEveryChannelAlsoAcrossKills) {
  const Entry first = PublishNew("shiye-baoxian", kQuestion, "第一版：到社保窗口申领。");
  const int64_t first_revision = first.online().kb_revision();
  EXPECT_EQ(ExpectOneAnswer("第一版").hash, first.online().content_hash());
  world_.KillAndRestart();
  EXPECT_EQ(ExpectOneAnswer("第一版").revision, 1);

  // A saved edit changes nothing for citizens.
  const Entry edited = Edit(first.name(), "第二版：在网上申领。");
  ExpectOneAnswer("第一版");
  world_.KillAndRestart();
  ExpectOneAnswer("第一版");

  // A release of this and another entry changes all channels at one kb_revision.
  PublishNew("shiye-dengji", "失业登记在哪里办", "在街道办。");
  const Entry other = Edit("entries/shiye-dengji", "在网上办。");
  knowledge::v1::CreateReleaseRequest compose;
  compose.mutable_release()->set_title("失业保险网上办");
  for (const auto* entry : {&edited, &other}) {
    auto* item = compose.mutable_release()->add_items();
    item->set_action(knowledge::v1::Release::Item::PUBLISH);
    item->set_target(entry->name());
    item->set_target_etag(entry->etag());
  }
  const auto composed = world_.client().Call(&KnowledgeService::Stub::CreateRelease, compose);
  ASSERT_THAT(composed, IsOk());
  ExpectOneAnswer("第一版");
  knowledge::v1::PublishReleaseRequest publish;
  publish.set_name(composed->name());
  publish.set_etag(composed->etag());
  const auto released = world_.client().Call(&KnowledgeService::Stub::PublishRelease, publish);
  ASSERT_THAT(released, IsOk());
  const auto said = ExpectOneAnswer("第二版");
  EXPECT_EQ(said.revision, 2);
  EXPECT_GE(said.kb_revision, released->kb_revision());
  knowledge::v1::GetEntryRequest get;
  get.set_name(other.name());
  EXPECT_EQ(world_.client().GetEntry(get)->online().kb_revision(), released->kb_revision());
  world_.KillAndRestart();
  ExpectOneAnswer("第二版");

  // A recall: none serves it, and it does not return.
  knowledge::v1::RecallEntryRequest recall;
  recall.set_name(first.name());
  recall.set_reason("金额有误");
  const auto recalled = world_.client().RecallEntry(recall);
  ASSERT_THAT(recalled, IsOk());
  ExpectNobodyKnows();
  world_.KillAndRestart();
  ExpectNobodyKnows();

  // As of then, what was said then.
  EXPECT_EQ(AnswerAsOf(first.name(), first_revision), "第一版：到社保窗口申领。");
  EXPECT_EQ(AnswerAsOf(first.name(), released->kb_revision()), "第二版：在网上申领。");
  EXPECT_EQ(AnswerAsOf(first.name(), recalled->kb_revision()), "ANSWER_NOT_VISIBLE");
}

TEST_F(OneAnswer, ARecallReceiptBecomesComplete) {
  const Entry entry = PublishNew("shiye-baoxian", kQuestion, "第一版。");
  knowledge::v1::RecallEntryRequest request;
  request.set_name(entry.name());
  request.set_reason("错误");
  auto recall = world_.client().RecallEntry(request);
  ASSERT_THAT(recall, IsOk());

  // Polls the receipt itself: it completes when the follower has confirmed.
  knowledge::v1::GetRecallRequest get;
  get.set_name(recall->name());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!recall->receipt().complete() && std::chrono::steady_clock::now() < until) {
    recall = world_.client().Call(&KnowledgeService::Stub::GetRecall, get);
    ASSERT_THAT(recall, IsOk());
  }

  ASSERT_TRUE(recall->receipt().complete());
  ASSERT_GE(recall->receipt().followers_size(), 1);
  EXPECT_EQ(recall->receipt().followers(0).standing(), knowledge::v1::RecallReceipt::APPLIED);
}

TEST_F(OneAnswer, AWatcherSeesTheChangeAndTheRecall) {
  const Entry entry = PublishNew("shiye-baoxian", kQuestion, "第一版。");
  world_.AwaitToken(world_.client().token());
  answer::v1::WatchAnswersRequest request;
  request.add_names(entry.name());
  request.set_channel(type::v1::WEB);
  grpc::ClientContext context;
  auto stream =
      world_.client().stub<answer::v1::AnswerService::Stub>().WatchAnswers(&context, request);
  using Event = answer::v1::WatchAnswersResponse;
  auto next = [&] {
    Event event;
    while (stream->Read(&event) && event.event() == Event::HEARTBEAT) {
    }
    return event;
  };

  EXPECT_EQ(next().event(), Event::CURRENT);
  const Entry second = Publish(Edit(entry.name(), "第二版。"));
  const Event changed = next();
  EXPECT_EQ(changed.event(), Event::CHANGED);
  EXPECT_EQ(changed.kb_revision(), second.online().kb_revision());
  EXPECT_THAT(changed.answer().html(), ::testing::HasSubstr("第二版"));
  knowledge::v1::RecallEntryRequest recall;
  recall.set_name(entry.name());
  recall.set_reason("错误");
  ASSERT_THAT(world_.client().RecallEntry(recall), IsOk());
  const Event withdrawn = next();
  EXPECT_EQ(withdrawn.event(), Event::WITHDRAWN);
  EXPECT_EQ(withdrawn.withdrawal_reason(), "RECALLED");
  context.TryCancel();
}

TEST_F(OneAnswer, PublicChannelsReachNeitherAgentTextNorHistoryNorWrites) {
  const Entry entry = PublishNew("shiye-baoxian", kQuestion, "第一版。");
  const std::string base = world_.http() + "/hotline.";

  const auto agent = PostJson(base + "answer.v1.AnswerService/GetAnswer",
                              R"({"name":"entries/shiye-baoxian","channel":"AGENT"})");
  const auto history =
      PostJson(base + "answer.v1.AnswerService/GetAnswer",
               R"({"name":"entries/shiye-baoxian","channel":"API","asOfKbRevision":"1"})");
  const auto write = PostJson(base + "knowledge.v1.KnowledgeService/RecallEntry",
                              R"({"name":"entries/shiye-baoxian","reason":"x"})");

  EXPECT_EQ(agent.status, 403) << agent.body;
  EXPECT_EQ(history.status, 403) << history.body;
  EXPECT_EQ(write.status, 404) << write.body;
  EXPECT_TRUE(world_.AskAgent(kQuestion).known);
}

TEST_F(OneAnswer, TheTokenTravelsAcrossChannels) {
  PublishNew("shiye-baoxian", kQuestion, "第一版。");
  // A reader that was handed the writer's token sees the write at once, whatever it asked before.
  for (int i = 0; i < 20; ++i) {
    const std::string text = "第" + std::to_string(i + 2) + "版。";
    const Entry published = Publish(Edit("entries/shiye-baoxian", text));
    EXPECT_THAT(world_.AskWeb(kQuestion).text, ::testing::HasSubstr(text));
  }
}

}  // namespace
}  // namespace hotline::integration
