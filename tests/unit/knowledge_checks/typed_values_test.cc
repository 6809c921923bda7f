#include "services/knowledge/checks/typed_values.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::knowledge::checks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "kind canonical" of each value.
std::vector<std::string> Read(std::string_view text) {
  std::vector<std::string> values;
  for (const TypedValue& value : ExtractValues(text)) {
    values.push_back(std::string(KindName(value.kind)) + " " + value.canonical);
  }
  return values;
}

TEST(TypedValuesTest, AmountsAreEqualHoweverTheyAreWritten) {
  EXPECT_THAT(Read("补贴10万元"), ElementsAre("金额 100000"));
  EXPECT_THAT(Read("补贴十万元"), ElementsAre("金额 100000"));
  EXPECT_THAT(Read("补贴100,000元"), ElementsAre("金额 100000"));
  EXPECT_THAT(Read("补贴１０００００元"), ElementsAre("金额 100000"));
  EXPECT_THAT(Read("每人每月1,250.5元"), ElementsAre("金额 1250.5"));
  EXPECT_THAT(Read("罚款二百元以上五百元以下"), ElementsAre("金额 200", "金额 500"));
  EXPECT_THAT(Read("费用为100美元"), ElementsAre("金额 100 美元"));
}

TEST(TypedValuesTest, WorkingDaysAreNoCalendarDays) {
  EXPECT_THAT(Read("法定20个工作日，承诺1个工作日"),
              ElementsAre("工作日 20工作日", "工作日 1工作日"));
  EXPECT_THAT(Read("自收到之日起三十日内"), ElementsAre("期限 30天"));
  EXPECT_THAT(Read("应当在30日内"), ElementsAre("期限 30天"));
  EXPECT_THAT(Read("满十二个月"), ElementsAre("期限 12个月"));
  EXPECT_THAT(Read("缴费满一年"), ElementsAre("期限 12个月"));
  EXPECT_THAT(Read("3至5个工作日办结"), ElementsAre("工作日 3~5工作日"));
}

TEST(TypedValuesTest, OrdinalsAndYearsAreNoDurations) {
  EXPECT_THAT(Read("第三十日"), IsEmpty());
  EXPECT_THAT(Read("2020年以来"), IsEmpty());
  EXPECT_THAT(Read("上午9时至12时"), IsEmpty());
  EXPECT_THAT(Read("第十二条第三款"), IsEmpty());
}

TEST(TypedValuesTest, RatiosAreEqualHoweverTheyAreWritten) {
  EXPECT_THAT(Read("按20%缴纳"), ElementsAre("比例 20"));
  EXPECT_THAT(Read("按２０％缴纳"), ElementsAre("比例 20"));
  EXPECT_THAT(Read("按百分之二十缴纳"), ElementsAre("比例 20"));
  EXPECT_THAT(Read("费率为千分之三"), ElementsAre("比例 3‰"));
}

TEST(TypedValuesTest, DatesAreReadInEveryForm) {
  EXPECT_THAT(Read("自2025年7月1日起施行"), ElementsAre("日期 2025-07-01"));
  EXPECT_THAT(Read("自二〇二五年七月一日起施行"), ElementsAre("日期 2025-07-01"));
  EXPECT_THAT(Read("截至2025-07-01"), ElementsAre("日期 2025-07-01"));
  EXPECT_THAT(Read("截至2025/7/1"), ElementsAre("日期 2025-07-01"));
  EXPECT_THAT(Read("每年3月5日前"), ElementsAre("日期 03-05"));
}

TEST(TypedValuesTest, PhonesAreDigitsOnly) {
  EXPECT_THAT(Read("咨询电话：020-83110470。"), ElementsAre("电话 02083110470"));
  EXPECT_THAT(Read("咨询电话：０２０－８３１１０４７０"), ElementsAre("电话 02083110470"));
  EXPECT_THAT(Read("请拨打12345热线"), ElementsAre("电话 12345"));
  EXPECT_THAT(Read("服务热线400-888-1234"), ElementsAre("电话 4008881234"));
  EXPECT_THAT(Read("编号12345的文件"), IsEmpty());
}

TEST(TypedValuesTest, AgesAndDocumentNumbers) {
  EXPECT_THAT(Read("年满60周岁"), ElementsAre("年龄 60"));
  EXPECT_THAT(Read("年满六十岁"), ElementsAre("年龄 60"));
  EXPECT_THAT(Read("根据深人社规〔2025〕3号"), ElementsAre("文号 深人社规〔2025〕3号"));
  EXPECT_THAT(Read("根据深人社规[2025]第3号"), ElementsAre("文号 深人社规〔2025〕3号"));
}

TEST(TypedValuesTest, PlacesAreCodePointsOfTheTextAsWritten) {
  const std::vector<TypedValue> values = ExtractValues("补贴标准为每人５００元。");

  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(values[0].begin, 7U);
  EXPECT_EQ(values[0].end, 11U);
  EXPECT_EQ(values[0].text, "５００元");
}

TEST(TypedValuesTest, TheWordsBeforeSayWhatAValueIsOf) {
  const auto promised = ExtractValues("办理时限：法定20个工作日，承诺1个工作日");
  const auto other = ExtractValues("法定办结时限：法定15个工作日，承诺3个工作日");

  EXPECT_TRUE(SameRole(promised[0], other[0]));
  EXPECT_TRUE(SameRole(promised[1], other[1]));
  EXPECT_FALSE(SameRole(promised[0], other[1]));
  const auto above = ExtractValues("年满60周岁以上");
  const auto below = ExtractValues("年满60周岁以下");
  EXPECT_FALSE(SameRole(above[0], below[0]));
}

}  // namespace
}  // namespace hotline::knowledge::checks
