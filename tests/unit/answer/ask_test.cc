#include <map>
#include <string>
#include <vector>

#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr LogTime kDay = 86'400'000'000;

class AskTest : public AnswerWorld {
 protected:
  // Enough of a base for words to have weights.
  void PutBase() {
    auto department = ADepartment("minzheng", "市民政局");
    department.set_phone("0755-1");
    Put(department,
        Entry(AnEntry("gaoling")
                  .Question("高龄津贴怎么申请")
                  .SimilarQuestion("老人补贴去哪里领")
                  .Department("departments/minzheng")
                  .Online()),
        Entry(AnEntry("shebao").Question("社保卡丢了怎么补办").Online()),
        Entry(AnEntry("gongjijin").Question("住房公积金怎么提取").Online()),
        Entry(AnEntry("juzhuzheng").Question("居住证到期怎么续签").Online()),
        Entry(AnEntry("xuewei").Question("小学入学要哪些材料").Online()),
        Entry(AnEntry("jiehun").Question("结婚登记在哪里办").Online()));
  }
};

TEST_F(AskTest, AnswersAKnownQuestion) {
  PutBase();
  const auto reply = Ask("高龄津贴怎么申请？");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(reply->answer().entry(), "entries/gaoling");
  EXPECT_EQ(reply->confidence(), 1.0);
  EXPECT_EQ(reply->answer().kb_revision(), reply->freshness().kb_revision());
}

TEST_F(AskTest, AnswersASimilarWording) {
  PutBase();
  const auto reply = Ask("请问老人补贴去哪里领");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(reply->answer().entry(), "entries/gaoling");
}

TEST_F(AskTest, SaysHonestlyThatItDoesNotKnow) {
  PutBase();
  const auto reply = Ask("什么面包最好吃");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::NOT_KNOWN);
  EXPECT_FALSE(reply->has_answer());
  EXPECT_EQ(reply->referral().phone(), "12345");
  EXPECT_THAT(reply->referral().message(), HasSubstr("12345"));
}

TEST_F(AskTest, LetsThePersonChooseBetweenAlikeQuestions) {
  Put(Entry(AnEntry("a").Question("医保卡丢失如何挂失").Online()),
      Entry(AnEntry("b").Question("医保卡丢失如何补办").Online()),
      Entry(AnEntry("c").Question("落户条件").Online()));
  const auto reply = Ask("医保卡丢失");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::CHOICES);
  EXPECT_GE(reply->choices_size(), 2);
  EXPECT_LE(reply->choices_size(), 5);
  EXPECT_FALSE(reply->has_answer());
}

