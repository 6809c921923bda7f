#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using ::testing::HasSubstr;

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
