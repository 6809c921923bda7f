// Finding over real sockets: the language of a search, the assist, and kbctl's view of both.
#include <fstream>

#include <gtest/gtest.h>

#include "services/text/fold.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using answer::v1::AnswerService;
using answer::v1::AssistRequest;
using answer::v1::AssistResponse;
using knowledge::v1::Entry;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

class Finding : public ::testing::Test {
 protected:
  Finding() {
    PublishNew("shebaoka", "社保卡丢失怎么补办", "带身份证到社保服务窗口补办，当场领取。");
    PublishNew("juzhu", "居住证怎么办理", "在派出所办理，自受理之日起十五日内领取。");
    PublishNew("gongjijin", "公積金怎麼提取？😀", "登錄Ａｐｐ申請提取公積金。");
    world_.AwaitToken(world_.client().token());
  }

  void PublishNew(const std::string& id, const std::string& question, const std::string& answer) {
    world_.PublishNew(id, AContent(question, answer));
  }

  void Recall(const std::string& name) {
    knowledge::v1::RecallEntryRequest recall;
    recall.set_name(name);
    recall.set_reason("口径有误");
    ASSERT_THAT(world_.client().RecallEntry(recall), IsOk());
  }

  static AssistRequest Start() {
    AssistRequest request;
    request.mutable_start()->set_channel(type::v1::AGENT);
    return request;
  }
  static AssistRequest Said(int64_t number, const std::string& text) {
    AssistRequest request;
    request.mutable_utterance()->set_number(number);
    request.mutable_utterance()->set_text(text);
    return request;
  }

  World world_;
};

