#include "services/answer/query_syntax.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/text/fold.h"
#include "tests/testing/matchers.h"

namespace hotline::answer {
namespace {

using hotline::testing::HasReason;
using hotline::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> TextsOf(const std::vector<QueryCondition>& conditions) {
  std::vector<std::string> texts;
  for (const QueryCondition& condition : conditions) {
    texts.push_back(text::ToUtf8(condition.phrase.folded()));
  }
  return texts;
}

SearchQuery Read(std::string_view query) {
  auto read = ReadQuery(query);
  EXPECT_THAT(read, IsOk()) << query;
  return read.ok() ? *std::move(read) : SearchQuery{};
}

TEST(QuerySyntaxTest, QuotesOfEveryKeyboardMakePhrases) {
  const SearchQuery read = Read("“失业保险金” \"K12 教育\" 「公積金」 ＂Ａ类＂ 怎么领");
  EXPECT_THAT(TextsOf(read.phrases), ElementsAre("失业保险金", "k12 教育", "公积金", "a类"));
  EXPECT_THAT(read.excluded, IsEmpty());
  // Their words rank, and nothing has moved.
  EXPECT_EQ(read.text, " 失业保险金   K12 教育   公積金   Ａ类  怎么领");
  EXPECT_EQ(read.phrases[1].begin, 8U);
  EXPECT_EQ(read.phrases[1].end, 16U);
}

TEST(QuerySyntaxTest, AHyphenOrNotAfterABlankExcludes) {
  EXPECT_THAT(TextsOf(Read("居住证 -港澳").excluded), ElementsAre("港澳"));
  EXPECT_THAT(TextsOf(Read("-港澳 居住证").excluded), ElementsAre("港澳"));
  EXPECT_THAT(TextsOf(Read("居住证　－港澳").excluded), ElementsAre("港澳"));
  EXPECT_THAT(TextsOf(Read("居住证 NOT 港澳").excluded), ElementsAre("港澳"));
  EXPECT_THAT(TextsOf(Read("居住证 -\"港澳 居民\" 办理").excluded), ElementsAre("港澳 居民"));
  EXPECT_THAT(TextsOf(Read("居住证 NOT “港澳居民” 办理").excluded), ElementsAre("港澳居民"));
  EXPECT_EQ(Read("居住证 -港澳 办理").text, "居住证     办理");
}

TEST(QuerySyntaxTest, WhatIsNoSignIsText) {
  for (const std::string_view text :
       {"K12-教育", "2020-2021 学年", "他说\"没有", "“没有关上", "居住证 - 港澳", "居住证 -", "NOT",
        "居住证 NOT", "NOTHING 居住证", "CANNOT 办", "\"\"居住证", "“ ！”居住证", "居住证 -！",
        "居住证 --", "」居住证「"}) {
    const SearchQuery read = Read(text);
    EXPECT_THAT(read.phrases, IsEmpty()) << text;
    EXPECT_THAT(read.excluded, IsEmpty()) << text;
    EXPECT_EQ(read.text, text);
  }
}

TEST(QuerySyntaxTest, ExclusionsAloneFindNothingToLookFor) {
  EXPECT_THAT(ReadQuery("-港澳"), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(ReadQuery("NOT 港澳 -\"居住证\" ？"), HasReason(type::v1::FIELD_INVALID));
}

TEST(QuerySyntaxTest, TooManyConditionsAreRefused) {
  std::string query = "社保";
  for (size_t i = 0; i < kConditionsMax; ++i) query += " -词" + std::to_string(i);
  EXPECT_THAT(ReadQuery(query), IsOk());
  EXPECT_THAT(ReadQuery(query + " \"短语\""), HasReason(type::v1::FIELD_INVALID));
}

TEST(QuerySyntaxTest, WhatSomebodyToldHasNoSigns) {
  std::string story = "我去窗口，工作人员说“不归我们管”，";
  while (text::ToCodePoints(story).size() <= kSyntaxLengthMax) story += "又让我打电话 -没人接，";
  const SearchQuery read = Read(story);
  EXPECT_TRUE(read.phrases.empty());
  EXPECT_TRUE(read.excluded.empty());
  EXPECT_EQ(read.text, story);
}

TEST(QuerySyntaxTest, PhrasesOnlyKeepsTheirPlaces) {
  EXPECT_EQ(PhrasesOnly(Read("怎么领“失业金”啊 -补贴")), "    失业金      ");
}

TEST(PhraseTest, BlanksAndMarksInsideDoNotCount) {
  const auto is_in = [](std::string_view phrase, std::string_view text) {
    std::u32string folded;
    text::Fold(phrase, 100, folded);
    const index::Phrase looked_for(folded);
    text::Fold(text, 100, folded);
    return looked_for.IsIn(index::PhraseText(folded));
  };
  EXPECT_TRUE(is_in("失业保险金", "领取失业保险金的条件"));
  EXPECT_TRUE(is_in("失业 保险金", "领取失业保险金的条件"));
  EXPECT_TRUE(is_in("失业保险金", "领取失业-保险（金）"));
  EXPECT_TRUE(is_in("失業保險金", "领取失业保险金"));
  EXPECT_FALSE(is_in("失业保险金", "失业保险基金"));
  EXPECT_TRUE(is_in("12", "第 12 号"));
  EXPECT_TRUE(is_in("12", "K12教育"));
  EXPECT_FALSE(is_in("12", "2012年"));
  EXPECT_TRUE(is_in("12", "10 12 14"));
  EXPECT_FALSE(is_in("app", "happy"));
  EXPECT_TRUE(is_in("app", "粤省事APP下载"));
}

}  // namespace
}  // namespace hotline::answer
