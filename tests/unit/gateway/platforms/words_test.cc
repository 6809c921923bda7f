#include "services/gateway/platforms/words.h"

#include <gtest/gtest.h>

namespace hotline::gateway::platforms {
namespace {

TEST(WordsTest, TrimsEveryWhiteSpace) {
  EXPECT_EQ(Trimmed("  居住证　\n\xE2\x80\x8B"), "居住证");
  EXPECT_EQ(Trimmed("\xEF\xBB\xBF 问 题"), "问 题");
  EXPECT_EQ(Trimmed(" \t\n"), "");
  EXPECT_EQ(Trimmed(""), "");
}

TEST(WordsTest, KnowsWordsApartFromEndMarks) {
  EXPECT_EQ(WordIn("有用"), Word::kUseful);
  EXPECT_EQ(WordIn("有用！"), Word::kUseful);
  EXPECT_EQ(WordIn("没用。"), Word::kUseless);
  EXPECT_EQ(WordIn("转人工"), Word::kHuman);
  EXPECT_EQ(WordIn("人工客服"), Word::kHuman);
  EXPECT_EQ(WordIn("帮助"), Word::kHelp);
  EXPECT_EQ(WordIn("？"), Word::kHelp);
  EXPECT_EQ(WordIn("热门"), Word::kHot);
  EXPECT_EQ(WordIn("继续"), Word::kMore);
  EXPECT_EQ(WordIn("人工智能补贴"), Word::kNone);
  EXPECT_EQ(WordIn("有用吗"), Word::kNone);
  EXPECT_EQ(WordIn(""), Word::kNone);
}

TEST(WordsTest, ReadsNumbers) {
  EXPECT_EQ(NumberIn("1"), 1u);
  EXPECT_EQ(NumberIn("９"), 9u);
  EXPECT_EQ(NumberIn("2."), 2u);
  EXPECT_EQ(NumberIn("3、"), 3u);
  for (const char* text : {"0", "10", "12345", "1个", "", ".", "①②", "1 2"}) {
    EXPECT_EQ(NumberIn(text), std::nullopt) << text;
  }
}

TEST(WordsTest, FindsTheReport) {
  EXPECT_EQ(CorrectionIn("纠错 地址搬了"), "地址搬了");
  EXPECT_EQ(CorrectionIn("纠错：地址搬了"), "地址搬了");
  EXPECT_EQ(CorrectionIn("纠错地址搬了"), "地址搬了");
  EXPECT_EQ(CorrectionIn("纠错"), "");
  EXPECT_EQ(CorrectionIn("我要纠错"), std::nullopt);
}

TEST(WordsTest, TellsTextFromSigns) {
  EXPECT_TRUE(SaysSomething("居住证"));
  EXPECT_TRUE(SaysSomething("😀 gjj"));
  EXPECT_FALSE(SaysSomething("😀😂👍"));
  EXPECT_FALSE(SaysSomething("……！？"));
  EXPECT_FALSE(SaysSomething(""));
}

}  // namespace
}  // namespace hotline::gateway::platforms
