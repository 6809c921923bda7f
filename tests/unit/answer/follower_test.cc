#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using knowledge::v1::Entry;
using std::chrono::milliseconds;

class FollowerTest : public AnswerWorld {
 protected:
  // Reads without a token, as citizens do.
  absl::StatusOr<v1::GetAnswerResponse> GetNow(const std::string& name) {
    v1::GetAnswerRequest request;
    request.set_name(name);
    request.set_channel(type::v1::WEB);
    return service_.GetAnswer(ACall(), request);
  }
  int64_t Reported() {
    const auto followers =
        memory_.ListFollowers(std::chrono::steady_clock::now() + std::chrono::seconds(1));
    int64_t newest = -1;
    for (const auto& follower : followers->followers())
      newest = std::max(newest, follower.visible_revision());
    return newest;
  }
};

TEST_F(FollowerTest, ALostStoreIsSaidThenRefusedAndRecoversByItself) {
  Put(Entry(AnEntry("a").Online()));
  ASSERT_THAT(Get("entries/a"), IsOk());
  store_.SetDown(true);

  clock_.AdvanceBoot(milliseconds(500));
  auto reply = GetNow("entries/a");
  // A barrier that was under way when the store went down may still have been answered, but none
  // sent later.
  ASSERT_THAT(reply, IsOk());
  EXPECT_TRUE(reply->freshness().stale());
  EXPECT_GE(reply->freshness().age().nanos(), 400'000'000);

  clock_.AdvanceBoot(milliseconds(600));
  EXPECT_THAT(GetNow("entries/a"),
              StatusIs(absl::StatusCode::kUnavailable, type::v1::STALE_FOLLOWER));

  store_.SetDown(false);
  Await([&] {
    reply = GetNow("entries/a");
    return reply.ok();
  });
  EXPECT_FALSE(reply->freshness().stale());
}

TEST_F(FollowerTest, TheLeaseIsJudgedWithTheViewThatWasTaken) {
  Put(Entry(AnEntry("a").Online()));
  ASSERT_THAT(Get("entries/a"), IsOk());
  const auto taken = board_.Current();
  clock_.AdvanceBoot(milliseconds(1100));
  EXPECT_EQ(Judge(kLimits, taken->fresh_as_of, clock_.Boot()), LeaseState::kRefused);
  Await([&] { return board_.Current()->fresh_as_of > taken->fresh_as_of; });
  EXPECT_EQ(Judge(kLimits, taken->fresh_as_of, clock_.Boot()), LeaseState::kRefused);
}

TEST_F(FollowerTest, AnUrgentChangeIsConfirmedAtOnce) {
  Put(Entry(AnEntry("a").Online()));
  Commit(ACommit().Put(Entry(AnEntry("a").Withdrawn(Entry::RECALLED, "错"))).Urgent());
  EXPECT_THAT(Get("entries/a"), HasReason(type::v1::ANSWER_NOT_VISIBLE));
  Await([&] { return Reported() >= head(); });
}

TEST_F(FollowerTest, AReplyThatIsBeingMadeHoldsTheReportBack) {
  Put(Entry(AnEntry("a").Online()));
  ASSERT_THAT(Get("entries/a"), IsOk());
  auto held = board_.Current();
  const int64_t held_revision = held->corpus->kb_revision;

  Put(Entry(AnEntry("b").Online()));
  ASSERT_THAT(Get("entries/b"), IsOk());
  // The follower's own threads hold a corpus for moments too: never for good, unlike a reply.
  Await([&] { return board_.VisibleRevision() == held_revision; });

  held.reset();
  Await([&] { return board_.VisibleRevision() == head(); });
}

TEST_F(FollowerTest, AnotherTimelineIsQuarantinedAndLoadedAnew) {
  Put(Entry(AnEntry("a").Online()));
  ASSERT_THAT(Get("entries/a"), IsOk());
  storage::MemoryStore restored({.timeline_id = "restored"});
  ASSERT_THAT(restored.Commit(ACommit().Put(Entry(AnEntry("b").Online())),
                              std::chrono::steady_clock::now() + std::chrono::seconds(1)),
              IsOk());

  store_.Replace(restored);

  Await([&] { return GetNow("entries/b").ok(); });
  EXPECT_THAT(GetNow("entries/a"), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Get("entries/b"), HasReason(type::v1::OTHER_TIMELINE))
      << "a token of the base before";
  follower_.reset();  // before `restored` goes
}

TEST_F(FollowerTest, ABaseThatWentBackIsLoadedAnew) {
  Put(Entry(AnEntry("a").Online()));
  Put(Entry(AnEntry("b").Online()));
  ASSERT_THAT(Get("entries/b"), IsOk());
  storage::MemoryStore shorter;  // the same timeline id, fewer Changes
  ASSERT_THAT(shorter.Commit(ACommit().Put(Entry(AnEntry("c").Online())),
                             std::chrono::steady_clock::now() + std::chrono::seconds(1)),
              IsOk());

  store_.Replace(shorter);

  Await([&] { return GetNow("entries/c").ok(); });
  EXPECT_FALSE(GetNow("entries/b").ok());
  follower_.reset();
}

TEST_F(FollowerTest, LeavingServesNothingAndTellsTheStore) {
  Put(Entry(AnEntry("a").Online()));
  ASSERT_THAT(Get("entries/a"), IsOk());
  Await([&] { return Reported() >= 0; });

  follower_->Leave();

  EXPECT_THAT(GetNow("entries/a"), HasReason(type::v1::NOT_SERVING));
  EXPECT_EQ(Reported(), -1);
}

TEST_F(FollowerTest, AFollowerThatStartsLaterServesTheSame) {
  for (int i = 0; i < 30; ++i) {
    Put(Entry(AnEntry("e" + std::to_string(i)).Question("问题" + std::to_string(i)).Online()),
        Entry(AnEntry("d")));
  }
  Put(Entry(AnEntry("e7").Withdrawn(Entry::RETIRED, "旧")));
  ASSERT_THAT(Get("entries/e8"), IsOk());
  ViewBoard board;
  WatchHistory history(10);
  AnswerService service(board, history, handle_, clock_, {.limits = kLimits});
  Follower late(handle_, clock_, board, history,
                {.id = "late", .instance = "2", .limits = kLimits});
  ASSERT_THAT(late.AwaitServing(std::chrono::steady_clock::now() + std::chrono::seconds(20)),
              IsOk());

  EXPECT_EQ(board.Current()->corpus->entries.size(), board_.Current()->corpus->entries.size());
  v1::GetAnswerRequest request;
  request.set_name("entries/e7");
  request.set_channel(type::v1::WEB);
  EXPECT_THAT(service.GetAnswer(ACall(), request), HasReason(type::v1::ANSWER_NOT_VISIBLE));
  request.set_name("entries/e8");
  auto here = service_.GetAnswer(ACall(), request);
  auto there = service.GetAnswer(ACall(), request);
  ASSERT_THAT(here, IsOk());
  ASSERT_THAT(there, IsOk());
  EXPECT_THAT(there->answer(), hotline::testing::EqualsProto(here->answer()));
}

}  // namespace
}  // namespace hotline::answer
