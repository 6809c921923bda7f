// Numbers as they are written, and words that are none.
#include "services/text/numbers.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/text/fold.h"
#include "services/text/numerals.h"

namespace hotline::text {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> Normals(std::string_view text) {
  std::vector<std::string> normals;
  for (const Number& number : FindNumbers(text, 1000)) normals.push_back(number.normal);
  return normals;
}

// The other ways to write the first number.
std::vector<std::string> Others(std::string_view text) {
  std::vector<std::string> others;
  const std::vector<Number> numbers = FindNumbers(text, 1000);
  if (numbers.empty()) return others;
  for (const std::u32string& way : numbers.front().others) others.push_back(ToUtf8(way));
  return others;
}

std::string Found(std::string_view text) {
  std::u32string folded;
  Fold(text, 1000, folded);
  const std::vector<Number> numbers = FindNumbers(text, 1000);
  if (numbers.empty()) return "";
  return ToUtf8(folded.substr(numbers.front().begin, numbers.front().end - numbers.front().begin));
}

TEST(NumbersTest, HaveOneNormalForm) {
  for (const std::string_view text : {"贷款十万怎么办", "贷款10万怎么办", "贷款100000怎么办",
                                      "贷款100,000怎么办", "贷款１０万怎么办"}) {
    EXPECT_THAT(Normals(text), ElementsAre("100000")) << text;
  }
  EXPECT_THAT(Normals("1.5万元"), ElementsAre("15000元"));
  EXPECT_THAT(Normals("三个月"), ElementsAre("3个月"));
  EXPECT_THAT(Normals("罚款五百块钱"), ElementsAre("500元"));
  EXPECT_THAT(Normals("第一百二十条"), ElementsAre("120条"));
  EXPECT_THAT(Normals("3.5公里"), ElementsAre("3.5公里"));
  EXPECT_THAT(Normals("满六十周岁和80周岁"), ElementsAre("60周岁", "80周岁"));
  EXPECT_THAT(Normals("两年内"), ElementsAre("2年"));
  EXPECT_THAT(Normals("一年以上"), ElementsAre("1年"));
}

TEST(NumbersTest, HaveOtherWaysToBeWritten) {
  EXPECT_THAT(Others("贷款十万怎么办"), ElementsAre("100000", "10万", "100 000"));
  EXPECT_THAT(Others("贷款100,000怎么办"), ElementsAre("100000", "10万", "十万"));
  EXPECT_THAT(Others("三个月"), ElementsAre("3个月"));
  EXPECT_THAT(Others("3个月"), ElementsAre("三个月"));
  EXPECT_THAT(Others("2个月"), ElementsAre("二个月", "两个月"));
  EXPECT_THAT(Others("500块"), ElementsAre("500元", "五百元"));
  EXPECT_THAT(Others("第120条"), ElementsAre("一百二十条"));
  EXPECT_EQ(Found("申请贷款十万元要什么"), "十万元");
  EXPECT_EQ(Found("（100,000元）"), "100 000元");
}

TEST(NumbersTest, DatesAreDates) {
  for (const std::string_view text :
       {"2024年1月1日起", "2024-01-01起", "2024/1/1起", "2024.1.1起", "二〇二四年一月一日起",
        "2024年01月01日起", "2024年1月1号起"}) {
    EXPECT_THAT(Normals(text), ElementsAre("2024-01-01")) << text;
    EXPECT_FALSE(Others(text).empty()) << text;
  }
  EXPECT_THAT(Others("2024-01-01"),
              ElementsAre("2024年1月1日", "2024年1月1号", "2024年01月01日", "二〇二四年一月一日"));
  EXPECT_THAT(Normals("2024年5月"), ElementsAre("2024-05"));
  EXPECT_THAT(Normals("2023年的社保"), ElementsAre("2023"));
  EXPECT_THAT(Normals("5月1日放假"), ElementsAre("05-01"));
  EXPECT_THAT(Normals("2024-13-01"), Not(Contains("2024-13-01")));
}

TEST(NumbersTest, PercentagesArePercentages) {
  EXPECT_THAT(Normals("百分之五"), ElementsAre("5%"));
  EXPECT_THAT(Normals("5%"), ElementsAre("5%"));
  EXPECT_THAT(Normals("3.5％"), ElementsAre("3.5%"));
  EXPECT_THAT(Normals("百分之三点五"), ElementsAre("3.5%"));
  EXPECT_THAT(Others("5%"), ElementsAre("百分之五"));
  EXPECT_THAT(Others("百分之二十"), ElementsAre("20"));
}

TEST(NumbersTest, DocumentNumbersAreTheSameInAnyBrackets) {
  for (const std::string_view text :
       {"国发〔2023〕1号", "国发[2023]1号", "国发【2023】1号", "国发（2023）1号", "国发2023年1号",
        "国发2023年第1号", "国发〔2023〕第1号"}) {
    EXPECT_THAT(Normals(text), ElementsAre("国发[2023]1号")) << text;
  }
  EXPECT_THAT(Others("国发〔2023〕1号"), Contains("国发2023年第1号"));
  EXPECT_EQ(Found("国发〔2023〕1号文件"), "国发 2023 1号");
}

TEST(NumbersTest, NumeralsInWordsAreNoNumbers) {
  for (const std::string_view text : {"一般纳税人",
                                      "万一丢了怎么办",
                                      "三七",
                                      "十分满意",
                                      "等一下",
                                      "千万不要",
                                      "老百姓",
                                      "一起去",
                                      "一样吗",
                                      "一次性补贴",
                                      "统一社会信用代码",
                                      "唯一住房",
                                      "第一时间",
                                      "四川",
                                      "五险一金",
                                      "三方协议",
                                      "一网通办",
                                      "二手房",
                                      "万科",
                                      "同一人",
                                      "七夕",
                                      "九龙坡区",
                                      "一件事"}) {
    EXPECT_THAT(Normals(text), IsEmpty()) << text;
  }
}

TEST(NumbersTest, OtherSignsWithDigitsAreLeftAlone) {
  for (const std::string_view text : {"k12教育", "v1.2.3", "abc123", "12345678901234567890"}) {
    EXPECT_THAT(Normals(text), IsEmpty()) << text;
  }
}

TEST(NumbersTest, ManyAndStrangeTextsEnd) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "十";
  EXPECT_LE(FindNumbers(many, 10'000).size(), kMaxNumbers);
  many.clear();
  for (int i = 0; i < 2000; ++i) many += "3个月，";
  EXPECT_EQ(FindNumbers(many, 10'000).size(), kMaxNumbers);
  EXPECT_THAT(FindNumbers("", 100), IsEmpty());
  EXPECT_THAT(FindNumbers("\xff\xfe 😀", 100), IsEmpty());
}

TEST(NumeralsTest, AreReadAndWritten) {
  const std::pair<std::u32string_view, uint64_t> cases[] = {{U"零", 0},
                                                            {U"十", 10},
                                                            {U"十二", 12},
                                                            {U"二十", 20},
                                                            {U"一百零五", 105},
                                                            {U"一百五十", 150},
                                                            {U"一千零一", 1001},
                                                            {U"一千零五十", 1050},
                                                            {U"一万零一", 10001},
                                                            {U"十万", 100000},
                                                            {U"十二万三千四百五十六", 123456},
                                                            {U"一亿", 100000000},
                                                            {U"一亿零五百万", 105000000},
                                                            {U"二百三十万", 2300000}};
  for (const auto& [numerals, value] : cases) {
    EXPECT_EQ(ParseNumerals(numerals), value) << ToUtf8(numerals);
    EXPECT_EQ(ToUtf8(ToNumerals(value)), ToUtf8(numerals));
  }
  EXPECT_EQ(ParseNumerals(U"一百五"), 150U);
  EXPECT_EQ(ParseNumerals(U"三万五"), 35000U);
  EXPECT_EQ(ParseNumerals(U"两千"), 2000U);
  EXPECT_EQ(ParseNumerals(U"二〇二四"), 2024U);
  for (const std::u32string_view none : {U"万一", U"百", U"千万", U"万千", U"一百百", U"零十"}) {
    EXPECT_EQ(ParseNumerals(none), std::nullopt) << ToUtf8(none);
  }
  for (uint64_t value = 1; value < 2'000'000; value = value * 7 / 5 + 1) {
    EXPECT_EQ(ParseNumerals(ToNumerals(value)), value);
  }
}

}  // namespace
}  // namespace hotline::text
