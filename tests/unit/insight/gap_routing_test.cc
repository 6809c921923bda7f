#include "services/insight/gap_routing.h"

#include "gtest/gtest.h"

namespace hotline::insight {
namespace {

constexpr char kHousing[] = "departments/housing";
constexpr char kCity[] = "departments/city-management";

TEST(GapRouting, TheOwnerOfMostOfWhatWasFoundWins) {
  const Route route = VoteOf({{kCity, 1, 0.5}, {kHousing, 0.5, 0.2}, {kHousing, 0.5, 0.1}});
  EXPECT_EQ(route.department, kCity);
  EXPECT_GT(route.certainty, 0.5);
}

TEST(GapRouting, FarEntriesMakeAVoteUnsure) {
  const double near = VoteOf({{kCity, 1, 1}}).certainty;
  const double far = VoteOf({{kCity, 1, 0}}).certainty;
  EXPECT_GT(near, far);
}

TEST(GapRouting, AReferralThatTheVoteConfirmsIsBelieved) {
  const Route route = Settle({kHousing, 0.3, ""}, kHousing);
  EXPECT_EQ(route.department, kHousing);
  EXPECT_EQ(route.certainty, kReferralCertainty);
}

TEST(GapRouting, ASureVoteStandsAgainstAReferral) {
  EXPECT_EQ(Settle({kCity, 0.6, ""}, kHousing).department, kCity);
}

TEST(GapRouting, WhereBothAreUnsureTheDeskDecides) {
  EXPECT_EQ(Settle({kCity, 0.4, ""}, kHousing).department, "");
}

TEST(GapRouting, AReferralIsAllThereIsWhenNothingWasFound) {
  EXPECT_EQ(Settle({}, kHousing).department, kHousing);
  EXPECT_EQ(Settle({}, "").department, "");
}

}  // namespace
}  // namespace hotline::insight
