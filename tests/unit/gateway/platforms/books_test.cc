// What is remembered, for how long, and that it stays bounded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/platforms/deliveries.h"
#include "services/gateway/platforms/replays.h"
#include "services/gateway/platforms/talkers.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::ElementsAre;
using Turn = Deliveries::Turn;
using Verdict = Replays::Verdict;

constexpr int64_t kNow = 1'714'037'059;

TEST(ReplaysTest, TakesARequestInTimeOnce) {
  Replays replays;
  EXPECT_EQ(replays.Check(std::to_string(kNow), "n", "body", kNow), Verdict::kFresh);
  EXPECT_EQ(replays.Check(std::to_string(kNow), "n", "body", kNow + 5), Verdict::kRepeat);
  EXPECT_EQ(replays.Check(std::to_string(kNow), "n", "other", kNow + 5), Verdict::kReused);
  EXPECT_EQ(replays.Check(std::to_string(kNow), "m", "other", kNow + 5), Verdict::kFresh);
}

TEST(ReplaysTest, RefusesWhatIsOutsideTheWindow) {
  Replays replays;
  const auto check = [&](int64_t off) {
    return replays.Check(std::to_string(kNow + off), "n" + std::to_string(off), "", kNow);
  };
  EXPECT_EQ(check(-Replays::kWindowSeconds), Verdict::kFresh);
  EXPECT_EQ(check(-Replays::kWindowSeconds - 1), Verdict::kStale);
  EXPECT_EQ(check(Replays::kWindowSeconds), Verdict::kFresh);
  EXPECT_EQ(check(Replays::kWindowSeconds + 1), Verdict::kStale);
  for (const char* timestamp : {"", "abc", "-1", "1714037059 ", "99999999999999999999", "0x10"}) {
    EXPECT_EQ(replays.Check(timestamp, "n", "", kNow), Verdict::kStale) << timestamp;
  }
  EXPECT_EQ(replays.Check(std::to_string(kNow), "", "", kNow), Verdict::kStale);
}

TEST(ReplaysTest, KnowsAStampAsLongAsTheWindowTakesIt) {
  Replays replays;
  const std::string stamp = std::to_string(kNow + Replays::kWindowSeconds);
  EXPECT_EQ(replays.Check(stamp, "n", "body", kNow), Verdict::kFresh);
  EXPECT_EQ(replays.Check(stamp, "n", "other", kNow + 2 * Replays::kWindowSeconds),
            Verdict::kReused);
}

Outcome Text(const std::string& text, bool passing = false) {
  Outcome outcome;
  outcome.text = text;
  outcome.passing = passing;
  return outcome;
}

TEST(DeliveriesTest, OneWorksAndAllHear) {
  Deliveries deliveries;
  const auto now = Deliveries::Instant{};
  std::vector<std::string> heard;
  const auto waiter = [&](const Outcome& outcome) { heard.push_back(outcome.text); };
  Outcome known;
  EXPECT_EQ(deliveries.Join("a", waiter, &known, now), Turn::kFirst);
  EXPECT_EQ(deliveries.Join("a", waiter, &known, now), Turn::kUnderWay);
  EXPECT_EQ(deliveries.Join("b", waiter, &known, now), Turn::kFirst);
  deliveries.Finish("a", Text("答"), now);
  EXPECT_THAT(heard, ElementsAre("答", "答"));
  EXPECT_EQ(deliveries.Join("a", waiter, &known, now), Turn::kRemembered);
  EXPECT_EQ(known.text, "答");
  deliveries.Replace("a", Text("新"));
  EXPECT_EQ(deliveries.Join("a", waiter, &known, now), Turn::kRemembered);
  EXPECT_EQ(known.text, "新");
  EXPECT_EQ(heard.size(), 2u);
}

