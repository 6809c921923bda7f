#include "services/gateway/platforms/talk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/cc/errors.h"
#include "tests/unit/gateway/platforms/fake_desk.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string LongText(const std::string& word) {
  std::string text = "可以。";
  for (const char* heading : {"材料：\n", "流程：\n", "地点：\n"}) {
    text += "\n" + std::string(heading);
    for (int i = 0; i < 40; ++i) text += word + "。";
  }
  return text;
}

class TalkTest : public ::testing::Test {
 protected:
  Outcome Hear(Inbound::Kind kind, const std::string& text) {
    Inbound inbound;
    inbound.kind = kind;
    inbound.user = "someone";
    inbound.text = text;
    const auto now = std::chrono::steady_clock::now();
    last_ = {inbound, RequestId("message " + std::to_string(++messages_), ""),
             now + std::chrono::seconds(60), now + std::chrono::seconds(60)};
    Outcome result;
    talk_.Hear(last_, [&](Outcome outcome) { result = std::move(outcome); });
    return result;
  }
  std::string Say(const std::string& text) { return Hear(Inbound::Kind::kText, text).text; }
  Outcome Renew(const Outcome& before) {
    Outcome result;
    talk_.Renew(before, last_, [&](Outcome outcome) { result = std::move(outcome); });
    return result;
  }

  FakeDesk desk_;
  Talkers talkers_;
  Talk talk_{Voice({}), desk_, talkers_};
  Heard last_;
  int messages_ = 0;
};

TEST_F(TalkTest, AnswersWithAReceipt) {
  desk_.Answer("津贴怎么申请", "entries/a", "到街道申请。");
  const Outcome outcome = Hear(Inbound::Kind::kText, " 津贴怎么申请 ");
  EXPECT_THAT(outcome.text, HasSubstr("到街道申请。"));
  EXPECT_THAT(outcome.text, HasSubstr("4830 1296 5547"));
  EXPECT_EQ(outcome.rests.size(), 1u);
  EXPECT_FALSE(outcome.passing);
}

TEST_F(TalkTest, AnswersWithoutAReceiptWhenThereIsNone) {
  desk_.RefuseReceipts();
  desk_.Answer("津贴怎么申请", "entries/a", "到街道申请。");
  const std::string text = Say("津贴怎么申请");
  EXPECT_THAT(text, HasSubstr("到街道申请。"));
  EXPECT_THAT(text, Not(HasSubstr("凭证")));
}

TEST_F(TalkTest, SaysWhomToCallWhenNothingIsKnown) {
  const std::string text = Say("火星签证");
  EXPECT_THAT(text, HasSubstr("市公安局"));
  EXPECT_THAT(text, HasSubstr("0755-84465000"));
  EXPECT_THAT(text, HasSubstr("12345"));
}

TEST_F(TalkTest, GoesOnWithOne) {
  desk_.Answer("津贴怎么申请", "entries/a", LongText("身份证原件"));
  EXPECT_THAT(Say("津贴怎么申请"), HasSubstr("回复 1 看下文"));
  const std::string second = Say("1");
  EXPECT_THAT(second, HasSubstr("（第 2/"));
  EXPECT_THAT(second, Not(HasSubstr("【")));
  while (talkers_.Get("someone", std::chrono::steady_clock::now()).next_part > 0) Say("继续");
  EXPECT_THAT(Say("1"), HasSubstr("没有可以接着看的内容"));
}

TEST_F(TalkTest, NeverGoesOnWithATextThatIsNotSaidAnyMore) {
  desk_.Answer("津贴怎么申请", "entries/a", LongText("身份证原件"));
  Say("津贴怎么申请");
  desk_.Change("entries/a", LongText("社保卡"));
  const std::string changed = Say("1");
  EXPECT_THAT(changed, HasSubstr("刚刚更新"));
  EXPECT_THAT(changed, HasSubstr("社保卡"));
  EXPECT_THAT(changed, Not(HasSubstr("身份证")));
  desk_.Withdraw("entries/a");
  EXPECT_THAT(Say("1"), HasSubstr("已经撤下"));
  EXPECT_THAT(Say("1"), HasSubstr("没有可以接着看的内容"));
}

TEST_F(TalkTest, OffersChoicesByNumber) {
  desk_.Answer("居住证怎么办", "entries/a", "甲。");
  desk_.Answer("居住证怎么续签", "entries/b", "乙。");
  desk_.Offer("居住证", {"entries/a", "entries/b"});
  EXPECT_THAT(Say("居住证"), HasSubstr("1. 居住证怎么办\n2. 居住证怎么续签"));
  EXPECT_THAT(Say("２"), HasSubstr("乙。"));
  EXPECT_THAT(Say("1"), HasSubstr("甲。"));  // the others stay open
  EXPECT_THAT(Say("5"), HasSubstr("1 到 2"));
  EXPECT_THAT(desk_.notes(), ElementsAre("CHOSEN entries/b 1", "CHOSEN entries/a 1"));
}

TEST_F(TalkTest, AChoiceSaysWhatIsSaidNow) {
  desk_.Answer("居住证怎么办", "entries/a", "甲。");
  desk_.Answer("居住证怎么续签", "entries/b", "乙。");
  desk_.Offer("居住证", {"entries/a", "entries/b"});
  Say("居住证");
  desk_.Change("entries/a", "丙。");
  desk_.Withdraw("entries/b");
  EXPECT_THAT(Say("1"), HasSubstr("丙。"));
  EXPECT_THAT(Say("2"), HasSubstr("已经撤下"));
}

