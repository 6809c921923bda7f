// Each rule by which an entry is faulted: what it finds, and what it must leave alone.
#include <gtest/gtest.h>

#include "gmock/gmock.h"

#include "services/insight/quality_faults.h"
#include "services/insight/quality_filing.h"
#include "services/insight/quality_substance.h"
#include "tests/testing/builders.h"

namespace hotline::insight {
namespace {

using testing::AnEntry;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = v1::ListQualityFindingsRequest;

constexpr LogTime kNow = 1'780'000'000'000'000;

knowledge::v1::EntryContent Content(const std::string& question, const std::string& answer) {
  return AnEntry().Question(question).Answer(answer).Build().content();
}

bool IsNoKnowledge(const std::string& question, const std::string& answer) {
  return NotKnowledge(Content(question, answer)).has_value();
}

TEST(Substance, TestsAreFoundAndTestsThatCitizensAskAboutAreNot) {
  EXPECT_TRUE(IsNoKnowledge("测试", "测试"));
  EXPECT_TRUE(IsNoKnowledge("测试条目12", "随便写写"));
  EXPECT_TRUE(IsNoKnowledge("社保怎么缴费？", "test 123"));
  EXPECT_FALSE(IsNoKnowledge("普通话水平测试怎么报名？", "在网上报名。"));
  EXPECT_FALSE(IsNoKnowledge("核酸检测测试点在哪", "在社区服务中心。"));
}

TEST(Substance, NothingSaidIsFoundAndShortAnswersAreNot) {
  EXPECT_TRUE(IsNoKnowledge("社保怎么缴费？", "。。。"));
  EXPECT_TRUE(IsNoKnowledge("社保怎么缴费？", "啊啊啊啊"));
  EXPECT_TRUE(IsNoKnowledge("社保怎么缴费？", "社保怎么缴费"));
  EXPECT_FALSE(IsNoKnowledge("办理要收费吗？", "免费"));
  EXPECT_FALSE(IsNoKnowledge("增值税怎么征收？", "3%"));
  EXPECT_FALSE(IsNoKnowledge("纳税咨询电话是多少？", "12366"));
  EXPECT_FALSE(IsNoKnowledge("火警打多少？", "119"));
}

TEST(Substance, ALinkAloneIsFoundUnlessTheLinkIsWhatWasAskedFor) {
  EXPECT_TRUE(IsNoKnowledge("社保怎么缴费？", "详见：https://www.example.gov.cn/a?b=1"));
  EXPECT_TRUE(IsNoKnowledge("社保怎么缴费？", "[点击查看](https://www.example.gov.cn/a)"));
  EXPECT_FALSE(IsNoKnowledge("电子税务局网址是什么？", "https://etax.example.gov.cn"));
  EXPECT_FALSE(
      IsNoKnowledge("社保怎么缴费？", "每月15日前缴费，入口：https://www.example.gov.cn/a"));
  auto result = Content("办件进度查询", "https://www.example.gov.cn/query");
  result.set_kind(knowledge::v1::RESULT_QUERY);
  EXPECT_FALSE(NotKnowledge(result).has_value());
}

TEST(Substance, ReportsOfMeetingsAreFoundAndQuestionsAboutMeetingsAreNot) {
  EXPECT_TRUE(
      IsNoKnowledge("市人社局召开年度工作会议", "3月5日，市人社局召开年度工作会议，总结工作。"));
  EXPECT_FALSE(IsNoKnowledge("业主大会怎么召开会议？", "3月5日前由业委会召集。"));
  EXPECT_FALSE(IsNoKnowledge("市人社局召开年度工作会议", "会议旁听请提前三日登记。"));
  auto notice = Content("市人社局举办春季培训班", "3月5日，市人社局举办培训班，欢迎报名。");
  notice.set_kind(knowledge::v1::NOTICE);
  EXPECT_FALSE(NotKnowledge(notice).has_value());
}

TEST(Substance, NumbersOfCitizensAreFoundAndPhonesOfOfficesAreNot) {
  EXPECT_TRUE(IsNoKnowledge("张三的补贴到账了吗？", "身份证号11010519491231002X，已发放。"));
  EXPECT_FALSE(IsNoKnowledge("窗口电话是多少？", "请拨0755-00001006。"));
}

TEST(Age, ClocksAreReadByLogTime) {
  auto entry = AnEntry().ValidUntil(kNow).Online().Build();
  EXPECT_TRUE(AgeOf(entry, kNow).expired);
  EXPECT_FALSE(AgeOf(entry, kNow - 1).expired);
  entry.set_state(knowledge::v1::Entry::SUSPECT);
  std::vector<EntryFault> faults;
  FaultAge(AgeOf(entry, kNow), entry, &faults);
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].fault, Kind::OUTDATED);
  EXPECT_THAT(faults[0].detail, HasSubstr("届满"));
  EXPECT_THAT(faults[1].detail, HasSubstr("失效"));
}

