#include "services/insight/rise_detector.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotline::insight {
namespace {

using ::testing::IsEmpty;

constexpr LogTime kSecond = 1'000'000;
constexpr LogTime kStart = LogTime{1'800'000'000} * kSecond;

// Asks that come by chance at a rate, second by second.
class Traffic {
 public:
  explicit Traffic(RiseDetector::UsualOf usual = nullptr) : detector_(std::move(usual)) {}

  // So many seconds at so many asks a minute; what was told meanwhile.
  std::vector<DetectedRise> Run(int seconds, double per_minute,
                                const std::string& name = "entries/a") {
    std::vector<DetectedRise> told;
    std::poisson_distribution<int> asks(per_minute / 60);
    for (int i = 0; i < seconds; ++i) {
      now_ += kSecond;
      const int count = asks(random_);
      if (count > 0) detector_.Feed(now_, now_, {.name = name}, count);
      for (DetectedRise& rise : detector_.Tick(now_)) told.push_back(std::move(rise));
    }
    return told;
  }

  RiseDetector& detector() { return detector_; }
  LogTime now() const { return now_; }

 private:
  RiseDetector detector_;
  std::mt19937 random_{7};
  LogTime now_ = kStart;
};

TEST(ChanceOfRise, IsThatOfPoissonWhenTheUsualIsWellKnown) {
  // P(X >= 20) of Poisson(10) is 0.003454.
  EXPECT_NEAR(ChanceOf(20, {6'000'000, 36'000'000}, 60), 0.003454, 0.00002);
  // What is known from little time is less surprising.
  EXPECT_GT(ChanceOf(20, {100, 600}, 60), 0.004);
  EXPECT_EQ(ChanceOf(10, {600, 3'600}, 60), 1);
}

TEST(ChanceOfRise, IsSmallForWhatWasNeverAsked) {
  EXPECT_LT(ChanceOf(10, {0, 7'200}, 60), 1e-10);
  EXPECT_GT(ChanceOf(10, {0, 7'200}, 60), 0);
}

TEST(RiseKeys, AreEverywhereTheChannelAndTheRegionsAbove) {
  const auto keys = KeysOf("entries/a", type::v1::WEB, "440305");
  ASSERT_EQ(keys.size(), 5);
  EXPECT_EQ(keys[0], (RiseKey{"entries/a", type::v1::CHANNEL_UNSPECIFIED, ""}));
  EXPECT_EQ(keys[1], (RiseKey{"entries/a", type::v1::WEB, ""}));
  EXPECT_EQ(keys[4], (RiseKey{"entries/a", type::v1::CHANNEL_UNSPECIFIED, "440000"}));
}

TEST(RiseDetector, IsQuietWhileAsksComeAsUsual) {
  Traffic traffic;
  EXPECT_THAT(traffic.Run(6 * 3'600, 20), IsEmpty());
}

TEST(RiseDetector, SeesABurstWithinAMinuteAndItsEnd) {
  Traffic traffic;
  ASSERT_THAT(traffic.Run(3'600, 4), IsEmpty());
  const LogTime burst = traffic.now();
  const auto begun = traffic.Run(60, 40);
  ASSERT_FALSE(begun.empty());
  EXPECT_LE(begun[0].begin - burst, 60 * kSecond);
  EXPECT_EQ(begun[0].key.name, "entries/a");
  EXPECT_NEAR(begun[0].usual, 4, 2);
  // It stays one rise, however long it lasts: the burst does not become its own usual.
  for (const DetectedRise& rise : traffic.Run(1'800, 40)) EXPECT_EQ(rise.begin, begun[0].begin);
  ASSERT_EQ(traffic.detector().active().size(), 1);
  // Back to the usual: it ends once, when five minutes look like it.
  const LogTime over = traffic.now();
  int ends = 0;
  for (const DetectedRise& rise : traffic.Run(1'800, 4)) {
    if (rise.end == 0) continue;
    ++ends;
    EXPECT_GE(rise.end - over, 200 * kSecond);
    EXPECT_LE(rise.end - over, 900 * kSecond);
  }
  EXPECT_EQ(ends, 1);
  EXPECT_THAT(traffic.detector().active(), IsEmpty());
}

TEST(RiseDetector, SeesWhatWasNeverAskedBefore) {
  Traffic traffic;
  ASSERT_THAT(traffic.Run(3'600, 30, "entries/other"), IsEmpty());
  const LogTime burst = traffic.now();
  const auto begun = traffic.Run(60, 60, "entries/new");
  ASSERT_FALSE(begun.empty());
  EXPECT_EQ(begun[0].key.name, "entries/new");
  EXPECT_LE(begun[0].begin - burst, 30 * kSecond);
}

TEST(RiseDetector, SaysNothingBeforeItKnowsTheUsual) {
  Traffic traffic;
  EXPECT_THAT(traffic.Run(600, 300), IsEmpty());
}

TEST(RiseDetector, IsNotSurprisedByWhatIsUsualAtThisHour) {
  // 40 a minute is what four Mondays had.
  Traffic traffic([](const RiseKey&, LogTime) { return Usual{40.0 * 60 * 12, 12 * 3'600}; });
  ASSERT_THAT(traffic.Run(3'600, 4), IsEmpty());
  EXPECT_THAT(traffic.Run(600, 40), IsEmpty());
  EXPECT_FALSE(traffic.Run(120, 200).empty());
}

TEST(RiseDetector, TakesWhatCameLateForWhatItWas) {
  Traffic traffic;
  ASSERT_THAT(traffic.Run(7'200, 6), IsEmpty());
  // The counts of half an hour in one piece, as after an absence of this service.
  traffic.detector().Feed(traffic.now() - 1'800 * kSecond, traffic.now(), {.name = "entries/a"},
                          180);
  EXPECT_THAT(traffic.detector().Tick(traffic.now()), IsEmpty());
}

TEST(RiseDetector, ForgetsWhatIsNotAskedAnyMore) {
  Traffic traffic;
  traffic.Run(60, 60, "entries/once");
  EXPECT_EQ(traffic.detector().keys(), 1);
  traffic.Run(3 * 3'600, 60, "entries/often");
  EXPECT_EQ(traffic.detector().keys(), 1);
}

TEST(RiseDetector, HasABoundAndCountsWhatDoesNotFit) {
  RiseDetector detector(nullptr, {.keys_max = 2});
  for (int i = 0; i < 5; ++i)
    detector.Feed(kStart, kStart, {.name = "entries/e" + std::to_string(i)}, 3);
  EXPECT_EQ(detector.keys(), 2);
  EXPECT_EQ(detector.untracked(), 9);
}

}  // namespace
}  // namespace hotline::insight
