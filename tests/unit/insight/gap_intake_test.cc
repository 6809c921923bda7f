#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/insight/case_test_base.h"

namespace hotline::insight {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

class Intake : public ::testing::Test {
 protected:
  CaseBase base_;
  CaseProcess process_{base_};
};

TEST_F(Intake, KinJoinAndStrangersOpen) {
  const auto taken = process_.Take({AMiss("高龄津贴怎么申请"), AMiss("请问怎么申请高龄津贴"),
                                    AMiss("路灯坏了找谁修"), AMiss("高龄津贴怎么申请？")});
  ASSERT_EQ(taken.size(), 4U);
  EXPECT_EQ(taken[0].gap.name(), taken[1].gap.name());
  EXPECT_EQ(taken[0].gap.name(), taken[3].gap.name());
  EXPECT_NE(taken[0].gap.name(), taken[2].gap.name());
  EXPECT_TRUE(taken[2].opened);
  const v1::Gap joined = process_.TakeOne(AMiss("高龄津贴怎么申请")).gap;
  EXPECT_EQ(joined.name(), taken[0].gap.name());
  EXPECT_EQ(joined.ask_count(), 4);
  EXPECT_EQ(joined.question(), "高龄津贴怎么申请");
  ASSERT_EQ(joined.phrasings_size(), 2) << "the same words in another form are one phrasing";
  EXPECT_EQ(joined.phrasings(0).ask_count(), 3);
  EXPECT_EQ(joined.channels_size(), 1);
  EXPECT_EQ(joined.channels(0).ask_count(), 4);
  EXPECT_EQ(joined.state(), v1::Gap::OPEN) << "no department is probable";
  EXPECT_EQ(base_.Gaps().size(), 2U);
}

TEST_F(Intake, ThePublicOpensSoManyGapsAnHour) {
  CaseProcess limited(base_, 2);
  const auto taken = limited.Take({AMiss("高龄津贴怎么申请"), AMiss("路灯坏了找谁修"),
                                   AMiss("医保怎么转移"), AMiss("高龄津贴怎么申请？")});
  ASSERT_EQ(taken.size(), 4U);
  EXPECT_NE(taken[1].gap.name(), "");
  EXPECT_EQ(taken[2].gap.name(), "") << "no room";
  EXPECT_EQ(taken[3].gap.name(), taken[0].gap.name()) << "kin join all the same";
  EXPECT_EQ(limited.TakeOne(AMiss("请问怎么申请高龄津贴")).gap.ask_count(), 3);
  EXPECT_EQ(limited.TakeOne(AMiss("公交卡怎么充值")).gap.name(), "");
  EXPECT_EQ(limited.metrics().Counter("not_opened", "").value(), 2);
  // Agents are not limited.
  Miss by_agent = AMiss("公交卡怎么充值");
  by_agent.channel = type::v1::AGENT;
  EXPECT_NE(limited.TakeOne(by_agent).gap.name(), "");
  EXPECT_EQ(base_.Gaps().size(), 3U);
  // An hour later there is room again.
  base_.Pass(kDayTime / 24);
  EXPECT_NE(limited.TakeOne(AMiss("医保怎么转移")).gap.name(), "");
}

TEST_F(Intake, MasksBeforeAnythingElse) {
  const v1::Gap gap = process_.TakeOne(AMiss("我的手机13800138000收不到社保验证码怎么办")).gap;
  EXPECT_THAT(gap.question(), Not(HasSubstr("13800138000")));
  EXPECT_THAT(gap.DebugString(), Not(HasSubstr("13800138000")));
}

TEST_F(Intake, TheDigestOfAReportKnowsNoPhone) {
  v1::ReportGapRequest request;
  request.set_question("高龄津贴怎么申请，我电话13800138000");
  request.set_channel(type::v1::AGENT);
  request.set_request_id(testing::NewRequestId());
  ASSERT_THAT(process_.service().ReportGap(CallOf("agent"), request), IsOk());
  request.set_question("高龄津贴怎么申请，我电话13900139000");
  EXPECT_THAT(process_.service().ReportGap(CallOf("agent"), request), IsOk())
      << "else the digest tells the two phones apart";
  EXPECT_EQ(base_.Gaps().front().ask_count(), 1);
}

TEST_F(Intake, DropsWhatIsNoQuestion) {
  const auto taken = process_.Take({AMiss("你好"), AMiss("13800138000"), AMiss("？？？"), AMiss(""),
                                    AMiss("您好，请问在吗"), AMiss("医保怎么办")});
  ASSERT_EQ(taken.size(), 6U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(taken[static_cast<size_t>(i)].gap.name(), "") << i;
  EXPECT_NE(taken[5].gap.name(), "");
  EXPECT_EQ(base_.Gaps().size(), 1U);
  v1::ReportGapRequest request;
  request.set_question("你好");
  request.set_channel(type::v1::AGENT);
  EXPECT_THAT(process_.service().ReportGap(CallOf("agent"), request),
              HasReason(type::v1::FIELD_INVALID));
}

TEST_F(Intake, CountsARepeatOnce) {
  const std::vector<std::string> ids = {testing::NewRequestId(), testing::NewRequestId()};
  process_.Take({AMiss("高龄津贴怎么申请"), AMiss("路灯坏了找谁修")}, ids);
  process_.Take({AMiss("高龄津贴怎么申请"), AMiss("路灯坏了找谁修")}, ids);
  process_.Take({AMiss("高龄津贴怎么申请")}, {ids[0]});
  CaseProcess other(base_);
  other.Take({AMiss("高龄津贴怎么申请"), AMiss("路灯坏了找谁修")}, ids);
  for (const v1::Gap& gap : base_.Gaps()) EXPECT_EQ(gap.ask_count(), 1) << gap.question();

  v1::ReportGapRequest request;
  request.set_question("高龄津贴怎么申请");
  request.set_channel(type::v1::AGENT);
  request.set_request_id(testing::NewRequestId());
  for (int i = 0; i < 3; ++i) {
    const auto reply = process_.service().ReportGap(CallOf("agent"), request);
    ASSERT_THAT(reply, IsOk());
    EXPECT_EQ(reply->gap().ask_count(), 2);
    EXPECT_FALSE(reply->opened());
  }
  request.set_question("路灯坏了找谁修");
  EXPECT_THAT(process_.service().ReportGap(CallOf("agent"), request),
              HasReason(type::v1::REQUEST_ID_REUSED));
}

TEST_F(Intake, TwoProcessesAtOnceLoseNothing) {
  CaseProcess other(base_);
  constexpr int kThreads = 8;
  constexpr int kEach = 10;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      CaseProcess& process = t % 2 == 0 ? process_ : other;
      for (int i = 0; i < kEach; ++i) process.TakeOne(AMiss("高龄津贴怎么申请"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto gaps = base_.Gaps();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].ask_count(), kThreads * kEach);
}

TEST_F(Intake, PhrasingsAreBoundedAndCountsAreNot) {
  v1::Gap gap;
  for (int i = 0; i < 80; ++i) AddPhrasing(&gap, "第" + std::to_string(i) + "种问法", 1);
  AddPhrasing(&gap, "第7种问法", 5);
  EXPECT_EQ(gap.phrasings_size(), kPhrasingsMax);
  EXPECT_EQ(gap.phrasings(0).text(), "第7种问法") << "the most frequent one first";
  EXPECT_EQ(gap.phrasings(0).ask_count(), 6);
}

TEST_F(Intake, RegionsBecomeWhatTheyHaveInCommon) {
  EXPECT_EQ(CommonRegion("440305", "440304"), "440300");
  EXPECT_EQ(CommonRegion("440305", "440300"), "440300");
  EXPECT_EQ(CommonRegion("440305", ""), "");
}

TEST_F(Intake, GoesWhereTheMissSaysAndWhereAPersonSentItsKin) {
  const v1::Gap first = process_.TakeOne(AMiss("高龄津贴怎么申请", "departments/office")).gap;
  EXPECT_EQ(first.state(), v1::Gap::ASSIGNED);
  EXPECT_EQ(first.department(), "departments/office");
  EXPECT_LT(first.routing_certainty(), 1);
  EXPECT_EQ(process_.TakeOne(AMiss("路灯坏了找谁修", "departments/unknown")).gap.state(),
            v1::Gap::OPEN);
  v1::AssignGapRequest assign;
  assign.set_name(first.name());
  assign.set_department("departments/bureau");
  base_.Pass(kDayTime);
  const auto assigned = process_.service().AssignGap(CallOf("desk"), assign);
  ASSERT_THAT(assigned, IsOk());
  EXPECT_EQ(assigned->routing_certainty(), 1);
  EXPECT_EQ(assigned->actor(), "desk");
  EXPECT_GT(ToLogTime(assigned->due_time()), ToLogTime(first.due_time()))
      << "the clock starts anew";
  v1::CloseGapRequest close;
  close.set_name(first.name());
  close.set_reason("不属于热线受理范围");
  ASSERT_THAT(process_.service().CloseGap(CallOf("desk"), close), IsOk());
  process_.CatchUp();

  // Declined lately: only counted there.
  const auto again = process_.TakeOne(AMiss("请问怎么申请高龄津贴"));
  EXPECT_EQ(again.gap.name(), first.name());
  EXPECT_EQ(again.gap.state(), v1::Gap::DECLINED);
  EXPECT_EQ(again.gap.ask_count(), 2);
  // Declined long ago: a new one, where the person sent the first.
  base_.Pass(kDeclinedDays * kDayTime);
  const auto later = process_.TakeOne(AMiss("高龄津贴怎么申请", "departments/office"));
  EXPECT_NE(later.gap.name(), first.name());
  EXPECT_EQ(later.gap.department(), "departments/bureau");
}

TEST_F(Intake, AnAnswerThatDoesNotDoOpensANewGap) {
  base_.Put(testing::ResourceOf(testing::AnEntry("gl").Question("高龄津贴").Online()));
  const v1::Gap first = process_.TakeOne(AMiss("高龄津贴怎么申请", "departments/office")).gap;
  v1::CloseGapRequest close;
  close.set_name(first.name());
  close.set_entry("entries/gl");
  close.add_offered_phrasings("高龄津贴怎么申请");
  const auto closed = process_.service().CloseGap(CallOf("editor"), close);
  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->state(), v1::Gap::ANSWERED);
  EXPECT_EQ(closed->offered_phrasings_size(), 1);
  EXPECT_THAT(process_.service().CloseGap(CallOf("editor"), close),
              HasReason(type::v1::STATE_CONFLICT));
  process_.CatchUp();
  const v1::Gap again = process_.TakeOne(AMiss("高龄津贴怎么申请")).gap;
  EXPECT_NE(again.name(), first.name());
  EXPECT_EQ(again.nearest_entry(), "entries/gl");
  EXPECT_EQ(again.department(), "departments/office");
}

TEST_F(Intake, ClosingNeedsAPublishedEntryAndTheGapsOwnWords) {
  base_.Put(testing::ResourceOf(testing::AnEntry("draft")));
  base_.Put(testing::ResourceOf(testing::AnEntry("gl").Online()));
  const v1::Gap gap = process_.TakeOne(AMiss("高龄津贴怎么申请")).gap;
  v1::CloseGapRequest close;
  close.set_name(gap.name());
  EXPECT_THAT(process_.service().CloseGap(CallOf("e"), close), HasReason(type::v1::FIELD_INVALID));
  close.set_entry("entries/draft");
  EXPECT_THAT(process_.service().CloseGap(CallOf("e"), close), HasReason(type::v1::STATE_CONFLICT));
  close.set_entry("entries/gl");
  close.add_offered_phrasings("别的问法");
  EXPECT_THAT(process_.service().CloseGap(CallOf("e"), close), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(Intake, MergedGapsAreOne) {
  const v1::Gap a = process_.TakeOne(AMiss("高龄津贴怎么申请")).gap;
  const v1::Gap b = process_.TakeOne(AMiss("八十岁老人有什么补助")).gap;
  ASSERT_NE(a.name(), b.name());
  v1::MergeGapsRequest merge;
  merge.set_name(b.name());
  merge.set_into(a.name());
  const auto merged = process_.service().MergeGaps(CallOf("desk"), merge);
  ASSERT_THAT(merged, IsOk());
  EXPECT_EQ(merged->name(), a.name());
  EXPECT_EQ(merged->ask_count(), 2);
  EXPECT_EQ(merged->phrasings_size(), 2);
  process_.CatchUp();
  EXPECT_EQ(process_.TakeOne(AMiss("八十岁老人有什么补助")).gap.name(), a.name());
  EXPECT_THAT(process_.service().MergeGaps(CallOf("desk"), merge),
              HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(Intake, WhatIsLateClimbsLevelByLevel) {
  const v1::Gap gap = process_.TakeOne(AMiss("高龄津贴怎么申请", "departments/office")).gap;
  const v1::Gap nobodys = process_.TakeOne(AMiss("路灯坏了找谁修")).gap;
  const auto escalation = [&](const std::string& name) {
    process_.CatchUp();
    EXPECT_THAT(process_.sweeper().Sweep(Soon()), IsOk());
    return base_.store().Get(name, 0, Soon())->resource.gap().escalation();
  };
  EXPECT_EQ(escalation(gap.name()), 0);
  base_.Pass(7 * kDayTime);  // the next Monday is the fifth working day
  EXPECT_EQ(escalation(gap.name()), 0);
  base_.Pass(kDayTime);
  EXPECT_EQ(escalation(gap.name()), 1);
  EXPECT_EQ(escalation(nobodys.name()), kEscalationTop);
  EXPECT_THAT(process_.metrics().Text(), HasSubstr("koujing_gaps_overdue 2"));
  base_.Pass(kDayTime);
  EXPECT_EQ(escalation(gap.name()), 2);
  base_.Pass(kDayTime);
  EXPECT_EQ(escalation(gap.name()), kEscalationTop);
  v1::ListGapsRequest list;
  list.set_department("departments/hall");
  list.set_overdue(true);
  const auto listed = process_.service().ListGaps(CallOf("hall"), list);
  ASSERT_THAT(listed, IsOk());
  EXPECT_EQ(listed->gaps_size(), 1) << "a department sees those below it";
}

}  // namespace
}  // namespace hotline::insight
