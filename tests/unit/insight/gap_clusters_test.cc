#include "services/insight/gap_clusters.h"

#include <gtest/gtest.h>

namespace hotline::insight {
namespace {

double Odds(std::string_view a, std::string_view b) { return KinOdds(ProfileOf(a), ProfileOf(b)); }

TEST(GapKinship, TheSameWordsInAnotherFormAreKin) {
  EXPECT_EQ(Odds("居住证怎么办？", "居住證怎麼辦"), 1) << "width, case and script do not matter";
  EXPECT_GE(Odds("高龄津贴怎么申请", "请问怎么申请高龄津贴"), kKinOddsMin);
  EXPECT_GE(Odds("电动自行车怎么上牌照", "电动自行车如何上牌照"), kKinOddsMin);
}

TEST(GapKinship, OtherMattersAreStrangers) {
  EXPECT_LT(Odds("高龄津贴怎么申请", "居住证怎么申请"), kKinOddsMin);
  EXPECT_LT(Odds("公积金怎么提取", "路灯坏了找谁修"), 0.2);
  EXPECT_LT(Odds("", "路灯坏了找谁修"), kKinOddsMin);
}

TEST(GapKinship, WhatWasMaskedIsNotCompared) {
  EXPECT_GE(Odds("高龄老人补助去哪里申请，我电话〔手机号〕", "请问高龄老人补助去哪里申请"),
            kKinOddsMin);
  EXPECT_EQ(Odds("我叫〔姓名〕，居住证怎么办，我的手机是〔手机号〕", "居住证怎么办"), 1);
  EXPECT_LT(Odds("我电话〔手机号〕，路灯坏了找谁修", "我电话〔手机号〕，公积金怎么提取"), 0.2);
}

TEST(GapKinship, PlacesThatExcludeEachOtherDecide) {
  EXPECT_EQ(Odds("深圳市居住证怎么办", "广州市居住证怎么办"), 0);
  EXPECT_GT(Odds("深圳市南山区居住证怎么办", "深圳市居住证怎么办"), 0) << "one holds the other";
  EXPECT_GT(Odds("居住证怎么办", "深圳市居住证怎么办"), 0) << "one does not say";
}

TEST(GapKinship, IsTheSameInBothDirections) {
  const std::string_view texts[] = {"高龄津贴怎么申请", "请问80岁老人的高龄津贴去哪里申请",
                                    "2024年医保缴费标准", "2025年医保缴费标准是多少"};
  for (const auto a : texts) {
    for (const auto b : texts) EXPECT_DOUBLE_EQ(Odds(a, b), Odds(b, a)) << a << " / " << b;
  }
}

TEST(GapClusters, RegionsOfOneCityGoTogether) {
  EXPECT_TRUE(RegionsGoTogether("", "440300"));
  EXPECT_TRUE(RegionsGoTogether("440305", "440300"));
  EXPECT_TRUE(RegionsGoTogether("440305", "440304"));
  EXPECT_TRUE(RegionsGoTogether("000000", "440304"));
  EXPECT_FALSE(RegionsGoTogether("440305", "440100"));
}

class Clusters : public ::testing::Test {
 protected:
  void Put(const std::string& name, std::vector<std::string> phrasings,
           const std::string& region = "") {
    clusters_.Put({name, region, std::move(phrasings)});
    clusters_.Apply();
  }
  std::string Find(std::string_view question, std::string_view region = "") {
    return clusters_
        .Find(question, ProfileOf(question), region, [](const std::string&) { return true; })
        .name;
  }
  GapClusters clusters_;
};

TEST_F(Clusters, FindTheKinAmongOthers) {
  Put("gaps/a", {"高龄津贴怎么申请"});
  Put("gaps/b", {"电动自行车怎么上牌照", "电瓶车上牌照要带什么"});
  EXPECT_EQ(Find("请问怎么申请高龄津贴"), "gaps/a");
  EXPECT_EQ(Find("电瓶车上牌照要带什么？"), "gaps/b") << "any phrasing counts";
  EXPECT_EQ(Find("宠物狗怎么办证"), "");
  clusters_.Erase("gaps/a");
  clusters_.Apply();
  EXPECT_EQ(Find("高龄津贴怎么申请"), "");
  Put("gaps/b", {"宠物狗怎么办证"});
  EXPECT_EQ(Find("电动自行车怎么上牌照"), "") << "it was replaced";
}

TEST_F(Clusters, AreAppliedTogetherAsTheyWereLast) {
  clusters_.Put({"gaps/a", "", {"高龄津贴怎么申请"}});
  clusters_.Put({"gaps/b", "", {"电动自行车怎么上牌照"}});
  clusters_.Put({"gaps/c", "", {"公积金怎么提取"}});
  clusters_.Put({"gaps/b", "", {"宠物狗怎么办证"}});
  clusters_.Erase("gaps/c");
  clusters_.Apply();
  EXPECT_EQ(Find("请问怎么申请高龄津贴"), "gaps/a");
  EXPECT_EQ(Find("宠物狗怎么办证"), "gaps/b");
  EXPECT_EQ(Find("电动自行车怎么上牌照"), "");
  EXPECT_EQ(Find("公积金怎么提取"), "");
  EXPECT_EQ(clusters_.size(), 2U);
}

TEST_F(Clusters, AskWhoMayBeKin) {
  Put("gaps/sz", {"高龄津贴怎么申请"}, "440300");
  Put("gaps/gz", {"高龄津贴怎么申请"}, "440100");
  EXPECT_EQ(Find("高龄津贴怎么申请", "440305"), "gaps/sz");
  EXPECT_EQ(Find("高龄津贴怎么申请", "440106"), "gaps/gz");
  EXPECT_EQ(Find("高龄津贴怎么申请", "310000"), "");
  const std::string_view question = "高龄津贴怎么申请";
  EXPECT_EQ(clusters_
                .Find(question, ProfileOf(question), "",
                      [](const std::string& name) { return name == "gaps/gz"; })
                .name,
            "gaps/gz");
}

}  // namespace
}  // namespace hotline::insight
