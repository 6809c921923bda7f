#include "storage/follower_registry.h"

#include "gtest/gtest.h"

#include "tests/testing/matchers.h"

namespace hotline::storage {
namespace {

using absl::StatusCode;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using std::chrono::milliseconds;

store::v1::ReportFollowerRequest AReport(const std::string& follower, const std::string& instance,
                                         int64_t visible = 0) {
  store::v1::ReportFollowerRequest report;
  report.set_follower(follower);
  report.set_instance(instance);
  report.set_visible_revision(visible);
  report.set_refuse_after_ms(5'000);
  return report;
}

class FollowerRegistryTest : public ::testing::Test {
 protected:
  std::chrono::microseconds now_ = std::chrono::hours(1);
  FollowerRegistry registry_{[this] { return now_; }, 60'000};
};

TEST_F(FollowerRegistryTest, TellsHowFarAndHowSilentEachIs) {
  ASSERT_OK(registry_.Report(AReport("b", "1", 4), 9));
  now_ += milliseconds(1'500);
  ASSERT_OK(registry_.Report(AReport("a", "1", 9), 9));

  const auto list = registry_.List();

  ASSERT_EQ(list.followers_size(), 2);
  EXPECT_EQ(list.followers(0).follower(), "a");
  EXPECT_EQ(list.followers(0).silent_ms(), 0);
  EXPECT_EQ(list.followers(1).visible_revision(), 4);
  EXPECT_EQ(list.followers(1).silent_ms(), 1'500);
  EXPECT_EQ(list.known_since_ms(), 1'500);
  EXPECT_EQ(list.refuse_after_ms_max(), 60'000);
}

TEST_F(FollowerRegistryTest, ForgetsWhoLeaves) {
  ASSERT_OK(registry_.Report(AReport("a", "1"), 0));
  auto leaving = AReport("a", "1");
  leaving.set_leaving(true);
  ASSERT_OK(registry_.Report(leaving, 0));

  EXPECT_EQ(registry_.List().followers_size(), 0);
}

TEST_F(FollowerRegistryTest, KeepsAnEarlierInstanceUntilItRefusesByItself) {
  ASSERT_OK(registry_.Report(AReport("a", "1"), 0));
  now_ += milliseconds(4'000);
  ASSERT_OK(registry_.Report(AReport("a", "2"), 0));
  EXPECT_EQ(registry_.List().followers_size(), 2);

  now_ += milliseconds(1'001);
  ASSERT_OK(registry_.Report(AReport("a", "2"), 0));

  ASSERT_EQ(registry_.List().followers_size(), 1);
  EXPECT_EQ(registry_.List().followers(0).instance(), "2");
}

TEST_F(FollowerRegistryTest, RefusesALimitThatNobodyWouldWaitFor) {
  auto report = AReport("a", "1");
  report.set_refuse_after_ms(60'001);
  EXPECT_THAT(registry_.Report(report, 0), HasReason(type::v1::FIELD_INVALID));
  report.set_refuse_after_ms(0);
  EXPECT_THAT(registry_.Report(report, 0), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(FollowerRegistryTest, RefusesAPositionOfAnotherTimeline) {
  EXPECT_THAT(registry_.Report(AReport("a", "1", 10), 9),
              StatusIs(StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED));
  EXPECT_EQ(registry_.List().followers_size(), 0);
}

TEST_F(FollowerRegistryTest, RefusesMissingIds) {
  EXPECT_THAT(registry_.Report(AReport("", "1"), 0), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(registry_.Report(AReport("a", ""), 0), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(registry_.Report(AReport(std::string(101, 'a'), "1"), 0),
              HasReason(type::v1::FIELD_TOO_LONG));
}

TEST_F(FollowerRegistryTest, HasALimitAndMakesRoomForTheLiving) {
  for (size_t i = 0; i < kFollowersMax; ++i) {
    ASSERT_OK(registry_.Report(AReport("f" + std::to_string(i), "1"), 0));
  }
  EXPECT_THAT(registry_.Report(AReport("new", "1"), 0), HasReason(type::v1::LIMIT_EXCEEDED));

  now_ += milliseconds(60'001);

  EXPECT_THAT(registry_.Report(AReport("new", "1"), 0), IsOk());
}

}  // namespace
}  // namespace hotline::storage