TEST(Use, UselessNeedsFiveOpinionsAndMoreAgainst) {
  const auto faults = [](int64_t useful, int64_t useless) {
    v1::UsageRow use;
    use.set_useful_count(useful);
    use.set_useless_count(useless);
    std::vector<EntryFault> found;
    FaultUsefulness(use, &found);
    return found.size();
  };
  EXPECT_EQ(faults(0, 4), 0U);
  EXPECT_EQ(faults(2, 3), 1U);
  EXPECT_EQ(faults(3, 3), 0U);
}

TEST(Use, NeverFoundIsSaidOfWhatWasOnlineAllTheTimeOnly) {
  auto entry = AnEntry().Online().Build();
  const auto faults = [&](LogTime published, const v1::UsageRow* use) {
    *entry.mutable_online()->mutable_publish_time() = ToTimestamp(published);
    std::vector<EntryFault> found;
    FaultNeverFound(use, entry, kNow, &found);
    return found.size();
  };
  v1::UsageRow offered;
  offered.set_offered_count(1);
  EXPECT_EQ(faults(kNow - kQualityDays * kMicrosPerDay, nullptr), 1U);
  EXPECT_EQ(faults(kNow - (kQualityDays - 1) * kMicrosPerDay, nullptr), 0U);
  EXPECT_EQ(faults(kNow - kQualityDays * kMicrosPerDay, &offered), 0U);
}

knowledge::v1::EntryContent Filed(const std::string& category, const std::string& owner) {
  return AnEntry().Category(category).Department(owner).Build().content();
}

TEST(Filing, EntriesBelongToLeaves) {
  Filing filing;
  filing.Add(Filed("社会保障", "departments/a"));
  filing.Add(Filed("社会保障/社保缴费", "departments/a"));
  EXPECT_THAT(filing.Misfiled(Filed("社会保障", "departments/a")).value_or(""), HasSubstr("末"));
  EXPECT_FALSE(filing.Misfiled(Filed("社会保障/社保缴费", "departments/a")).has_value());
  EXPECT_TRUE(filing.Misfiled(Filed("", "departments/a")).has_value());
}

TEST(Filing, AStrangerIsOnlyAReasonToAsk) {
  Filing filing;
  for (int i = 0; i < 30; ++i) {
    filing.Add(Filed("交通", "departments/jt"));
    filing.Add(Filed("社保", "departments/rs"));
  }
  filing.Add(Filed("交通", "departments/rs"));
  EXPECT_TRUE(filing.IsStranger(Filed("交通", "departments/rs")));
  EXPECT_FALSE(filing.IsStranger(Filed("交通", "departments/jt")));
  EXPECT_FALSE(filing.Misfiled(Filed("交通", "departments/rs")).has_value());
  // A small department files where it must.
  EXPECT_FALSE(filing.IsStranger(Filed("交通", "departments/small")));
}

TEST(Filing, NeighboursMustAgreeAndNoneMayBeOfTheSameCategory) {
  std::vector<std::string> neighbours(9, "社保");
  EXPECT_THAT(MisfiledByNeighbours("交通", neighbours).value_or(""), HasSubstr("社保"));
  neighbours.push_back("交通");
  EXPECT_FALSE(MisfiledByNeighbours("交通", neighbours).has_value());
  EXPECT_FALSE(MisfiledByNeighbours("交通", std::vector<std::string>(7, "社保")).has_value());
  EXPECT_FALSE(MisfiledByNeighbours("交通", {"a", "b", "c", "d", "e", "f", "g", "h"}).has_value());
}

}  // namespace
}  // namespace hotline::insight
