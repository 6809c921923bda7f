#include "services/answer/visibility.h"

#include "gtest/gtest.h"

#include "proto/cc/regions.h"
#include "tests/testing/builders.h"

namespace hotline::answer {
namespace {

using hotline::testing::AnEntry;

VisibilityFacts FactsOfEntry(const knowledge::v1::Entry& entry) { return FactsOf(entry.content()); }

TEST(VisibilityTest, DistanceAgreesWithTheContractsRegions) {
  const std::vector<std::string> regions = {"",       "000000", "440000", "440300",
                                            "440305", "440100", "110000", "110101"};
  for (const auto& asked : regions) {
    for (const auto& owner : regions) {
      if (owner.empty()) continue;
      EXPECT_EQ(Distance(ToRegionCode(asked), ToRegionCode(owner)), RegionDistance(asked, owner))
          << asked << " of " << owner;
    }
  }
}

TEST(VisibilityTest, ValidityIncludesItsFirstInstantAndExcludesItsLast) {
  const auto facts = FactsOfEntry(AnEntry().ValidFrom(100).ValidUntil(200));
  const auto at = [&](LogTime now) { return IsVisible(facts, {type::v1::WEB, kAnyRegion, now}); };

  EXPECT_FALSE(at(99));
  EXPECT_TRUE(at(100));
  EXPECT_TRUE(at(199));
  EXPECT_FALSE(at(200));
}

TEST(VisibilityTest, AgentOnlyIsSeenByAgentsAlone) {
  const auto facts = FactsOfEntry(AnEntry().Audience(type::v1::AGENT_ONLY));
  for (int channel = type::v1::Channel_MIN + 1; channel <= type::v1::Channel_MAX; ++channel) {
    const Viewer viewer{static_cast<type::v1::Channel>(channel), kAnyRegion, 0};
    EXPECT_EQ(IsVisible(facts, viewer), channel == type::v1::AGENT) << channel;
  }
}

TEST(VisibilityTest, AgentOnlyOnAnotherChannelIsSeenByNobody) {
  const auto facts = FactsOfEntry(AnEntry().Audience(type::v1::AGENT_ONLY).Channel(type::v1::WEB));
  EXPECT_FALSE(IsVisible(facts, {type::v1::AGENT, kAnyRegion, 0}));
  EXPECT_FALSE(IsVisible(facts, {type::v1::WEB, kAnyRegion, 0}));
}

TEST(VisibilityTest, AViewerWithoutChannelSeesNothing) {
  EXPECT_FALSE(IsVisible(FactsOfEntry(AnEntry()), Viewer{}));
}

TEST(VisibilityTest, ARegionSeesItsOwnRulesAndThoseAbove) {
  const auto facts = FactsOfEntry(AnEntry().Region("440300"));
  const auto from = [&](std::string_view region) {
    return IsVisible(facts, {type::v1::WEB, ToRegionCode(region), 0});
  };
  EXPECT_TRUE(from(""));
  EXPECT_TRUE(from("440300"));
  EXPECT_TRUE(from("440305"));
  EXPECT_FALSE(from("440000"));
  EXPECT_FALSE(from("440100"));
  EXPECT_FALSE(from("000000"));
}

}  // namespace
}  // namespace hotline::answer
