#include "proto/cc/regions.h"

#include "gtest/gtest.h"

namespace hotline {
namespace {

TEST(RegionsTest, OnlySoundCodesAreRegions) {
  for (const char* good : {"000000", "440000", "440300", "440305"})
    EXPECT_TRUE(IsRegion(good)) << good;
  for (const char* bad : {"", "44030", "4403050", "44030a", "000305", "440005", "４４０３０５"}) {
    EXPECT_FALSE(IsRegion(bad)) << bad;
  }
}

TEST(RegionsTest, ParentsEndAtTheNation) {
  EXPECT_EQ(ParentRegion("440305"), "440300");
  EXPECT_EQ(ParentRegion("440300"), "440000");
  EXPECT_EQ(ParentRegion("440000"), "000000");
  EXPECT_EQ(ParentRegion("000000"), "");
}

TEST(RegionsTest, DistanceCountsStepsUpAndSeesNoSiblings) {
  EXPECT_EQ(RegionDistance("440305", "440305"), 0);
  EXPECT_EQ(RegionDistance("440305", "000000"), 3);
  EXPECT_EQ(RegionDistance("440305", "440304"), std::nullopt);
  EXPECT_EQ(RegionDistance("440300", "440305"), std::nullopt);
  EXPECT_EQ(RegionDistance("", "440305"), 0);
}

}  // namespace
}  // namespace hotline
