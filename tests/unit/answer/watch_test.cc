#include <atomic>

#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using Event = v1::WatchAnswersResponse;
using Source = std::unique_ptr<runtime::StreamSource<Event>>;
using std::chrono::seconds;

class WatchTest : public AnswerWorld {
 protected:
  Source Watch(
      const std::vector<std::string>& names, int64_t after = 0,
      type::v1::Channel channel = type::v1::WEB, runtime::Waker waker = [] {}) {
    // Everything committed so far is in the view before the stream starts.
    (void)Get("entries/nobody");
    v1::WatchAnswersRequest request;
    for (const auto& name : names) request.add_names(name);
    request.set_channel(channel);
    request.set_after_kb_revision(after);
    auto source = service_.WatchAnswers(ACall(), request, std::move(waker));
    EXPECT_THAT(source, IsOk());
    return std::move(source).value_or(nullptr);
  }

  // What the stream says now, heartbeats left out. Everything committed is in the view first.
  std::vector<Event> Said(Source& source) {
    (void)Get("entries/nobody");
    std::vector<Event> events;
    for (;;) {
      auto step = source->Next();
      EXPECT_THAT(step, IsOk());
      if (!step.ok() || step->kind != runtime::StreamStep<Event>::Kind::kMessage) return events;
      if (step->message.event() != Event::HEARTBEAT) events.push_back(std::move(step->message));
    }
  }