TEST_F(Finding, AssistFollowsAConversationAndARecall) {
  grpc::ClientContext context;
  world_.client().SetUp(context, false);
  const auto stream = world_.client().stub<AnswerService::Stub>().Assist(&context);
  ASSERT_TRUE(stream->Write(Start()));
  ASSERT_TRUE(stream->Write(Said(1, "喂，你好")));
  ASSERT_TRUE(stream->Write(Said(2, "我的社保卡丢失了")));
  AssistResponse list;
  ASSERT_TRUE(stream->Read(&list));
  ASSERT_GE(list.hits_size(), 1);
  EXPECT_EQ(list.hits(0).entry(), "entries/shebaoka");
  EXPECT_EQ(list.utterance(), 2);

  ASSERT_TRUE(stream->Write(Said(3, "好的，另外还想问居住证办理")));
  while (list.hits_size() == 0 || list.hits(0).entry() != "entries/juzhu") {
    ASSERT_TRUE(stream->Read(&list));
  }

  // Nothing more is said, and the entry that is shown is recalled.
  Recall("entries/juzhu");
  do {
    ASSERT_TRUE(stream->Read(&list));
  } while (list.hits_size() > 0 && list.hits(0).entry() == "entries/juzhu");
  for (const auto& hit : list.hits()) EXPECT_NE(hit.entry(), "entries/juzhu");

  stream->WritesDone();
  while (stream->Read(&list)) {
  }
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(Finding, AssistOutlivesAClientThatNeverReads) {
  grpc::ClientContext context;
  world_.client().SetUp(context, false);
  const auto stream = world_.client().stub<AnswerService::Stub>().Assist(&context);
  ASSERT_TRUE(stream->Write(Start()));
  const char* const matters[] = {"社保卡丢失", "居住证办理", "公积金提取"};
  for (int64_t number = 1; number <= 3'000; ++number) {
    ASSERT_TRUE(stream->Write(Said(number, std::string("另外还要问") + matters[number % 3])));
  }
  // The server goes on for others, and a recall does not wait for this stream.
  Recall("entries/juzhu");
  EXPECT_TRUE(world_.AskAgent("社保卡丢失怎么补办").known);
  EXPECT_FALSE(world_.AskAgent("居住证怎么办理").known);
  context.TryCancel();
  EXPECT_FALSE(stream->Finish().ok());
}

TEST_F(Finding, AssistIsForThoseInsideAndHasItsLimits) {
  {
    grpc::ClientContext context;
    context.AddMetadata("x-koujing-scope", "public");
    const auto stream = world_.client().stub<AnswerService::Stub>().Assist(&context);
    stream->Write(Start());
    AssistResponse list;
    EXPECT_FALSE(stream->Read(&list));
    EXPECT_THAT(FromGrpcStatus(stream->Finish()), HasReason(type::v1::NOT_ALLOWED));
  }
  grpc::ClientContext context;
  world_.client().SetUp(context, false);
  const auto stream = world_.client().stub<AnswerService::Stub>().Assist(&context);
  ASSERT_TRUE(stream->Write(Start()));
  ASSERT_TRUE(stream->Write(Said(10'001, "社保卡")));
  AssistResponse list;
  EXPECT_FALSE(stream->Read(&list));
  EXPECT_THAT(FromGrpcStatus(stream->Finish()), HasReason(type::v1::LIMIT_EXCEEDED));
}

TEST_F(Finding, AConversationIsFedByCallsAndFollowedByScreens) {
  using answer::v1::AddUtterancesRequest;
  const auto stub = &AnswerService::Stub::AddUtterances;
  AddUtterancesRequest add;
  add.set_conversation("call-20260101-0001");
  *add.add_utterances() = Said(1, "喂，你好").utterance();
  ASSERT_THAT(world_.client().Call(stub, add), IsOk());

  answer::v1::FollowAssistRequest follow;
  follow.set_conversation(add.conversation());
  *follow.mutable_start() = Start().start();
  grpc::ClientContext one;
  grpc::ClientContext other;
  world_.client().SetUp(one, false);
  world_.client().SetUp(other, false);
  const auto screen = world_.client().stub<AnswerService::Stub>().FollowAssist(&one, follow);
  AssistResponse list;
  ASSERT_TRUE(screen->Read(&list));
  EXPECT_EQ(list.utterances_size(), 1);
  EXPECT_EQ(list.hits_size(), 0);

  add.clear_utterances();
  *add.add_utterances() = Said(2, "我的社保卡丢失了").utterance();
  const auto added = world_.client().Call(stub, add);
  ASSERT_THAT(added, IsOk());
  EXPECT_EQ(added->utterance_count(), 2);
  while (list.hits_size() == 0) ASSERT_TRUE(screen->Read(&list));
  EXPECT_EQ(list.hits(0).entry(), "entries/shebaoka");
  EXPECT_EQ(list.utterance(), 2);

  // A second screen, opened late, has all of it in its first message.
  const auto second = world_.client().stub<AnswerService::Stub>().FollowAssist(&other, follow);
  ASSERT_TRUE(second->Read(&list));
  EXPECT_EQ(list.utterances_size(), 2);
  ASSERT_GE(list.hits_size(), 1);
  EXPECT_EQ(list.hits(0).entry(), "entries/shebaoka");

  // What is recalled leaves both, while nobody speaks.
  Recall("entries/shebaoka");
  for (const auto& stream : {screen.get(), second.get()}) {
    do {
      ASSERT_TRUE(stream->Read(&list));
    } while (list.hits_size() > 0 && list.hits(0).entry() == "entries/shebaoka");
  }

  // Neither call is for the public.
  grpc::ClientContext outside;
  outside.AddMetadata("x-koujing-scope", "public");
  const auto refused = world_.client().stub<AnswerService::Stub>().FollowAssist(&outside, follow);
  EXPECT_FALSE(refused->Read(&list));
  EXPECT_THAT(FromGrpcStatus(refused->Finish()), HasReason(type::v1::NOT_ALLOWED));
  const HttpReply web =
      PostJson(world_.http() + "/hotline.answer.v1.AnswerService/AddUtterances",
               R"({"conversation":"call-20260101-0001","utterances":[{"number":3,"text":"x"}]})");
  EXPECT_EQ(web.status, 403) << web.body;
  one.TryCancel();
  other.TryCancel();
}

TEST_F(Finding, TheLanguageOfASearchIsTheSameOverHttp) {
  const HttpReply reply =
      PostJson(world_.http() + "/hotline.answer.v1.AnswerService/Search",
               R"({"query":"“公积金” 怎么提取 -社保","channel":"WEB","highlight":true,)"
               R"("facets":["REGION","KIND"]})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("entries/gongjijin"));
  EXPECT_THAT(reply.body, Not(HasSubstr("entries/juzhu")));
  EXPECT_THAT(reply.body, HasSubstr("highlights"));
  EXPECT_THAT(reply.body, HasSubstr("深圳市"));
  EXPECT_THAT(reply.body, HasSubstr("PHRASE"));
  const HttpReply refused = PostJson(world_.http() + "/hotline.answer.v1.AnswerService/Search",
                                     R"({"query":"公积金","channel":"WEB","explain":true})");
  EXPECT_EQ(refused.status, 403) << refused.body;
}

TEST_F(Finding, KbctlMarksExplainsAndCounts) {
  const auto found = world_.Kbctl(
      {"search", "公积金怎么提取app", "--highlight", "--explain", "--facets", "region,kind"});
  EXPECT_EQ(found.code, 0) << found.errors;
  EXPECT_THAT(found.output, HasSubstr("1. «公積金»怎麼«提取»？😀"));
  EXPECT_THAT(found.output, HasSubstr("«Ａｐｐ»"));
  EXPECT_THAT(found.output, HasSubstr("lexical="));
  EXPECT_THAT(found.output, HasSubstr("深圳市  (440300)"));
  EXPECT_THAT(found.output, HasSubstr("热点问答"));
  const auto nothing = world_.Kbctl({"search", "“公积金提取码”"});
  EXPECT_THAT(nothing.output, HasSubstr("没有找到"));
}

TEST_F(Finding, KbctlFollowsAConversation) {
  const std::string path = world_.dir() + "/call.txt";
  std::ofstream(path) << "喂，你好\n我的社保卡丢失了\n坐席：您要补办社保卡吗\n对\n";
  const auto followed = world_.Kbctl({"assist", "--input", path, "--partials", "2"});
  EXPECT_EQ(followed.code, 0) << followed.errors;
  EXPECT_THAT(followed.output, HasSubstr("entries/shebaoka"));
}

TEST_F(Finding, KbctlFeedsAConversationAndShowsWhatItsScreensShow) {
  const std::string path = world_.dir() + "/call.txt";
  std::ofstream(path) << "喂，你好\n我的社保卡丢失了\n坐席：您要补办社保卡吗\n对\n";
  const auto fed = world_.Kbctl({"assist", "--conversation", "call-9", "--input", path});
  EXPECT_EQ(fed.code, 0) << fed.errors;
  EXPECT_THAT(fed.output, HasSubstr("坐席：您要补办社保卡吗"));
  EXPECT_THAT(fed.output, HasSubstr("entries/shebaoka"));
  const auto wrong = world_.Kbctl({"assist", "--conversation", "call 9", "--input", path});
  EXPECT_NE(wrong.code, 0);
  EXPECT_THAT(wrong.errors, HasSubstr("通话编号"));
}

}  // namespace
}  // namespace hotline::integration