TEST(DeliveriesTest, ForgetsFailuresAtOnceAndTheRestInTime) {
  Deliveries deliveries;
  const auto now = Deliveries::Instant{};
  const auto waiter = [](const Outcome&) {};
  Outcome known;
  deliveries.Join("a", waiter, &known, now);
  deliveries.Finish("a", Text("暂时不能答复", true), now);
  EXPECT_EQ(deliveries.JoinKnown("a", waiter, &known, now), std::nullopt);
  EXPECT_EQ(deliveries.Join("a", waiter, &known, now), Turn::kFirst);
  deliveries.Finish("a", Text("答"), now);
  EXPECT_EQ(deliveries.JoinKnown("a", waiter, &known, now), Turn::kRemembered);
  EXPECT_EQ(deliveries.Join("a", waiter, &known, now + Deliveries::kKept), Turn::kFirst);
}

TEST(DeliveriesTest, IsBounded) {
  Deliveries deliveries;
  const auto now = Deliveries::Instant{};
  const auto waiter = [](const Outcome&) {};
  Outcome known;
  for (size_t i = 0; i < Deliveries::kUnderWayMax; ++i) {
    ASSERT_EQ(deliveries.Join("u" + std::to_string(i), waiter, &known, now), Turn::kFirst);
  }
  EXPECT_EQ(deliveries.Join("more", waiter, &known, now), Turn::kFull);
  EXPECT_EQ(deliveries.Join("u0", waiter, &known, now), Turn::kUnderWay);
  for (size_t i = 0; i < Deliveries::kUnderWayMax; ++i) {
    deliveries.Finish("u" + std::to_string(i), Text("答"), now);
  }
  for (size_t i = 0; i < Deliveries::kRememberedMax; ++i) {
    deliveries.Join("r" + std::to_string(i), waiter, &known, now);
    deliveries.Finish("r" + std::to_string(i), Text("答"), now);
  }
  EXPECT_EQ(deliveries.JoinKnown("u0", waiter, &known, now), std::nullopt);
  EXPECT_EQ(deliveries.JoinKnown("r9999", waiter, &known, now), Turn::kRemembered);
}

TEST(TalkersTest, RemembersForAWhile) {
  Talkers talkers;
  const auto now = Talkers::Instant{};
  talkers.Update("a", now, [](Standing& standing) { standing.menu = {"entries/x"}; });
  EXPECT_THAT(talkers.Get("a", now).menu, ElementsAre("entries/x"));
  EXPECT_TRUE(talkers.Get("b", now).menu.empty());
  EXPECT_TRUE(talkers.Get("a", now + Talkers::kKept).menu.empty());
  talkers.Forget("a");
  EXPECT_TRUE(talkers.Get("a", now).menu.empty());
}

TEST(TalkersTest, ForgetsWhoWasSilentLongest) {
  Talkers talkers;
  const auto now = Talkers::Instant{};
  const auto note = [&](const std::string& user) {
    talkers.Update(user, now, [](Standing& standing) { standing.question = "问"; });
  };
  for (size_t i = 0; i < Talkers::kTalkersMax; ++i) note(std::to_string(i));
  note("0");
  note("new");
  EXPECT_EQ(talkers.Get("0", now).question, "问");
  EXPECT_EQ(talkers.Get("1", now).question, "");
  EXPECT_EQ(talkers.Get("new", now).question, "问");
}

TEST(TalkersTest, KnowsTheFirstLateOneUntilItIsSettled) {
  Talkers talkers;
  const auto now = Talkers::Instant{};
  talkers.NoteLate("a", "1", now);
  talkers.NoteLate("a", "2", now);
  EXPECT_EQ(talkers.Get("a", now).late, "1");
  talkers.SettleLate("a", "2");
  EXPECT_EQ(talkers.Get("a", now).late, "1");
  talkers.SettleLate("a", "1");
  EXPECT_EQ(talkers.Get("a", now).late, "");
  talkers.SettleLate("b", "1");
}

TEST(TalkersTest, CountsMessages) {
  Talkers talkers;
  const auto now = Talkers::Instant{};
  for (int i = 0; i < Talkers::kMessagesPerMinute; ++i) EXPECT_TRUE(talkers.Count("a", now));
  EXPECT_FALSE(talkers.Count("a", now));
  EXPECT_TRUE(talkers.Count("b", now));
  EXPECT_TRUE(talkers.Count("a", now + std::chrono::minutes(1)));
}

}  // namespace
}  // namespace hotline::gateway::platforms