TEST_F(AskTest, TheNearestRegionWinsAndAWiderOneSaysSo) {
  const auto of = [](const std::string& id, const std::string& region) {
    return Entry(AnEntry(id).Question("高龄津贴怎么申请").Answer(region).Region(region).Online());
  };
  Put(of("nation", "000000"), of("province", "440000"), of("city", "440300"));

  const auto nanshan = Ask("高龄津贴怎么申请", type::v1::WEB, "440305");
  ASSERT_THAT(nanshan, IsOk());
  EXPECT_EQ(nanshan->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(nanshan->answer().entry(), "entries/city");
  EXPECT_EQ(nanshan->answer().region_match(), v1::INHERITED);
  EXPECT_THAT(nanshan->answer().region_note(), HasSubstr("深圳市"));

  Put(of("district", "440305"));
  EXPECT_EQ(Ask("高龄津贴怎么申请", type::v1::WEB, "440305")->answer().entry(), "entries/district");
  EXPECT_EQ(Ask("高龄津贴怎么申请", type::v1::WEB, "440305")->answer().region_match(), v1::EXACT);
  EXPECT_EQ(Ask("高龄津贴怎么申请", type::v1::WEB, "440306")->answer().entry(), "entries/city");
  EXPECT_EQ(Ask("高龄津贴怎么申请", type::v1::WEB, "440100")->answer().entry(), "entries/province");
  EXPECT_EQ(Ask("高龄津贴怎么申请", type::v1::WEB, "110000")->answer().entry(), "entries/nation");
}

TEST_F(AskTest, WithoutARegionTheWidestRuleIsGivenAndDistrictsAreAChoice) {
  const auto of = [](const std::string& id, const std::string& region) {
    return Entry(AnEntry(id).Question("高龄津贴怎么申请").Answer(region).Region(region).Online());
  };
  Put(of("nanshan", "440305"), of("futian", "440304"),
      Entry(AnEntry("x").Question("落户条件").Online()));
  const auto districts = Ask("高龄津贴怎么申请");
  ASSERT_THAT(districts, IsOk());
  EXPECT_EQ(districts->outcome(), v1::AskResponse::CHOICES);
  EXPECT_EQ(districts->choices_size(), 2);

  Put(of("city", "440300"));
  const auto city = Ask("高龄津贴怎么申请");
  ASSERT_THAT(city, IsOk());
  EXPECT_EQ(city->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(city->answer().entry(), "entries/city");
  EXPECT_EQ(city->choices_size(), 2) << "the districts' own rules";
}

TEST_F(AskTest, ARecalledAnswerIsGoneAtOnce) {
  PutBase();
  ASSERT_EQ(Ask("高龄津贴怎么申请")->outcome(), v1::AskResponse::ANSWERED);
  Put(Entry(AnEntry("gaoling").Withdrawn(Entry::RECALLED, "错")));
  const auto reply = Ask("高龄津贴怎么申请");
  EXPECT_NE(reply->outcome(), v1::AskResponse::ANSWERED);
  for (const auto& choice : reply->choices()) EXPECT_NE(choice.entry(), "entries/gaoling");
}

// --- how the question is read

TEST_F(AskTest, APlaceInTheQuestionIsTheRegionOfTheReply) {
  PutBase();
  const auto of = [](const std::string& id, const std::string& region) {
    return Entry(AnEntry(id).Question("残疾人证怎么办理").Answer(region).Region(region).Online());
  };
  Put(of("shenzhen", "440300"), of("guangzhou", "440100"));
  const auto reply = Ask("广州残疾人证怎么办理");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(reply->answer().entry(), "entries/guangzhou");
  EXPECT_EQ(reply->answer().region_match(), v1::EXACT);
  EXPECT_EQ(reply->reading().region(), "440100");

  const auto elsewhere = Ask("广州残疾人证怎么办理", type::v1::WEB, "440300");
  ASSERT_THAT(elsewhere, IsOk());
  EXPECT_EQ(elsewhere->answer().entry(), "entries/guangzhou") << "named as the place of the matter";
  EXPECT_THAT(elsewhere->reading().parts(0).meaning(), HasSubstr("以问题中的地区为准"));

  EXPECT_EQ(Ask("残疾人证怎么办理", type::v1::WEB, "440300")->answer().entry(), "entries/shenzhen");
}

TEST_F(AskTest, TheRuleOfAnotherCityIsNoAnswer) {
  PutBase();
  Put(Entry(AnEntry("shenzhen").Question("残疾人证怎么办理").Region("440300").Online()));
  const auto reply = Ask("广州残疾人证怎么办理");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::NOT_KNOWN);
}

TEST_F(AskTest, DistrictsAreAChoiceForWhoeverNamesTheirCity) {
  PutBase();
  const auto of = [](const std::string& id, const std::string& region) {
    return Entry(AnEntry(id).Question("残疾人证怎么办理").Answer(region).Region(region).Online());
  };
  Put(of("nanshan", "440305"), of("futian", "440304"));
  const auto reply = Ask("深圳残疾人证怎么办理");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::CHOICES);
  std::vector<std::string> apart;
  for (const auto& choice : reply->choices()) {
    apart.push_back(choice.distinction());
    EXPECT_EQ(choice.region_match(), v1::REGION_MATCH_UNSPECIFIED) << choice.entry();
  }
  EXPECT_THAT(apart, UnorderedElementsAre("南山区", "福田区"));
}

TEST_F(AskTest, APlaceThatIsPartOfTheMatterIsSearchedFor) {
  PutBase();
  Put(Entry(AnEntry("haidong").Question("海东市怎样保障企业复工复产").Region("630000").Online()),
      Entry(AnEntry("xining").Question("西宁市怎样保障企业复工复产").Region("630000").Online()));
  const auto reply = Ask("海东市怎样保障企业复工复产？");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->answer().entry(), "entries/haidong");
}