  // "CHANGED entries/a r2 @5", with the withdrawal reason instead of the revision.
  static std::string Brief(const Event& event) {
    std::string text = Event::Event_Name(event.event()) + " " + event.name();
    if (event.revision() != 0) text += " r" + std::to_string(event.revision());
    if (!event.withdrawal_reason().empty()) text += " " + event.withdrawal_reason();
    return text + " @" + std::to_string(event.kb_revision());
  }
  std::vector<std::string> Brief(Source& source) {
    std::vector<std::string> brief;
    for (const Event& event : Said(source)) brief.push_back(Brief(event));
    return brief;
  }
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(WatchTest, StartsWithThePresentStateAndGoesOnWithChanges) {
  Put(Entry(AnEntry("a").Online(1)), Entry(AnEntry("b").Online(1)));
  Source source = Watch({"entries/a", "entries/b", "entries/x"});
  EXPECT_THAT(Brief(source), ElementsAre("CURRENT entries/a r1 @0", "CURRENT entries/b r1 @1"));

  Put(Entry(AnEntry("c").Online(1)));
  Put(Entry(
      AnEntry("a")));  // this test's draft save withdraws nothing: there is no online text any more
  EXPECT_THAT(Brief(source), ElementsAre("WITHDRAWN entries/a RETIRED @3"));

  Put(Entry(AnEntry("a").Answer("新").Online(2)));
  const auto events = Said(source);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(Brief(events[0]), "CHANGED entries/a r2 @4");
  EXPECT_THAT(events[0].answer().html(), ::testing::HasSubstr("新"));
  EXPECT_THAT(Said(source), IsEmpty());
}

TEST_F(WatchTest, TellsEachChangeOnceInOrder) {
  Put(Entry(AnEntry("a").Online(1)));
  Source source = Watch({"entries/a"});
  Said(source);
  for (int revision = 2; revision < 30; ++revision) {
    Put(Entry(AnEntry("a").Answer(std::to_string(revision)).Online(revision)));
    EXPECT_THAT(Brief(source), ElementsAre("CHANGED entries/a r" + std::to_string(revision) + " @" +
                                           std::to_string(head())));
  }
}

TEST_F(WatchTest, ASlowWatcherIsToldWhatHoldsNowAndNeverAWithdrawnText) {
  Put(Entry(AnEntry("a").Online(1)));
  Source source = Watch({"entries/a"});
  Said(source);
  Put(Entry(AnEntry("a").Answer("错的").Online(2)));
  Put(Entry(AnEntry("a").Withdrawn(Entry::RECALLED, "错", 2)));
  EXPECT_THAT(Brief(source), ElementsAre("WITHDRAWN entries/a RECALLED @3"));

  for (int i = 0; i < 3 * static_cast<int>(kHistory); ++i) Put(Entry(AnEntry("z").Online(i + 1)));
  Put(Entry(AnEntry("a").Online(3)));
  EXPECT_THAT(Brief(source), ElementsAre("CHANGED entries/a r3 @" + std::to_string(head())))
      << "nothing is lost, however long the history";
}

TEST_F(WatchTest, ResumesAfterAPosition) {
  Put(Entry(AnEntry("a").Online(1)), Entry(AnEntry("b").Online(1)));
  Put(Entry(AnEntry("a").Online(2)));
  const int64_t seen = head();
  Put(Entry(AnEntry("b").Online(2)));
  Put(Entry(AnEntry("c").Online(1)));

  Source source = Watch({"entries/a", "entries/b"}, seen);
  EXPECT_THAT(Brief(source), ElementsAre("CHANGED entries/b r2 @3"));

  Source none = Watch({"entries/a", "entries/b"}, head());
  EXPECT_THAT(Brief(none), IsEmpty());
}

TEST_F(WatchTest, AResumeOverOneChangeOfSeveralEntriesRepeatsRatherThanLoses) {
  Put(Entry(AnEntry("z").Online()));
  Put(Entry(AnEntry("a").Online(1)), Entry(AnEntry("b").Online(1)));
  Source source = Watch({"entries/a", "entries/b"}, head());
  EXPECT_THAT(Brief(source), ElementsAre("CHANGED entries/a r1 @2", "CHANGED entries/b r1 @2"));
}

TEST_F(WatchTest, ResetsWhenThePositionIsForgotten) {
  Put(Entry(AnEntry("a").Online(1)));
  for (int i = 0; i <= static_cast<int>(kHistory); ++i) Put(Entry(AnEntry("z").Online(i + 1)));
  Source source = Watch({"entries/a"}, 1);
  EXPECT_THAT(Brief(source),
              ElementsAre("RESET  @0", "CURRENT entries/a r1 @" + std::to_string(head())));
  Source ahead = Watch({"entries/a"}, head() + 100);
  EXPECT_EQ(Said(ahead).front().event(), Event::RESET);
}

TEST_F(WatchTest, ValiditiesThatBeginAndEndAreTold) {
  Put(Entry(AnEntry("a").ValidFrom(now() + 10'000'000).ValidUntil(now() + 20'000'000).Online(1)));
  Source named = Watch({"entries/a"});
  Source all = Watch({});
  EXPECT_THAT(Said(named), IsEmpty());
  EXPECT_THAT(Said(all), IsEmpty());
  const auto until = [&](Source& source) {
    std::vector<std::string> brief;
    Await([&] {
      brief = Brief(source);
      return !brief.empty();
    });
    return brief;
  };

  clock_.AdvanceWall(seconds(10));
  EXPECT_THAT(until(named), ElementsAre("CHANGED entries/a r1 @1"));
  EXPECT_THAT(until(all), ElementsAre("CHANGED entries/a r1 @1"));
  clock_.AdvanceWall(seconds(10));
  EXPECT_THAT(until(named), ElementsAre("WITHDRAWN entries/a EXPIRED @1"));
  EXPECT_THAT(until(all), ElementsAre("WITHDRAWN entries/a EXPIRED @1"));
}

TEST_F(WatchTest, WatchingAllTellsNamesAndRevisionsOfWhatTheChannelSees) {
  Put(Entry(AnEntry("a").Online(1)),
      Entry(AnEntry("internal").Audience(type::v1::AGENT_ONLY).Online(1)));
  Source web = Watch({});
  Source agent = Watch({}, 0, type::v1::AGENT);
  EXPECT_THAT(Brief(web), ElementsAre("CURRENT entries/a r1 @0"));
  EXPECT_EQ(Said(agent).size(), 2U);

  Put(Entry(AnEntry("a").Answer("甲").Online(2)),
      Entry(AnEntry("internal").Audience(type::v1::AGENT_ONLY).Answer("乙").Online(2)));
  Put(Entry(AnEntry("a").Audience(type::v1::AGENT_ONLY).Online(3)));
  const auto events = Said(web);
  ASSERT_EQ(events.size(), 2U) << Brief(events[0]) << Brief(events[1]) << Brief(events.back());
  EXPECT_EQ(Brief(events[0]), "CHANGED entries/a r2 @2");
  EXPECT_FALSE(events[0].has_answer());
  EXPECT_EQ(Brief(events[1]), "WITHDRAWN entries/a RETIRED @3");
  EXPECT_EQ(Said(agent).size(), 3U);
}

TEST_F(WatchTest, AWatcherOfAllThatLagsTooFarStartsAnew) {
  Put(Entry(AnEntry("a").Online(1)));
  Source source = Watch({});
  Said(source);
  for (int i = 0; i <= static_cast<int>(kHistory) + 5; ++i) Put(Entry(AnEntry("z").Online(i + 1)));
  const auto events = Said(source);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].event(), Event::RESET);
  EXPECT_EQ(events[1].event(), Event::CURRENT);
}

