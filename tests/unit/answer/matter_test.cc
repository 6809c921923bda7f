// Two axes of time: what we said as of a position, and which rule held for a matter of a day.
#include "proto/cc/content_hash.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::APolicy;
using hotline::testing::EntryBuilder;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using knowledge::v1::Entry;
using knowledge::v1::Policy;
using ::testing::HasSubstr;

constexpr LogTime kDay = 86'400'000'000;

class MatterTest : public AnswerWorld {
 protected:
  v1::GetAnswerRequest Of(LogTime matter, type::v1::Channel channel = type::v1::AGENT) {
    v1::GetAnswerRequest request;
    request.set_name("entries/a");
    request.set_channel(channel);
    *request.mutable_matter_time() = ToTimestamp(matter);
    *request.mutable_consistency() = newest();
    return request;
  }
  std::string Said(const v1::GetAnswerRequest& request) {
    const auto reply = service_.GetAnswer(ACall(), request);
    if (!reply.ok()) return type::v1::ErrorReason_Name(ReasonOf(reply.status()));
    EXPECT_TRUE(reply->answer().historical());
    return reply->answer().blocks(0).text();
  }
  EntryBuilder Rule(const std::string& text) { return AnEntry("a").Answer(text); }
};

// docs/ledgers.md explains these four answers.
TEST_F(MatterTest, TheFourAnswersOfTwoAxes) {
  const LogTime march = now();
  const LogTime july = march + 120 * kDay;
  Put(Entry(Rule("旧规定：100元").ValidUntil(july).Online(1)));
  const int64_t spring = head();
  clock_.AdvanceWall(std::chrono::hours(24 * 60));
  Put(Entry(Rule("新规定：200元").ValidFrom(july).Online(2)));

  auto request = Of(march + 10 * kDay);
  EXPECT_EQ(Said(request), "旧规定：100元") << "known now, matter of March";
  request = Of(july + 10 * kDay);
  EXPECT_EQ(Said(request), "新规定：200元") << "known now, matter of July";
  request = Of(march + 10 * kDay);
  request.set_as_of_kb_revision(spring);
  EXPECT_EQ(Said(request), "旧规定：100元") << "known in spring, matter of March";
  request = Of(july + 10 * kDay);
  request.set_as_of_kb_revision(spring);
  EXPECT_EQ(Said(request), "ANSWER_NOT_VISIBLE") << "known in spring, matter of July";
}

TEST_F(MatterTest, TheNewestRevisionWhoseValidityIncludesIt) {
  const LogTime begin = now();
  Put(Entry(Rule("一").Online(1)));
  clock_.AdvanceWall(std::chrono::hours(24));
  Put(Entry(Rule("二，追溯").ValidFrom(begin - 100 * kDay).ValidUntil(begin).Online(2)));
  clock_.AdvanceWall(std::chrono::hours(24));
  Put(Entry(Rule("三").ValidFrom(now()).Online(3)));

  EXPECT_EQ(Said(Of(begin - kDay)), "二，追溯") << "published later, holds for it";
  EXPECT_EQ(Said(Of(begin + kDay / 2)), "一");
  EXPECT_EQ(Said(Of(now() + 400 * kDay)), "三") << "as far as is known";
  v1::GetAnswerRequest request = Of(begin + kDay / 2);
  *request.mutable_as_of_time() = ToTimestamp(begin + kDay / 4);
  EXPECT_EQ(Said(request), "一");
  *request.mutable_as_of_time() = ToTimestamp(begin - kDay);
  EXPECT_EQ(Said(request), "RESOURCE_NOT_FOUND") << "nothing was known yet";
}

TEST_F(MatterTest, WhatWasRecalledIsNoRule) {
  Put(Entry(Rule("对的").Online(1)));
  clock_.AdvanceWall(std::chrono::hours(1));
  Put(Entry(Rule("错的").Online(2)));
  const LogTime wrong = now();
  clock_.AdvanceWall(std::chrono::hours(1));
  Put(Entry(Rule("错的").Withdrawn(Entry::RECALLED, "金额有误", 2)));
  EXPECT_EQ(Said(Of(wrong)), "ANSWER_NOT_VISIBLE") << "recalled: nothing is said for any day";

  clock_.AdvanceWall(std::chrono::hours(1));
  Put(Entry(Rule("改正").ValidFrom(now()).Online(3)));
  EXPECT_EQ(Said(Of(now())), "改正");
  EXPECT_EQ(Said(Of(wrong)), "对的") << "never the recalled one";
}