TEST_F(AskTest, EntriesThatShareOnlyThePlaceAreNotOfTheMatter) {
  PutBase();
  Put(Entry(AnEntry("gongzufang")
                .Question("公共租赁住房怎么申请")
                .SimilarQuestion("南山区公租房怎么申请")
                .Region("440305")
                .Online()),
      Entry(AnEntry("youeryuan")
                .Question("幼儿园补贴怎么领")
                .SimilarQuestion("南山区幼儿园补贴")
                .Region("440305")
                .Online()));
  const auto reply = Ask("南山区居住证到期怎么续签");
  ASSERT_THAT(reply, IsOk());
  ASSERT_EQ(reply->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(reply->answer().entry(), "entries/juzhuzheng");
}

TEST_F(AskTest, EntriesForOtherPeopleGiveWay) {
  PutBase();
  Put(Entry(AnEntry("qiye").Question("企业如何办理社会保险登记").Online()),
      Entry(AnEntry("geti").Question("个体工商户如何办理社会保险登记").Online()));
  const auto reply = Ask("个体户社会保险登记如何办理");
  ASSERT_THAT(reply, IsOk());
  const std::string first = reply->outcome() == v1::AskResponse::ANSWERED
                                ? reply->answer().entry()
                                : reply->choices(0).entry();
  EXPECT_EQ(first, "entries/geti");
  EXPECT_EQ(reply->reading().parts(0).value(), "self_employed");
}

TEST_F(AskTest, TodaysRuleIsNoAnswerToAQuestionAboutAnEarlierTime) {
  PutBase();
  Put(Entry(AnEntry("gongzi").Question("最低工资标准是多少").ValidFrom(now() - kDay).Online()));
  EXPECT_EQ(Ask("最低工资标准是多少")->outcome(), v1::AskResponse::ANSWERED);
  const auto reply = Ask("去年的最低工资标准是多少");
  ASSERT_THAT(reply, IsOk());
  EXPECT_NE(reply->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_FALSE(reply->has_answer());
  EXPECT_THAT(reply->reading().parts(0).meaning(), HasSubstr("尚未适用"));
}

TEST_F(AskTest, AgentsAreToldTheRuleOfThatTime) {
  PutBase();
  const LogTime change = now() - 5 * kDay;
  Put(Entry(AnEntry("gongzi")
                .Question("最低工资标准是多少")
                .Answer("旧标准")
                .ValidUntil(change)
                .Online(1)));
  Put(Entry(AnEntry("gongzi")
                .Question("最低工资标准是多少")
                .Answer("新标准")
                .ValidFrom(change)
                .Online(2)));
  const auto today = Ask("最低工资标准是多少", type::v1::AGENT);
  EXPECT_EQ(today->answer().revision(), 2);
  EXPECT_FALSE(today->answer().historical());
  const auto then = Ask("去年的最低工资标准是多少", type::v1::AGENT);
  ASSERT_THAT(then, IsOk());
  ASSERT_EQ(then->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(then->answer().revision(), 1);
  EXPECT_TRUE(then->answer().historical());
  EXPECT_THAT(then->reading().parts(0).meaning(), HasSubstr("当时的规定"));
}

TEST_F(AskTest, AFactThatHadAnotherValueThenIsNotToldInSilence) {
  PutBase();
  knowledge::v1::Fact fact = hotline::testing::AFact("gongzi", "2200");
  *fact.mutable_validity()->mutable_effective_time() = ToTimestamp(now() - 900 * kDay);
  Put(fact, Entry(AnEntry("gongzi")
                      .Question("最低工资标准是多少")
                      .Answer("每月{{facts/gongzi}}元")
                      .ValidFrom(now() - 2000 * kDay)
                      .Online()));
  fact.set_value("2360");
  *fact.mutable_validity()->mutable_effective_time() = ToTimestamp(now() - 10 * kDay);
  Put(fact);
  // The rule is as old as ever, but the value is not.
  const auto then = Ask("去年的最低工资标准是多少");
  ASSERT_THAT(then, IsOk());
  ASSERT_EQ(then->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_THAT(then->reading().parts(0).meaning(), HasSubstr("当时的规定可能不同"));
}

// --- choices, and whom to call

TEST_F(AskTest, EntriesThatRepeatEachOtherAreNoChoice) {
  PutBase();
  Put(Entry(AnEntry("a").Question("宠物狗登记办证流程").Online()),
      Entry(AnEntry("b").Question("宠物狗，登记办证流程").Online()));
  for (const std::string question :
       {"宠物狗登记", "狗证流程", "登记办证", "宠物办证流程是什么", "狗", "流程"}) {
    const auto reply = Ask(question);
    ASSERT_THAT(reply, IsOk());
    if (reply->outcome() == v1::AskResponse::CHOICES) {
      EXPECT_GE(reply->choices_size(), 2) << question;
      EXPECT_LE(reply->choices_size(), 5) << question;
    }
  }
}

TEST_F(AskTest, SynonymsAnswerAsTheWordsThemselvesDo) {
  PutBase();
  Put(Entry(AnEntry("dian").Question("电动自行车上牌怎么办理").Online()),
      Entry(AnEntry("mo").Question("摩托车上牌怎么办理").Online()));
  const auto before = Ask("电瓶车上牌怎么办理");
  ASSERT_THAT(before, IsOk());
  knowledge::v1::SynonymSet set;
  set.set_name("synonyms/s");
  set.set_kind(knowledge::v1::SynonymSet::EQUIVALENT);
  set.add_words("电瓶车");
  set.add_words("电动自行车");
  Put(set);
  const auto after = Ask("电瓶车上牌怎么办理");
  ASSERT_THAT(after, IsOk());
  ASSERT_EQ(after->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_EQ(after->answer().entry(), "entries/dian");
  EXPECT_GT(after->confidence(), before->confidence());
}

TEST_F(AskTest, ChoicesSayWhatTellsThemApart) {
  Put(Entry(AnEntry("a").Question("居住证办理需要什么材料").Online()),
      Entry(AnEntry("b").Question("居住证办理需要多久").Online()),
      Entry(AnEntry("c").Question("落户条件").Online()));
  const auto reply = Ask("居住证办理");
  ASSERT_THAT(reply, IsOk());
  ASSERT_EQ(reply->outcome(), v1::AskResponse::CHOICES);
  std::map<std::string, std::string> apart;
  for (const auto& choice : reply->choices()) apart[choice.entry()] = choice.distinction();
  EXPECT_EQ(apart["entries/a"], "所需材料");
  EXPECT_EQ(apart["entries/b"], "办理时限");
}

TEST_F(AskTest, OneCommonWordNamesNoDepartment) {
  PutBase();
  Put(ADepartment("jiaoyu", "市教育局"),
      Entry(
          AnEntry("a").Question("小学报名需要什么材料").Department("departments/jiaoyu").Online()),
      Entry(AnEntry("b").Question("中考报名时间").Online()),
      Entry(AnEntry("c").Question("驾照考试报名").Online()));
  const auto reply = Ask("我想报名参加周末举行的城市马拉松长跑比赛志愿者");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->outcome(), v1::AskResponse::NOT_KNOWN);
  EXPECT_FALSE(reply->referral().has_owner()) << reply->referral().message();
  EXPECT_EQ(reply->referral().phone(), "12345");
}

TEST_F(AskTest, ALongStoryFindsWhatItIsAbout) {
  PutBase();
  const std::string story =
      "您好，我母亲今年八十二岁，一直住在老家，去年才搬来和我们同住，平时由我照顾。前几天听邻居说，"
      "社区里的老人每个月都有高龄津贴，可以打到银行卡里，我们从来没有领过高龄津贴，也没有人通知过。"
      "我去居委会问，工作人员说要带身份证和户口本，又说要等下个月再来，跑了好几次都没有办成，"
      "希望能有一个明确的说法。请问高龄津贴怎么申请？谢谢领导百忙之中回复，祝工作顺利，万事如意。";
  const auto reply = Ask(story);
  ASSERT_THAT(reply, IsOk());
  ASSERT_NE(reply->outcome(), v1::AskResponse::NOT_KNOWN);
  const std::string first = reply->outcome() == v1::AskResponse::ANSWERED
                                ? reply->answer().entry()
                                : reply->choices(0).entry();
  EXPECT_EQ(first, "entries/gaoling");
}

TEST_F(AskTest, WhatIsTooLongIsNotReadBeforeItIsRefused) {
  PutBase();
  v1::AskRequest request;
  request.set_channel(type::v1::AGENT);
  for (int i = 0; i < 100'000; ++i) *request.mutable_question() += "去年朝阳区";
  EXPECT_FALSE(service_.MayWait(request));
  EXPECT_THAT(service_.Ask(ACall(), request), HasReason(type::v1::FIELD_TOO_LONG));
}

TEST_F(AskTest, QuestionsAreChecked) {
  EXPECT_THAT(Ask(""), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(Ask(" \n"), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(Ask("\xff\xfe"), HasReason(type::v1::INVALID_UTF8));
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "字";
  EXPECT_THAT(Ask(text), IsOk());
  EXPECT_THAT(Ask(text + "多"), HasReason(type::v1::FIELD_TOO_LONG));
  EXPECT_THAT(Ask("？？？"), IsOk()) << "nothing to search for is not an error";
}

}  // namespace
}  // namespace hotline::answer
