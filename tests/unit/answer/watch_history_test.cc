#include "services/answer/watch_history.h"

#include "gtest/gtest.h"

namespace hotline::answer {
namespace {

EntryEvent EventAt(int64_t position, std::string name, bool flip = false) {
  EntryEvent event;
  event.kb_revision = position;
  event.name = std::move(name);
  event.flip = flip;
  return event;
}

bool All(const EntryEvent&) { return true; }

TEST(WatchHistoryTest, ResumesAfterAPositionWithoutGap) {
  WatchHistory history(100);
  history.Reset(5);
  history.Append({EventAt(6, "a"), EventAt(7, "b")});
  EXPECT_EQ(history.ResumePoint(6, All), 1U);
  EXPECT_EQ(history.ResumePoint(7, All), 2U);
  EXPECT_EQ(history.ResumePoint(9, All), 2U);
}

TEST(WatchHistoryTest, RepeatsAPositionOfSeveralEventsBecauseOnlySomeMayHaveBeenTold) {
  WatchHistory history(100);
  history.Reset(5);
  history.Append({EventAt(6, "a"), EventAt(7, "b"), EventAt(7, "c"), EventAt(8, "d")});
  EXPECT_EQ(history.ResumePoint(7, All), 1U);
  EXPECT_EQ(history.ResumePoint(7, [](const EntryEvent& event) { return event.name == "b"; }), 3U);
}

TEST(WatchHistoryTest, RepeatsAFlipAtThePosition) {
  WatchHistory history(100);
  history.Reset(5);
  history.Append({EventAt(6, "a"), EventAt(6, "b", true)});
  EXPECT_EQ(history.ResumePoint(6, All), 0U);
}

TEST(WatchHistoryTest, DoesNotResumeOverWhatItForgot) {
  WatchHistory history(2);
  history.Reset(5);
  history.Append({EventAt(6, "a"), EventAt(7, "b"), EventAt(8, "c")});
  EXPECT_EQ(history.ResumePoint(5, All), std::nullopt)
      << "flips at the position of the load are not known";
  EXPECT_EQ(history.ResumePoint(6, All), 1U);
  history.Append({EventAt(9, "d")});
  EXPECT_EQ(history.ResumePoint(6, All), std::nullopt);
  EXPECT_EQ(history.ResumePoint(7, All), 2U);
  bool lost = false;
  EXPECT_EQ(history.Next(0, 99, lost), std::nullopt);
  EXPECT_TRUE(lost);
}

TEST(WatchHistoryTest, WakesOnlyWhoIsInterested) {
  WatchHistory history(100);
  int woken_a = 0;
  int woken_b = 0;
  int woken_all = 0;
  const auto a = std::make_shared<WatchInterest>([&] { ++woken_a; });
  const auto b = std::make_shared<WatchInterest>([&] { ++woken_b; });
  const auto all = std::make_shared<WatchInterest>([&] { ++woken_all; });
  history.Register(a, {"a"});
  history.Register(b, {"b"});
  history.Register(all, {});

  history.Append({EventAt(1, "a"), EventAt(2, "a")});
  EXPECT_EQ(woken_a, 0) << "not before the view is published";
  history.Wake();

  EXPECT_EQ(woken_a, 1);
  EXPECT_EQ(woken_b, 0);
  EXPECT_EQ(woken_all, 1);
  history.Unregister(*a, {"a"});
  history.Append({EventAt(3, "a")});
  history.Wake();
  EXPECT_EQ(woken_a, 1);
}

TEST(WatchInterestTest, MergesEventsOfOneEntryAndKeepsTheOrderOfTheNewest) {
  WatchInterest interest([] {});
  EntryEvent first = EventAt(1, "a");
  first.sequence = 1;
  first.before.online = true;
  first.text_changed = true;
  EntryEvent other = EventAt(2, "b");
  other.sequence = 2;
  EntryEvent second = EventAt(3, "a");
  second.sequence = 3;
  for (const auto& event : {first, other, second}) interest.Add(event);

  EXPECT_EQ(interest.Take(1), std::nullopt) << "its newest event is not in the view yet";
  EXPECT_EQ(interest.Take(9)->event.name, "b");
  const auto merged = interest.Take(9);
  EXPECT_EQ(merged->event.kb_revision, 3);
  EXPECT_TRUE(merged->first_before.online);
  EXPECT_TRUE(merged->text_changed);
  EXPECT_EQ(interest.Take(9), std::nullopt);
}

}  // namespace
}  // namespace hotline::answer
