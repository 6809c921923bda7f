#include "services/answer/freshness.h"

#include "gtest/gtest.h"

namespace hotline::answer {
namespace {

using std::chrono::seconds;

constexpr LeaseLimits kLimits{.mark_stale_after = seconds(2), .refuse_after = seconds(5)};

TEST(LeaseTest, IsFreshThenStaleThenRefused) {
  const BootTime confirmed = seconds(100);
  EXPECT_EQ(Judge(kLimits, confirmed, confirmed + seconds(2)), LeaseState::kFresh);
  EXPECT_EQ(Judge(kLimits, confirmed, confirmed + seconds(2) + BootTime(1)), LeaseState::kStale);
  EXPECT_EQ(Judge(kLimits, confirmed, confirmed + ServingLimit(seconds(5))), LeaseState::kStale);
  EXPECT_EQ(Judge(kLimits, confirmed, confirmed + ServingLimit(seconds(5)) + BootTime(1)),
            LeaseState::kRefused);
}

TEST(LeaseTest, NothingIsServedBeforeTheFirstConfirmation) {
  EXPECT_EQ(Judge(kLimits, std::nullopt, seconds(0)), LeaseState::kRefused);
}

TEST(LeaseTest, ServesForLessThanItAnnounces) {
  EXPECT_LT(ServingLimit(seconds(5)), seconds(5));
  EXPECT_GT(ServingLimit(seconds(5)), seconds(4));
  EXPECT_GT(ServingLimit(BootTime(100)), BootTime(90));
}

TEST(BarrierTrackerTest, CountsFromSendingAndOnlyOnceTheHeadIsApplied) {
  BarrierTracker tracker;
  tracker.OnBarrier(seconds(10), /*head=*/7, /*applied=*/6);
  EXPECT_EQ(tracker.fresh_as_of(), std::nullopt);

  tracker.OnApplied(7);

  EXPECT_EQ(tracker.fresh_as_of(), seconds(10));
}

TEST(BarrierTrackerTest, ALaterBarrierAheadOfTheFeedDoesNotHideAnEarlierOne) {
  BarrierTracker tracker;
  tracker.OnBarrier(seconds(10), 7, 6);
  tracker.OnBarrier(seconds(11), 9, 6);
  tracker.OnApplied(8);
  EXPECT_EQ(tracker.fresh_as_of(), seconds(10));
}

TEST(BarrierTrackerTest, PendingBarriersAreBounded) {
  BarrierTracker tracker;
  for (int i = 0; i < 1000; ++i) tracker.OnBarrier(seconds(i), 100 + i, 0);
  tracker.OnApplied(100);
  EXPECT_EQ(tracker.fresh_as_of(), seconds(0));
  tracker.OnApplied(2000);
  EXPECT_EQ(tracker.fresh_as_of(), seconds(999));
}

TEST(BarrierTrackerTest, ResetForgetsTheLease) {
  BarrierTracker tracker;
  tracker.OnBarrier(seconds(10), 1, 1);
  tracker.Reset();
  EXPECT_EQ(tracker.fresh_as_of(), std::nullopt);
}

}  // namespace
}  // namespace hotline::answer
