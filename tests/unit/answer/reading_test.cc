#include "services/answer/reading.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::answer {
namespace {

using ::testing::HasSubstr;
using Part = v1::QueryReading::Part;

const LogTime kNow = text::BeginOfDay(text::DayOf(2026, 11, 26));

QuestionReading Of(std::string_view question, RegionCode asked = kAnyRegion) {
  return ReadQuestion(question, asked, kNow);
}

TEST(ReadingTest, APlaceInTheQuestionIsTheRegion) {
  EXPECT_EQ(Of("深圳高龄津贴怎么申请").region, 440300U);
  EXPECT_EQ(Of("高龄津贴怎么申请").region, kAnyRegion);
  EXPECT_EQ(Of("高龄津贴怎么申请", 440300).region, 440300U);
  EXPECT_EQ(Of("南山区高龄津贴", 440300).region, 440305U) << "nearer than the request's";
  EXPECT_EQ(Of("深圳高龄津贴", 440305).region, 440305U) << "still in that district";
}

TEST(ReadingTest, AnotherPlaceThanTheRequestsWinsAndSaysSo) {
  const QuestionReading reading = Of("广州高龄津贴怎么申请", 440300);
  EXPECT_EQ(reading.region, 440100U);
  EXPECT_TRUE(reading.region_overrides_request);
  const v1::QueryReading proto = ToProto(reading, "");
  EXPECT_EQ(proto.region(), "440100");
  ASSERT_EQ(proto.parts_size(), 1);
  EXPECT_EQ(proto.parts(0).kind(), Part::REGION);
  EXPECT_EQ(proto.parts(0).begin(), 0);
  EXPECT_EQ(proto.parts(0).end(), 2);
  EXPECT_EQ(proto.parts(0).value(), "440100");
  EXPECT_THAT(proto.parts(0).meaning(), HasSubstr("以问题中的地区为准"));
}

TEST(ReadingTest, SeveralPlacesOrAnOriginAreNoRegion) {
  EXPECT_EQ(Of("社保从湖南转到广东怎么办").region, kAnyRegion);
  EXPECT_EQ(Of("湖南人怎么办居住证", 440300).region, 440300U);
  EXPECT_EQ(Of("湖南人在广东怎么办居住证").region, 440000U);
}

TEST(ReadingTest, TheQuestionWithoutItsPlace) {
  EXPECT_EQ(WithoutPlaces(Of("深圳高龄津贴怎么申请")), "  高龄津贴怎么申请");
  EXPECT_EQ(WithoutPlaces(Of("高龄津贴怎么申请")), std::nullopt);
  EXPECT_EQ(WithoutPlaces(Of("深圳")), std::nullopt) << "nothing would be left";
  EXPECT_EQ(WithoutPlaces(Of("湖南人怎么办居住证")), std::nullopt) << "no region came of it";
}

TEST(ReadingTest, WhatNamesThePlace) {
  const QuestionReading reading = Of("海东市怎样保障复工");
  EXPECT_TRUE(NamesPlaceOf(reading, "海东市如何保障企业复工"));
  EXPECT_FALSE(NamesPlaceOf(reading, "西宁市如何保障企业复工"));
  EXPECT_TRUE(NamesPlaceOf(Of("深圳居住证"), "深圳市居住证办理指南"));
}

TEST(ReadingTest, ARuleOfThePastIsAskedForOrAStoryIsTold) {
  EXPECT_TRUE(Of("去年的最低工资标准是多少").past.has_value());
  EXPECT_TRUE(Of("2023年社保缴费基数").past.has_value());
  EXPECT_FALSE(Of("今年的最低工资标准是多少").past.has_value());
  EXPECT_FALSE(Of("去年我买了房，开发商不退款，标准是什么").past.has_value());
  EXPECT_FALSE(Of("去年没缴费现在怎么补缴").past.has_value());
  EXPECT_FALSE(Of("昨天停水了").past.has_value());
}

TEST(ReadingTest, TheMatterIsOfTheLastInstantOfItsTime) {
  const QuestionReading reading = Of("去年的最低工资标准是多少");
  ASSERT_TRUE(reading.past.has_value());
  EXPECT_EQ(MatterTime(*reading.past, kNow), text::BeginOfDay(text::DayOf(2026, 1, 1)) - 1);
}

TEST(ReadingTest, PartsStandInTheOrderOfTheQuestion) {
  const v1::QueryReading proto =
      ToProto(Of("去年深圳个体户的社保缴费标准"), "现行答复当时已经适用");
  ASSERT_EQ(proto.parts_size(), 3);
  EXPECT_EQ(proto.parts(0).kind(), Part::TIME);
  EXPECT_EQ(proto.parts(0).value(), "2025-01-01/2026-01-01");
  EXPECT_EQ(proto.parts(0).meaning(), "2025年：现行答复当时已经适用");
  EXPECT_EQ(proto.parts(1).kind(), Part::REGION);
  EXPECT_EQ(proto.parts(2).kind(), Part::AUDIENCE);
  EXPECT_EQ(proto.parts(2).value(), "self_employed");
}

}  // namespace
}  // namespace hotline::answer
