#include "services/answer/choices.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/text/fold.h"
#include "services/text/times.h"

namespace hotline::answer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ChoiceFacts AChoice(std::string question, RegionCode region = 440300) {
  return {.question = std::move(question), .region = region};
}

TEST(ChoicesTest, RegionsTellOneQuestionApart) {
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{AChoice("高龄津贴怎么申请", 440305),
                                                    AChoice("高龄津贴怎么申请", 440304)}),
              ElementsAre("南山区", "福田区"));
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{AChoice("高龄津贴怎么申请", 0),
                                                    AChoice("居住证到期怎么续签", 440304)}),
              ElementsAre("全国", "福田区"));
}

TEST(ChoicesTest, PeopleTellApart) {
  auto one = AChoice("社会保险登记怎么办");
  one.audience = BitOf(text::AudienceGroup::kSelfEmployed);
  auto other = AChoice("社会保险登记怎么办理");
  other.audience = BitOf(text::AudienceGroup::kEnterprise);
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{one, other}),
              ElementsAre("个体工商户", "企业"));
}

TEST(ChoicesTest, AspectsOfAGuideTellApart) {
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{AChoice("居住证办理需要什么材料"),
                                                    AChoice("居住证办理需要多久"),
                                                    AChoice("居住证办理在哪里")}),
              ElementsAre("所需材料", "办理时限", "办理地点"));
}

TEST(ChoicesTest, OwnersAndValidityTellApart) {
  auto one = AChoice("停车费怎么收");
  one.department = "市交通运输局";
  auto other = AChoice("停车费怎么收");
  other.department = "市城市管理局";
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{one, other}),
              ElementsAre("市交通运输局", "市城市管理局"));
  one.department = other.department = "";
  one.effective = text::BeginOfDay(text::DayOf(2025, 1, 1));
  other.expire = text::BeginOfDay(text::DayOf(2025, 1, 1));
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{one, other}),
              ElementsAre("2025年1月1日起", "2024年12月31日止"));
}

TEST(ChoicesTest, OwnWordsTellTheRestApart) {
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{AChoice("医保卡丢失如何挂失"),
                                                    AChoice("医保卡丢失如何补办")}),
              ElementsAre("挂", "补办"));
}

TEST(ChoicesTest, QuestionsThatSayItThemselvesNeedNothing) {
  EXPECT_THAT(Distinctions(std::vector<ChoiceFacts>{AChoice("高龄津贴怎么申请"),
                                                    AChoice("住房公积金提取的条件")}),
              ElementsAre("", ""));
  EXPECT_TRUE(Distinctions(std::vector<ChoiceFacts>{}).empty());
}

TEST(ChoicesTest, DistinctionsAreShort) {
  auto one = AChoice("停车费怎么收");
  one.department = "一个名字非常非常非常非常非常非常长的行政管理机构";
  auto other = AChoice("停车费怎么收");
  other.department = "市城市管理局";
  for (const std::string& text : Distinctions(std::vector<ChoiceFacts>{one, other})) {
    EXPECT_LE(text::ToCodePoints(text).size(), kDistinctionLengthMax);
    EXPECT_FALSE(text.empty());
  }
}

TEST(ChoicesTest, WhatNobodyCouldChooseByCollapses) {
  const std::vector<ChoiceFacts> facts = {
      AChoice("高龄津贴怎么申请"), AChoice("高龄津贴怎么申请？"),
      AChoice("高龄津贴怎么申请", 440305), AChoice("居住证到期怎么续签")};
  EXPECT_THAT(Distinct(facts, 5), ElementsAre(0, 2, 3));
  EXPECT_THAT(Distinct(facts, 2), ElementsAre(0, 2));
}

}  // namespace
}  // namespace hotline::answer