TEST_F(TalkTest, TakesJudgementsOfTheLastAnswer) {
  EXPECT_THAT(Say("转人工"), Not(HasSubstr("凭证")));
  EXPECT_THAT(Say("有用"), HasSubstr("请先提问"));
  EXPECT_THAT(Say("纠错 搬了"), HasSubstr("请先提问"));
  desk_.Answer("津贴怎么申请", "entries/a", "到街道申请。");
  Say("津贴怎么申请");
  EXPECT_THAT(Say("没用"), HasSubstr("已经记下"));
  EXPECT_THAT(Say("有用！"), HasSubstr("谢谢"));
  EXPECT_THAT(Say("纠错"), HasSubstr("写明哪里不对"));
  EXPECT_THAT(Say("纠错 街道办搬了"), HasSubstr("8123 4567 8901"));
  EXPECT_THAT(Say("转人工"), HasSubstr("凭证号"));
  EXPECT_THAT(desk_.notes(),
              ElementsAre("USELESS entries/a 1 津贴怎么申请", "USEFUL entries/a 1 津贴怎么申请",
                          "correct entries/a 街道办搬了", "HANDED_OVER entries/a 1"));
}

TEST_F(TalkTest, IsPoliteAboutWhatIsNoQuestion) {
  EXPECT_THAT(Say("😀😀"), HasSubstr("请用文字"));
  EXPECT_THAT(Say(""), HasSubstr("请用文字"));
  EXPECT_THAT(Say("？"), HasSubstr("直接输入"));
  std::string question;
  for (int i = 0; i < 10'000; ++i) question += "问";
  EXPECT_THAT(Say(question), HasSubstr("太长"));
  EXPECT_EQ(desk_.asks(), 0);
  EXPECT_THAT(Hear(Inbound::Kind::kVoice, "").text, HasSubstr("语音"));
  EXPECT_THAT(Hear(Inbound::Kind::kPicture, "").text, HasSubstr("图片"));
  EXPECT_THAT(Hear(Inbound::Kind::kPlace, "").text, HasSubstr("位置"));
  EXPECT_THAT(Hear(Inbound::Kind::kOther, "").text, HasSubstr("这类消息"));
  EXPECT_THAT(Hear(Inbound::Kind::kFollow, "").text, HasSubstr("您好"));
  EXPECT_EQ(Hear(Inbound::Kind::kUnfollow, "").text, "");
  EXPECT_EQ(Hear(Inbound::Kind::kNothing, "").text, "");
}

TEST_F(TalkTest, ButtonsAreWordsOrQuestions) {
  desk_.Answer("津贴怎么申请", "entries/a", "到街道申请。");
  EXPECT_THAT(Hear(Inbound::Kind::kMenuKey, "human").text, HasSubstr("人工"));
  EXPECT_THAT(Hear(Inbound::Kind::kMenuKey, "help").text, HasSubstr("直接输入"));
  EXPECT_THAT(Hear(Inbound::Kind::kMenuKey, "hot").text, HasSubstr("1. 津贴怎么申请"));
  EXPECT_THAT(Say("1"), HasSubstr("到街道申请。"));
  EXPECT_THAT(Hear(Inbound::Kind::kMenuKey, "津贴怎么申请").text, HasSubstr("到街道申请。"));
}

TEST_F(TalkTest, SaysSoWhenTheServicesAreAway) {
  desk_.Fail(MakeError(absl::StatusCode::kUnavailable, type::v1::STALE_FOLLOWER, "x"));
  const Outcome outcome = Hear(Inbound::Kind::kText, "津贴怎么申请");
  EXPECT_THAT(outcome.text, HasSubstr("暂时不能答复"));
  EXPECT_TRUE(outcome.passing);
}

TEST_F(TalkTest, RenewsAnAnswer) {
  desk_.Answer("津贴怎么申请", "entries/a", "到街道申请。");
  const Outcome first = Hear(Inbound::Kind::kText, "津贴怎么申请");
  EXPECT_EQ(Renew(first).text, first.text);
  desk_.Fail(MakeError(absl::StatusCode::kUnavailable, type::v1::STALE_FOLLOWER, "x"));
  EXPECT_THAT(Renew(first).text, Not(HasSubstr("街道")));
  EXPECT_TRUE(Renew(first).passing);
  desk_.Fail(absl::OkStatus());
  desk_.Change("entries/a", "网上申请。");
  const Outcome changed = Renew(first);
  EXPECT_THAT(changed.text, HasSubstr("网上申请。"));
  EXPECT_THAT(changed.text, HasSubstr("刚刚更新"));
  // Another text is another receipt: its request must not be taken for a repeat of the first.
  EXPECT_EQ(desk_.request_ids().size(), 2u);
  EXPECT_NE(desk_.request_ids()[0], desk_.request_ids()[1]);
  desk_.Withdraw("entries/a");
  EXPECT_THAT(Renew(first).text, HasSubstr("已经撤下"));
}

TEST_F(TalkTest, RenewsChoices) {
  desk_.Answer("居住证怎么办", "entries/a", "甲。");
  desk_.Answer("居住证怎么续签", "entries/b", "乙。");
  desk_.Offer("居住证", {"entries/a", "entries/b"});
  const Outcome menu = Hear(Inbound::Kind::kText, "居住证");
  EXPECT_EQ(Renew(menu).text, menu.text);
  desk_.Withdraw("entries/a");
  EXPECT_THAT(Renew(menu).text, HasSubstr("1. 居住证怎么续签"));
  EXPECT_THAT(Say("1"), HasSubstr("乙。"));
  desk_.Withdraw("entries/b");
  EXPECT_THAT(Renew(menu).text, HasSubstr("选项已经撤下"));
}

}  // namespace
}  // namespace hotline::gateway::platforms
