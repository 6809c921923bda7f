#include "services/knowledge/checks/same_matter.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/knowledge/checks/base_state.h"
#include "services/knowledge/checks/content_check.h"
#include "tests/testing/builders.h"

namespace hotline::knowledge::checks {
namespace {

using testing::AnEntry;
using testing::EntryBuilder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SameMatterTest : public ::testing::Test {
 protected:
  void Put(EntryBuilder entry) {
    state_.Apply(Prepare(testing::ResourceOf(entry.Online().Build())));
  }

  std::vector<v1::Finding> Check(const EntryBuilder& entry, v1::Finding::Fault fault,
                                 std::string_view name = "") {
    const v1::CheckContentResponse response = CheckText(state_, entry.Build().content(), name);
    std::vector<v1::Finding> findings;
    for (const v1::Finding& finding : response.findings()) {
      if (finding.fault() == fault) findings.push_back(finding);
    }
    return findings;
  }

  BaseState state_;
};

TEST_F(SameMatterTest, AnotherWordingOfAQuestionInTheSameRegionNeedsAReason) {
  Put(AnEntry("a").Question("失业保险金怎么申领？"));

  const auto found = Check(AnEntry("b").Question("请问如何申领失业保险金"), v1::Finding::DUPLICATE);
  const auto same = Check(AnEntry("b").Question("失业保险金如何申领"), v1::Finding::DUPLICATE);

  EXPECT_THAT(found, IsEmpty());  // another order of words is beyond this gate
  ASSERT_EQ(same.size(), 1U);
  EXPECT_EQ(same[0].severity(), v1::Finding::NEEDS_REASON);
  EXPECT_EQ(same[0].related(0), "entries/a");
  EXPECT_EQ(same[0].path(), "question");
}

TEST_F(SameMatterTest, AnEntryIsNoDuplicateOfItself) {
  Put(AnEntry("a").Question("失业保险金怎么申领？"));

  EXPECT_THAT(
      Check(AnEntry("a").Question("失业保险金怎么申领？"), v1::Finding::DUPLICATE, "entries/a"),
      IsEmpty());
}

TEST_F(SameMatterTest, AspectsNumbersAndNamesMakeOtherQuestions) {
  Put(AnEntry("a").Question("办理C1驾驶证变更需要什么材料？"));

  EXPECT_THAT(
      Check(AnEntry("b").Question("办理C1驾驶证变更需要什么条件？"), v1::Finding::DUPLICATE),
      IsEmpty());
  EXPECT_THAT(
      Check(AnEntry("b").Question("办理C2驾驶证变更需要什么材料？"), v1::Finding::DUPLICATE),
      IsEmpty());
  EXPECT_THAT(
      Check(AnEntry("b").Question("办理C1驾驶证注销需要什么材料？"), v1::Finding::DUPLICATE),
      IsEmpty());
  EXPECT_EQ(
      Check(AnEntry("b").Question("C1驾驶证变更应该需要哪些材料"), v1::Finding::DUPLICATE).size(),
      1U);
}

TEST_F(SameMatterTest, ARuleOfARegionInsideIsToldAndOfAnotherPlaceIsNot) {
  Put(AnEntry("city").Question("高龄津贴怎么领取").Region("440300"));

  const auto inside =
      Check(AnEntry("b").Question("高龄津贴如何领取").Region("440305"), v1::Finding::DUPLICATE);
  ASSERT_EQ(inside.size(), 1U);
  EXPECT_EQ(inside[0].severity(), v1::Finding::WARNING);
  EXPECT_THAT(inside[0].message(), HasSubstr("上级地区"));
  EXPECT_THAT(
      Check(AnEntry("b").Question("高龄津贴如何领取").Region("440100"), v1::Finding::DUPLICATE),
      IsEmpty());
}

TEST_F(SameMatterTest, TextsThatNeverHoldTogetherAreNotCompared) {
  Put(AnEntry("a").Question("高龄津贴怎么领取").ValidUntil(1'000'000));

  EXPECT_THAT(
      Check(AnEntry("b").Question("高龄津贴怎么领取").ValidFrom(1'000'000), v1::Finding::DUPLICATE),
      IsEmpty());
}

TEST_F(SameMatterTest, ASimilarQuestionThatIsAnothersQuestionIsTold) {
  Put(AnEntry("a").Question("居住证怎么办理"));

  const auto found =
      Check(AnEntry("b").Question("深圳经济特区居住登记").SimilarQuestion("居住证怎么办理？"),
            v1::Finding::DUPLICATE);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity(), v1::Finding::WARNING);
  EXPECT_EQ(found[0].path(), "similar_questions[0]");
}

TEST_F(SameMatterTest, SiblingsMayShareTheNameAboveThem) {
  Put(AnEntry("a").Question("弩的购置审批").SimilarQuestion("弩的审批"));

  EXPECT_THAT(Check(AnEntry("b").Question("弩的运输许可").SimilarQuestion("弩的审批"),
                    v1::Finding::DUPLICATE),
              IsEmpty());
}

TEST_F(SameMatterTest, AnotherAmountForTheSameMatterIsAContradiction) {
  Put(AnEntry("a").Question("高龄津贴标准是多少").Answer("高龄津贴每人每月300元。"));

  const auto found =
      Check(AnEntry("b").Question("高龄津贴的标准是多少？").Answer("本市高龄津贴每人每月500元。"),
            v1::Finding::CONTRADICTION);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity(), v1::Finding::NEEDS_REASON);
  EXPECT_EQ(found[0].path(), "blocks[0].text");
  EXPECT_EQ(found[0].suggestion(), "300元");
  EXPECT_EQ(found[0].begin(), 10);
  EXPECT_EQ(found[0].end(), 14);
}