TEST_F(WatchTest, AQuietStreamSaysThatItIsAlive) {
  Put(Entry(AnEntry("a").Online(1)));
  Source source = Watch({"entries/a"});
  Said(source);
  clock_.AdvanceBoot(seconds(11));
  Await([&] { return Get("entries/a").ok(); });  // the lease was renewed
  auto step = source->Next();
  ASSERT_THAT(step, IsOk());
  ASSERT_EQ(step->kind, runtime::StreamStep<Event>::Kind::kMessage);
  EXPECT_EQ(step->message.event(), Event::HEARTBEAT);
  EXPECT_EQ(step->message.kb_revision(), head());
  EXPECT_EQ(source->Next()->kind, runtime::StreamStep<Event>::Kind::kNothingNow);
}

TEST_F(WatchTest, EndsWhenTheFollowerCannotConfirm) {
  Put(Entry(AnEntry("a").Online(1)));
  Source source = Watch({"entries/a"});
  Said(source);
  store_.SetDown(true);
  clock_.AdvanceBoot(seconds(2));
  EXPECT_THAT(source->Next(), HasReason(type::v1::STALE_FOLLOWER));
}

TEST_F(WatchTest, RequestsAreChecked) {
  v1::WatchAnswersRequest request;
  const auto reason = [&] {
    return ReasonOf(service_.WatchAnswers(ACall(), request, [] {}).status());
  };
  EXPECT_EQ(reason(), type::v1::FIELD_REQUIRED);
  request.set_channel(type::v1::WEB);
  request.set_after_kb_revision(-1);
  EXPECT_EQ(reason(), type::v1::FIELD_INVALID);
  request.set_after_kb_revision(0);
  request.add_names("x");
  EXPECT_EQ(reason(), type::v1::INVALID_NAME);
  for (int i = 0; i < 101; ++i) request.add_names("entries/a");
  EXPECT_EQ(reason(), type::v1::FIELD_TOO_LONG);
}

TEST_F(WatchTest, FiveThousandWatchersHearOfTheirEntriesOnly) {
  constexpr int kWatchers = 5'000;
  constexpr int kEntries = 50;
  hotline::testing::CommitBuilder commit;
  for (int i = 0; i < kEntries; ++i) commit.Put(Entry(AnEntry("e" + std::to_string(i)).Online(1)));
  Commit(commit);
  std::atomic<int> woken{0};
  std::vector<Source> sources;
  for (int i = 0; i < kWatchers; ++i) {
    v1::WatchAnswersRequest request;
    request.add_names("entries/e" + std::to_string(i % kEntries));
    request.set_channel(type::v1::WEB);
    if (i == 0) (void)Get("entries/nobody");
    auto source = service_.WatchAnswers(ACall(), request, [&] { ++woken; });
    ASSERT_THAT(source, IsOk());
    sources.push_back(*std::move(source));
    ASSERT_EQ((*sources.back()->Next()).message.event(), Event::CURRENT);
  }

  Put(Entry(AnEntry("e7").Answer("新").Online(2)));

  Await([&] { return woken == kWatchers / kEntries; });
  int told = 0;
  for (Source& source : sources) {
    const auto step = source->Next();
    ASSERT_THAT(step, IsOk());
    if (step->kind == runtime::StreamStep<Event>::Kind::kMessage)
      told += step->message.event() == Event::CHANGED;
  }
  EXPECT_EQ(told, kWatchers / kEntries);
}

}  // namespace
}  // namespace hotline::answer
