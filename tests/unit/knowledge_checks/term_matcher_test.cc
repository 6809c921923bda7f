#include "services/knowledge/checks/term_matcher.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/knowledge/checks/wording.h"
#include "tests/testing/builders.h"

namespace hotline::knowledge::checks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "term:begin-end" of each hit.
std::vector<std::string> Find(std::vector<std::string_view> terms, std::string_view text) {
  std::vector<std::string> hits;
  for (const TermHit& hit : TermMatcher(terms).Find(text, 100)) {
    hits.push_back(std::string(terms[hit.term]) + ":" + std::to_string(hit.begin) + "-" +
                   std::to_string(hit.end));
  }
  return hits;
}

TEST(TermMatcherTest, FindsAWordWhateverItsWidthCaseAndScript) {
  EXPECT_THAT(Find({"VIP通道"}, "走ｖｉｐ通道"), ElementsAre("VIP通道:1-6"));
  EXPECT_THAT(Find({"台湾"}, "來自臺灣的居民"), ElementsAre("台湾:2-4"));
}

TEST(TermMatcherTest, BlanksBetweenIdeographsHideNoWord) {
  EXPECT_THAT(Find({"最高级"}, "这是最 高\n级的"), ElementsAre("最高级:2-7"));
  EXPECT_THAT(Find({"最高级"}, "这是最，高级的"), IsEmpty());
}

TEST(TermMatcherTest, LatinTermsMatchWholeWordsOnly) {
  EXPECT_THAT(Find({"app"}, "下载App办理"), ElementsAre("app:2-5"));
  EXPECT_THAT(Find({"app"}, "apply online"), IsEmpty());
}

TEST(TermMatcherTest, OfOverlappingWordsTheLongestThatBeginsFirstCounts) {
  EXPECT_THAT(Find({"残疾", "残疾人", "疾人证"}, "残疾人证"), ElementsAre("残疾人:0-3"));
  EXPECT_THAT(Find({"民工", "农民"}, "农民工和民工"), ElementsAre("农民:0-2", "民工:4-6"));
}

TEST(TermMatcherTest, ATermWithoutWordsMatchesNothing) {
  EXPECT_THAT(Find({"……"}, "等等……"), IsEmpty());
}

TEST(WordingTest, AReplacementThatContainsItsTermIsNoHit) {
  v1::TermList list;
  list.set_name("terms/x");
  list.set_effect(v1::TermList::REPLACE);
  auto* term = list.add_terms();
  term->set_text("残疾人");
  term->set_replacement("残疾人士");
  const CompiledList compiled(list);
  const auto check = [&](std::string_view answer) {
    std::vector<v1::Finding> findings;
    CheckWording(compiled, testing::AnEntry().Answer(answer).Build().content(), &findings);
    return findings;
  };

  EXPECT_THAT(check("残疾人士可以申请。"), IsEmpty());
  const auto hit = check("残疾人可以申请。");
  ASSERT_EQ(hit.size(), 1U);
  EXPECT_EQ(hit[0].severity(), v1::Finding::BLOCKING);
  EXPECT_EQ(hit[0].suggestion(), "残疾人士");
  EXPECT_EQ(hit[0].path(), "blocks[0].text");
  EXPECT_EQ(hit[0].end(), 3);
}

}  // namespace
}  // namespace hotline::knowledge::checks