TEST_F(SameMatterTest, TheSameAmountInOtherWritingIsNone) {
  Put(AnEntry("a").Question("高龄津贴标准是多少").Answer("高龄津贴每人每月三百元。"));

  EXPECT_THAT(
      Check(AnEntry("b").Question("高龄津贴的标准是多少？").Answer("高龄津贴每人每月３００元。"),
            v1::Finding::CONTRADICTION),
      IsEmpty());
}

TEST_F(SameMatterTest, ValuesOfOtherThingsAreNotCompared) {
  Put(AnEntry("a").Question("高龄津贴标准是多少").Answer("八十岁以上的，每月300元。"));

  EXPECT_THAT(Check(AnEntry("b").Question("高龄津贴的标准是多少？").Answer("一次性慰问金为500元。"),
                    v1::Finding::CONTRADICTION),
              IsEmpty());
}

TEST_F(SameMatterTest, AStricterLocalValueIsToldWithItsReason) {
  Put(AnEntry("a")
          .Question("高龄津贴标准是多少")
          .Answer("高龄津贴每人每月300元。")
          .Region("440300"));

  const auto found = Check(AnEntry("b")
                               .Question("高龄津贴标准是多少")
                               .Answer("高龄津贴每人每月500元。")
                               .Region("440305"),
                           v1::Finding::CONTRADICTION);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity(), v1::Finding::WARNING);
  EXPECT_THAT(found[0].message(), HasSubstr("本地另有规定时可以不同"));
}

TEST_F(SameMatterTest, FindingsDoNotDependOnTheOrderOfTheBase) {
  std::vector<EntryBuilder> entries;
  for (int i = 0; i < 30; ++i) {
    entries.push_back(AnEntry("e" + std::to_string(i))
                          .Question("高龄津贴标准是多少")
                          .Answer("高龄津贴每人每月" + std::to_string(100 + i) + "元。"));
  }
  const auto text = AnEntry("x").Question("高龄津贴标准是多少？").Answer("高龄津贴每人每月50元。");
  for (const auto& entry : entries) Put(entry);
  const auto forward = CheckText(state_, text.Build().content(), "");

  state_ = BaseState();
  std::reverse(entries.begin(), entries.end());
  for (const auto& entry : entries) Put(entry);
  state_.Apply(Deleted{"entries/e3"});
  Put(entries[26]);
  const auto backward = CheckText(state_, text.Build().content(), "");

  ASSERT_GT(forward.findings_size(), 20);
  EXPECT_EQ(forward.SerializeAsString(), backward.SerializeAsString());
}

TEST_F(SameMatterTest, TheIdOfAFindingStaysWhileTextBeforeItGrows) {
  Put(AnEntry("a").Question("高龄津贴标准是多少").Answer("高龄津贴每人每月300元。"));
  const auto check = [&](const std::string& answer) {
    return Check(AnEntry("b").Question("高龄津贴标准是多少").Answer(answer),
                 v1::Finding::CONTRADICTION);
  };

  const auto before = check("高龄津贴每人每月500元。");
  const auto after = check("您好。高龄津贴每人每月500元。");

  EXPECT_EQ(before.at(0).id(), after.at(0).id());
  EXPECT_NE(before.at(0).begin(), after.at(0).begin());
}

}  // namespace
}  // namespace hotline::knowledge::checks
