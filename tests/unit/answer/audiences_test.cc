#include "services/text/audiences.h"

#include <string>

#include "gtest/gtest.h"

#include "tests/unit/answer/folded_text.h"

namespace hotline::answer {
namespace {

using text::AudienceSet;
using enum text::AudienceGroup;

std::string Found(std::string_view question) {
  const std::u32string folded = FoldEach(question);
  std::string found;
  for (const text::AudienceMention& mention : text::FindAudiences(folded)) {
    if (!found.empty()) found += " ";
    found += Part(folded, mention.begin, mention.end) + "=" +
             std::string(text::AudienceValue(mention.group));
  }
  return found;
}

TEST(AudiencesTest, PeopleAndBodies) {
  EXPECT_EQ(Found("个体户怎么交社保"), "个体户=self_employed");
  EXPECT_EQ(Found("個體工商戶註銷"), "个体工商户=self_employed");
  EXPECT_EQ(Found("我爸爸退休人员能领多少"), "退休人员=retiree");
  EXPECT_EQ(Found("退伍军人安置"), "退伍军人=veteran");
  EXPECT_EQ(Found("残疾人补贴"), "残疾人=disabled");
  EXPECT_EQ(Found("孕妇建档"), "孕妇=pregnant");
  EXPECT_EQ(Found("新生儿上户口"), "新生儿=child");
  EXPECT_EQ(Found("外国人工作许可"), "外国人=foreigner");
  EXPECT_EQ(Found("应届毕业生落户"), "毕业生=student");
  EXPECT_EQ(Found("农民工工资"), "农民工=migrant");
  EXPECT_EQ(Found("小微企业贷款"), "企业=enterprise");
}

TEST(AudiencesTest, TheLongestWordWins) {
  EXPECT_EQ(Found("民办非企业单位登记"), "民办非企业=organization");
  EXPECT_EQ(Found("小学生入学"), "小学生=student");
  EXPECT_EQ(Found("离退休干部"), "离退休=retiree");
}

TEST(AudiencesTest, WhatIsDeniedDoesNotCount) {
  EXPECT_EQ(Found("非企业"), "");
  EXPECT_EQ(Found("我不是残疾人"), "");
  EXPECT_EQ(Found("除个体户外"), "");
  EXPECT_EQ(Found("是不是企业都要交"), "企业=enterprise");
}

TEST(AudiencesTest, OtherWords) {
  for (const std::string text : {"幼儿园报名", "个人所得税", "两个人吵架", "退休金"}) {
    EXPECT_EQ(Found(text), "") << text;
  }
}

TEST(AudiencesTest, Conflicts) {
  const auto set = [](auto... groups) {
    return static_cast<AudienceSet>((0U | ... | BitOf(groups)));
  };
  EXPECT_TRUE(text::Conflict(set(kSelfEmployed), set(kEnterprise)));
  EXPECT_TRUE(text::Conflict(set(kIndividual), set(kEnterprise)));
  EXPECT_TRUE(text::Conflict(set(kVeteran), set(kRetiree)));
  EXPECT_FALSE(text::Conflict(set(kSelfEmployed), set(kEnterprise, kSelfEmployed)));
  EXPECT_FALSE(text::Conflict(set(kRetiree), set(kIndividual))) << "any person is an individual";
  EXPECT_FALSE(text::Conflict(set(kChild), set(kStudent)));
  EXPECT_FALSE(text::Conflict(set(), set(kEnterprise)));
  EXPECT_FALSE(text::Conflict(set(kEnterprise), set()));
}

}  // namespace
}  // namespace hotline::answer