TEST_F(MatterTest, WhatWasRetiredStillHeldThen) {
  const LogTime held = now();
  Put(Entry(Rule("当时").Online(1)));
  clock_.AdvanceWall(std::chrono::hours(1));
  Put(Entry(Rule("当时").Withdrawn(Entry::RETIRED, "不再办理", 1)));
  EXPECT_EQ(Said(Of(held)), "当时");
}

TEST_F(MatterTest, FactsAndPoliciesStandAsTheyDidForTheMatter) {
  Policy policy = APolicy("p");
  Put(AFact("jin", "100"), policy, Entry(Rule("每月{{facts/jin}}").Policy("policies/p").Online(1)));
  const int64_t first = head();
  const LogTime early = now() + kDay;
  clock_.AdvanceWall(std::chrono::hours(24 * 10));
  *policy.mutable_validity()->mutable_expire_time() = ToTimestamp(now());
  Put(AFact("jin", "200"), policy);
  const LogTime late = now() + kDay;
  clock_.AdvanceWall(std::chrono::hours(24 * 10));
  Put(Entry(Rule("别的").ValidFrom(now()).Online(2)));

  const auto before = service_.GetAnswer(ACall(), Of(early));
  ASSERT_THAT(before, IsOk());
  EXPECT_EQ(before->answer().blocks(0).text(), "每月100元/月");
  EXPECT_EQ(before->answer().facts(0).kb_revision(), first);
  EXPECT_FALSE(before->answer().suspect()) << "the document was in force then";
  EXPECT_EQ(before->answer().kb_revision(), head()) << "as it is known now";
  const auto after = service_.GetAnswer(ACall(), Of(late));
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(after->answer().blocks(0).text(), "每月200元/月");
  EXPECT_TRUE(after->answer().suspect());
  // Before the first publication: as at that publication.
  EXPECT_EQ(Said(Of(now() - 1000 * kDay)), "每月100元/月");
}

TEST_F(MatterTest, IsForAgentsAndProgramsAlone) {
  Put(Entry(Rule("一").Online(1)));
  EXPECT_THAT(service_.GetAnswer(ACall(), Of(now(), type::v1::WEB)),
              StatusIs(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED));
  EXPECT_THAT(service_.GetAnswer(ACall(runtime::Scope::kPublic), Of(now(), type::v1::API)),
              StatusIs(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED));
  EXPECT_THAT(service_.GetAnswer(ACall(), Of(now(), type::v1::API)), IsOk());
  auto request = Of(now());
  request.set_as_of_kb_revision(1);
  *request.mutable_as_of_time() = ToTimestamp(now());
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::FIELD_INVALID));
  request.clear_as_of_time();
  request.set_as_of_kb_revision(-1);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::FIELD_INVALID));
  request.set_as_of_kb_revision(99);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::REVISION_NOT_REACHED));
  auto unknown = Of(now());
  unknown.set_name("entries/none");
  EXPECT_THAT(service_.GetAnswer(ACall(), unknown), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(MatterTest, OnlyWhatTheChannelMaySee) {
  Put(Entry(Rule("内部").Audience(type::v1::AGENT_ONLY).Online(1)));
  EXPECT_EQ(Said(Of(now())), "内部");
  EXPECT_EQ(Said(Of(now(), type::v1::API)), "ANSWER_NOT_VISIBLE");
}

TEST_F(MatterTest, GoesBackOverManyVersionsButNotForEver) {
  const LogTime begin = now();
  Put(Entry(Rule("第一版").ValidUntil(begin + kDay).Online(1)));
  Entry later = Rule("以后").ValidFrom(begin + kDay).Online(2);
  Put(later);
  for (int i = 0; i < 120; ++i) Put(later);
  EXPECT_EQ(Said(Of(begin)), "第一版");
  while (head() < kMatterVersionsMax + 60) Put(later);
  EXPECT_EQ(Said(Of(begin)), "LIMIT_EXCEEDED");
  EXPECT_EQ(Said(Of(begin + 2 * kDay)), "以后");
}

}  // namespace
}  // namespace hotline::answer
