#include "services/knowledge/checks/content_check.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/knowledge/checks/channel_fit.h"
#include "services/knowledge/checks/completeness.h"
#include "services/knowledge/checks/references_check.h"
#include "tests/testing/builders.h"

namespace hotline::knowledge::checks {
namespace {

using testing::AnEntry;
using testing::APolicy;
using ::testing::ElementsAre;
using testing::EntryBuilder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "SEVERITY about" of the findings of one fault.
std::vector<std::string> Faults(const BaseState& state, const EntryBuilder& entry,
                                v1::Finding::Fault fault) {
  const v1::CheckContentResponse response = CheckText(state, entry.Build().content(), "");
  std::vector<std::string> found;
  for (const v1::Finding& finding : response.findings()) {
    if (finding.fault() != fault) continue;
    found.push_back(v1::Finding::Severity_Name(finding.severity()) + " " + finding.path());
  }
  return found;
}

EntryBuilder WithOwner(EntryBuilder entry) { return entry.Department("departments/rsj"); }

TEST(CompletenessTest, AGuideWithoutMaterialsOrAPlaceIsBlocked) {
  const BaseState state;
  auto guide = WithOwner(AnEntry().Kind(v1::GUIDE).Question("居住证办理"));

  EXPECT_THAT(Faults(state, guide, v1::Finding::INCOMPLETE),
              ElementsAre("BLOCKING blocks", "BLOCKING blocks", "WARNING blocks", "WARNING blocks",
                          "WARNING blocks"));
  guide.Block(v1::AnswerBlock::MATERIALS, "身份证").Block(v1::AnswerBlock::PHONE, "12345");
  EXPECT_THAT(Faults(state, guide, v1::Finding::INCOMPLETE),
              ElementsAre("WARNING blocks", "WARNING blocks", "WARNING blocks"));
}

TEST(CompletenessTest, ALabelledPartCountsAsThere) {
  const auto content = AnEntry()
                           .Kind(v1::GUIDE)
                           .Answer("受理条件：本市户籍。\n所需材料：身份证。\n咨询电话：12345。")
                           .Build()
                           .content();

  EXPECT_TRUE(HasPart(content, v1::AnswerBlock::CONDITIONS));
  EXPECT_TRUE(HasPart(content, v1::AnswerBlock::MATERIALS));
  EXPECT_TRUE(HasPart(content, v1::AnswerBlock::PHONE));
  EXPECT_FALSE(HasPart(content, v1::AnswerBlock::TIME_LIMIT));
}

TEST(CompletenessTest, AFaqWithItsConclusionAndOwnerIsWhole) {
  EXPECT_THAT(Faults(BaseState(), WithOwner(AnEntry()), v1::Finding::INCOMPLETE), IsEmpty());
}

TEST(ChannelFitTest, LongTextsAreToldForTheChannelsThatCarryThemBadly) {
  std::string text;
  for (int i = 0; i < 120; ++i) text += "办理居住证需要准备材料。";
  std::vector<v1::Finding> findings;
  const auto fits = CheckChannelFit(AnEntry().Answer(text).Build().content(), &findings);

  std::vector<std::string> told;
  for (const v1::Finding& finding : findings) told.push_back(finding.message());
  EXPECT_THAT(told, ElementsAre(HasSubstr("微信"), HasSubstr("短信"), HasSubstr("语音")));
  for (const auto& fit : fits) {
    // 120 sentences of 11 spoken characters at 4.5 a second.
    if (fit.channel() == type::v1::IVR) EXPECT_NEAR(fit.seconds(), 293.3, 0.1);
    if (fit.channel() == type::v1::WECHAT) EXPECT_EQ(fit.parts(), 3);
  }
}

TEST(ChannelFitTest, TextMessagesCountSeventyThenSixtySeven) {
  const auto parts = [](size_t characters) {
    std::string text;
    for (size_t i = 0; i < characters; ++i) text += "证";
    std::vector<v1::Finding> findings;
    for (const auto& fit : CheckChannelFit(AnEntry().Answer(text).Build().content(), &findings)) {
      if (fit.channel() == type::v1::SMS) return fit.parts();
    }
    return 0;
  };

  EXPECT_EQ(parts(70), 1);
  EXPECT_EQ(parts(71), 2);
  EXPECT_EQ(parts(134), 2);
  EXPECT_EQ(parts(135), 3);
}

TEST(ChannelFitTest, AShortAnswerIsWhatIsSaidAloud) {
  std::string text;
  for (int i = 0; i < 120; ++i) text += "办理居住证需要准备材料。";
  v1::EntryContent content = AnEntry().Answer(text).Build().content();
  content.set_short_answer("带身份证到窗口办理。");
  std::vector<v1::Finding> findings;

  CheckChannelFit(content, &findings);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].message(), HasSubstr("微信"));
}

