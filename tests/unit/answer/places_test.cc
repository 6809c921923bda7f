#include "services/text/places.h"

#include <string>

#include "gtest/gtest.h"

#include "tests/unit/answer/folded_text.h"

namespace hotline::answer {
namespace {

// "深圳南山=440305 湖南=430000(origin)".
std::string Found(std::string_view question, text::PlaceCode near = text::kNoPlace) {
  const std::u32string folded = FoldEach(question);
  std::string found;
  for (const text::PlaceMention& place : text::FindPlaces(folded, near)) {
    if (!found.empty()) found += " ";
    found += Part(folded, place.begin, place.end) + "=" + std::to_string(place.code);
    if (place.origin) found += "(origin)";
  }
  return found;
}

TEST(PlacesTest, FullNamesAndChains) {
  EXPECT_EQ(Found("昆山市怎么办居住证"), "昆山市=320583");
  EXPECT_EQ(Found("广东省深圳市南山区居住证"), "广东省深圳市南山区=440305");
  EXPECT_EQ(Found("深圳市 南山区居住证"), "深圳市 南山区=440305");
  EXPECT_EQ(Found("內蒙古自治區"), "内蒙古自治区=150000") << "traditional characters";
  EXPECT_EQ(Found("恩施土家族苗族自治州"), "恩施土家族苗族自治州=422800");
}

TEST(PlacesTest, ShortNamesOfProvincesAndCities) {
  EXPECT_EQ(Found("深圳居住证怎么办"), "深圳=440300");
  EXPECT_EQ(Found("内蒙古社保"), "内蒙古=150000");
  EXPECT_EQ(Found("吉林有什么政策"), "吉林=220000") << "the province, not its city";
  EXPECT_EQ(Found("深圳市民怎么领卡"), "深圳=440300") << "市民 is a word";
}

TEST(PlacesTest, WhatSeveralPlacesHaveNeedsAnotherPlace) {
  EXPECT_EQ(Found("南山区居住证怎么办"), "") << "Shenzhen and Hegang have one";
  EXPECT_EQ(Found("深圳南山区居住证"), "深圳南山区=440305");
  EXPECT_EQ(Found("鹤岗南山区居住证"), "鹤岗南山区=230404");
  EXPECT_EQ(Found("我在深圳，南山区怎么办居住证"), "深圳=440300 南山区=440305");
  EXPECT_EQ(Found("南山区居住证怎么办", 440300), "南山区=440305");
  EXPECT_EQ(Found("南山区居住证怎么办", 440306), "南山区=440305") << "of the same city";
  EXPECT_EQ(Found("南山区居住证怎么办", 230400), "南山区=230404");
  EXPECT_EQ(Found("南山区居住证怎么办", 110000), "");
  EXPECT_EQ(Found("北京朝阳区停车"), "北京朝阳区=110105");
}

TEST(PlacesTest, ShortNamesOfDistrictsNeedTheirCity) {
  EXPECT_EQ(Found("南山有什么好玩的"), "");
  EXPECT_EQ(Found("深圳南山居住证"), "深圳南山=440305");
  EXPECT_EQ(Found("南山怎么办居住证", 440300), "南山=440305");
  EXPECT_EQ(Found("上海静安居住证"), "上海静安=310106");
}

TEST(PlacesTest, OrdinaryWordsAndPartsOfNamesAreNoPlaces) {
  for (const std::string text :
       {"和平解决纠纷", "东方航空行李丢失", "日照采光被挡住", "保定期存款", "百事大吉", "周六安排",
        "最大连接数", "盖山镇江边村", "北京路停车收费", "广州大道施工", "中山大学招生",
        "河北区域经济", "城区供水", "老城区改造", "市中区停水", "天门打不开", "长安街"}) {
    EXPECT_EQ(Found(text).find("=") == std::string::npos || Found(text) == "河北=130000", true)
        << text << " -> " << Found(text);
  }
  EXPECT_EQ(Found("在中山交社保"), "中山=442000") << "where a place is expected";
  EXPECT_EQ(Found("在日照买房"), "日照=371100");
}

TEST(PlacesTest, WhereSomebodyComesFromIsNotWhereTheMatterIs) {
  EXPECT_EQ(Found("湖南人在广东怎么办社保"), "湖南=430000(origin) 广东=440000");
  EXPECT_EQ(Found("江西户口能在深圳买房吗"), "江西=360000(origin) 深圳=440300");
  EXPECT_EQ(Found("四川人社局电话"), "四川=510000");
}

TEST(PlacesTest, NamesForPeople) {
  EXPECT_EQ(text::PlaceName(440305), "广东省深圳市南山区");
  EXPECT_EQ(text::PlaceName(110105), "北京市朝阳区");
  EXPECT_EQ(text::PlaceShortName(440305), "南山区");
  EXPECT_EQ(text::PlaceShortName(0), "全国");
  EXPECT_EQ(text::PlaceName(999999), "");
}

TEST(PlacesTest, Nesting) {
  EXPECT_TRUE(text::ContainsPlace(440000, 440305));
  EXPECT_TRUE(text::ContainsPlace(440300, 440305));
  EXPECT_TRUE(text::ContainsPlace(440305, 440305));
  EXPECT_TRUE(text::ContainsPlace(0, 440305));
  EXPECT_FALSE(text::ContainsPlace(440305, 440300));
  EXPECT_FALSE(text::ContainsPlace(440100, 440305));
  EXPECT_FALSE(text::ContainsPlace(text::kNoPlace, 440305));
}

TEST(PlacesTest, AnyTextIsRead) {
  EXPECT_EQ(Found(""), "");
  EXPECT_EQ(Found("市"), "");
  EXPECT_EQ(Found("市区县省旗"), "");
  std::string many;
  for (int i = 0; i < 300; ++i) many += "深圳";
  EXPECT_NE(Found(many), "");
}

}  // namespace
}  // namespace hotline::answer
