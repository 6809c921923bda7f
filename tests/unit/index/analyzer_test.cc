#include "services/index/analyzer.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotline::index {
namespace {

std::string Folded(std::string_view text) {
  std::u32string folded;
  Fold(text, 10000, folded);
  return Squeeze(folded);
}

std::vector<TermId> Terms(std::string_view text, Detail detail) {
  std::u32string folded;
  Fold(text, 10000, folded);
  std::vector<Token> tokens;
  Tokenize(folded, detail, tokens);
  std::vector<TermId> terms;
  for (const Token& token : tokens) terms.push_back(token.term);
  return terms;
}

TEST(FoldTest, WidthAndCaseAreFolded) {
  EXPECT_EQ(Folded("ＥＴＣ　１２３４５"), "etc12345");
  EXPECT_EQ(Folded("K12ｋ１２"), "k12k12");
  EXPECT_EQ(Folded("①Ⅳ㎡"), "1ivm2");
}

TEST(FoldTest, TraditionalBecomesSimplified) {
  EXPECT_EQ(Folded("戶籍遷移與臺灣居民證"), "户籍迁移与台湾居民证");
  EXPECT_EQ(Folded("醫療保險報銷"), "医疗保险报销");
  EXPECT_EQ(Folded("裡裏"), "里里");
}

TEST(FoldTest, CombiningMarksAreComposedAndInvisibleCharactersRemoved) {
  EXPECT_EQ(Folded("cafe\xCC\x81"), Folded("café"));
  EXPECT_EQ(Folded("医\xE2\x80\x8B保"), "医保");  // zero-width space
  EXPECT_EQ(Folded("ｶﾞ"), Folded("ガ"));
}

TEST(FoldTest, BrokenBytesControlsAndSymbolsSeparate) {
  EXPECT_EQ(Folded("医\xFF保\xE5\x8C"), "医保");
  EXPECT_EQ(Folded("\x01\x02\t\n"), "");
  EXPECT_EQ(Folded("😀👍🏽"), "");
  std::u32string folded;
  Fold("，，医保。。报销！！", 100, folded);
  EXPECT_EQ(folded, U"医保 报销");
}

TEST(FoldTest, ReadsNoMoreThanAsked) {
  std::u32string folded;
  Fold("一二三四五", 3, folded);
  EXPECT_EQ(folded, U"一二三");
}

TEST(AnalyzerTest, ChineseIsReadAsPairs) {
  EXPECT_THAT(Terms("待处理", Detail::kPrimary),
              testing::ElementsAre(PairTerm(U'待', U'处'), PairTerm(U'处', U'理')));
  EXPECT_THAT(Terms("税", Detail::kPrimary), testing::ElementsAre(CharacterTerm(U'税')));
}

TEST(AnalyzerTest, RunsAreCutWhereTheScriptChanges) {
  EXPECT_THAT(Terms("铁路12306", Detail::kPrimary),
              testing::ElementsAre(PairTerm(U'铁', U'路'), WordTerm(U"12306")));
  EXPECT_THAT(Terms("K12", Detail::kPrimary),
              testing::UnorderedElementsAre(WordTerm(U"k12"), WordTerm(U"k"), WordTerm(U"12")));
}

TEST(AnalyzerTest, EveryTermOfAPartIsATermOfTheWhole) {
  const std::vector<TermId> whole = Terms("中国农业发展银行贷款办理", Detail::kAll);
  for (const char* part : {"农业", "发展银行", "农业发展银行", "贷", "行贷"}) {
    for (const TermId term : Terms(part, Detail::kPrimary)) {
      EXPECT_THAT(whole, testing::Contains(term)) << part;
    }
  }
}

TEST(AnalyzerTest, LongWordsAndRareCharactersAreBounded) {
  EXPECT_LE(Terms(std::string(10000, 'a'), Detail::kPrimary).size(),
            10000 / kMaxWordCharacters + 1);
  EXPECT_EQ(Terms("𠮷野家", Detail::kPrimary).size(), 2U);
}

TEST(AnalyzerTest, ServiceWordsAreMarked) {
  std::vector<uint8_t> marks;
  MarkServiceWords(U"请问社保怎么办理", marks);
  EXPECT_EQ(marks, (std::vector<uint8_t>{1, 1, 0, 0, 1, 1, 1, 1}));
}

TEST(AnalyzerTest, LawsAreRecognised) {
  const auto names = [](std::string_view text) {
    std::u32string folded;
    Fold(text, 1000, folded);
    return NamesLaw(folded, text);
  };
  EXPECT_TRUE(names("劳动合同法第三十九条"));
  EXPECT_TRUE(names("第12条怎么说"));
  EXPECT_TRUE(names("《婚姻登记条例》全文"));
  EXPECT_FALSE(names("婚姻登记需要什么材料"));
  EXPECT_FALSE(names("第一次办理身份证"));
}

}  // namespace
}  // namespace hotline::index