TEST(ReferencesTest, ALapsedPolicyNeedsAReasonHoweverItIsCited) {
  BaseState state;
  auto policy = APolicy("old");
  policy.set_status(v1::Policy::REPLACED);
  policy.set_document_number("深人社规〔2020〕3号");
  policy.set_replaced_by("policies/new");
  state.Apply(Prepare(testing::ResourceOf(policy)));
  state.Apply(Prepare(testing::ResourceOf(APolicy("new"))));

  EXPECT_THAT(Faults(state, AnEntry().Policy("policies/old"), v1::Finding::LAPSED),
              ElementsAre("NEEDS_REASON policies[0]"));
  EXPECT_THAT(Faults(state, AnEntry().Answer("依据深人社规[2020]3号办理。"), v1::Finding::LAPSED),
              ElementsAre("NEEDS_REASON blocks[0].text"));
  EXPECT_THAT(Faults(state, AnEntry().Policy("policies/new"), v1::Finding::LAPSED), IsEmpty());
}

TEST(ReferencesTest, APolicyLapsesAtItsLogTime) {
  BaseState state;
  auto policy = APolicy("p");
  *policy.mutable_validity()->mutable_expire_time() = ToTimestamp(2'000'000);
  state.Apply(Prepare(testing::ResourceOf(policy)));

  state.log_time = 1'999'999;
  EXPECT_THAT(Faults(state, AnEntry().Policy("policies/p"), v1::Finding::LAPSED), IsEmpty());
  state.log_time = 2'000'000;
  EXPECT_EQ(Faults(state, AnEntry().Policy("policies/p"), v1::Finding::LAPSED).size(), 1U);
}

TEST(ReferencesTest, NamesThatLeadNowhereAreBlocked) {
  BaseState state;
  state.Apply(Prepare(testing::ResourceOf(AnEntry("there").Online().Build())));
  state.Apply(Prepare(testing::ResourceOf(AnEntry("draft").Build())));

  EXPECT_THAT(Faults(state, AnEntry().Answer("另见 entries/nowhere。"), v1::Finding::DEAD_LINK),
              ElementsAre("BLOCKING blocks[0].text"));
  EXPECT_THAT(Faults(state, AnEntry().Answer("电话 {{facts/gone}}"), v1::Finding::DEAD_LINK),
              ElementsAre("BLOCKING blocks[0].text"));
  EXPECT_THAT(Faults(state, AnEntry().Answer("另见 entries/there。"), v1::Finding::DEAD_LINK),
              IsEmpty());
  EXPECT_THAT(Faults(state, AnEntry().Answer("另见 entries/draft。"), v1::Finding::DEAD_LINK),
              ElementsAre("WARNING blocks[0].text"));
  EXPECT_THAT(
      Faults(state, AnEntry().Answer("https://a.cn/entries/nowhere"), v1::Finding::DEAD_LINK),
      IsEmpty());
}

TEST(ContentCheckTest, PlaceholdersAreNoKnowledge) {
  EXPECT_THAT(Faults(BaseState(), AnEntry().Answer("待补充。"), v1::Finding::NOT_KNOWLEDGE),
              ElementsAre("WARNING blocks[0].text"));
  EXPECT_THAT(
      Faults(BaseState(), AnEntry().Answer("测试阶段已经结束。"), v1::Finding::NOT_KNOWLEDGE),
      IsEmpty());
}

TEST(ContentCheckTest, TheWorstComesFirst) {
  BaseState state;
  const auto response = CheckText(
      state, AnEntry().Answer("略 entries/nowhere").Policy("policies/none").Build().content(), "");

  int last = v1::Finding::BLOCKING;
  for (const v1::Finding& finding : response.findings()) {
    EXPECT_LE(finding.severity(), last);
    last = finding.severity();
  }
  EXPECT_EQ(response.findings(0).severity(), v1::Finding::BLOCKING);
}

}  // namespace
}  // namespace hotline::knowledge::checks
