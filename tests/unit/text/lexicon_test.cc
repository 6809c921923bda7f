// Words as people expect them.
#include "services/text/lexicon.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/text/fold.h"
#include "services/text/trie.h"

namespace hotline::text {
namespace {

// The words of a text, joined by " / ".
std::string Words(std::string_view text, const Overlay* overlay = nullptr) {
  std::u32string folded;
  Fold(text, 100'000, folded);
  std::vector<Span> words;
  Lexicon::Builtin().Segment(folded, overlay, words);
  std::string joined;
  for (const Span& word : words) {
    if (!joined.empty()) joined += '/';
    joined += ToUtf8(std::u32string_view(folded).substr(word.begin, word.size()));
  }
  return joined;
}

std::u32string Folded(std::string_view text) {
  std::u32string folded;
  Fold(text, 1000, folded);
  return folded;
}

struct Phrase {
  std::string_view text;
  std::string_view words;
};

class LexiconPhrases : public testing::TestWithParam<Phrase> {};

TEST_P(LexiconPhrases, AreCutIntoTheirWords) {
  EXPECT_EQ(Words(GetParam().text), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Government, LexiconPhrases,
    testing::Values(Phrase{"如何办理上海市居住证积分", "如何/办理/上海市/居住证/积分"},
                    Phrase{"新生儿落户需要什么材料", "新生儿/落户/需要/什么/材料"},
                    Phrase{"公积金贷款提前还款违约金", "公积金/贷款/提前/还款/违约金"},
                    Phrase{"城管局电话是多少", "城管局/电话/是/多少"},
                    Phrase{"失业保险金申领条件", "失业/保险金/申领/条件"},
                    Phrase{"南京市长江大桥", "南京市/长江大桥"},
                    Phrase{"营业执照注销公告", "营业执照/注销/公告"},
                    Phrase{"跨省通办怎么办", "跨省通办/怎么办"},
                    Phrase{"一网通办平台", "一网通办/平台"},
                    Phrase{"灵活就业人员参加养老保险", "灵活就业/人员/参加/养老保险"},
                    Phrase{"個體工商戶營業執照", "个体工商户/营业执照"},
                    Phrase{"拖欠农民工工资去哪里投诉", "拖欠/农民工/工资/去/哪里/投诉"},
                    Phrase{"老旧小区加装电梯补贴", "老旧小区/加装/电梯/补贴"},
                    Phrase{"异地就医备案后怎么报销", "异地就医/备案/后/怎么/报销"}));

TEST(LexiconTest, KeepsLettersAndDigitsTogether) {
  EXPECT_EQ(Words("拨打12345热线"), "拨打/12345/热线");
  EXPECT_EQ(Words("K12教育app下载"), "k12/教育/app/下载");
  EXPECT_EQ(Words("abc def"), "abc/def");
}

TEST(LexiconTest, FindsWordsWithinWords) {
  const std::u32string text = U"申请城市居民最低生活保障";
  std::vector<Span> words;
  Lexicon::Builtin().Segment(text, nullptr, words);
  const Span word = words.back();
  ASSERT_EQ(text.substr(word.begin), U"最低生活保障");
  std::vector<Span> within;
  Lexicon::Builtin().WordsWithin(text, word, nullptr, 2, within);
  EXPECT_EQ(within, (std::vector<Span>{{6, 8, true}, {8, 10, true}, {10, 12, true}}));
  Overlay overlay;
  overlay.Add(U"生活保障");
  overlay.Add(U"生活");
  within.clear();
  Lexicon::Builtin().WordsWithin(text, word, &overlay, 2, within);
  EXPECT_EQ(within,
            (std::vector<Span>{{6, 8, true}, {8, 10, true}, {8, 12, true}, {10, 12, true}}));
  within.clear();
  Lexicon::Builtin().WordsWithin(text, word, &overlay, 3, within);
  EXPECT_EQ(within, (std::vector<Span>{{8, 12, true}}));
}

TEST(LexiconTest, CoversEveryCharacterOnceAndNoBlank) {
  const std::string text = "𠮷野家 ！！在哪😀 里\xff 123abc 公积金 𠀀";
  const std::u32string folded = Folded(text);
  std::vector<Span> words;
  Lexicon::Builtin().Segment(folded, nullptr, words);
  uint32_t at = 0;
  for (const Span& word : words) {
    while (folded[at] == U' ') ++at;
    EXPECT_EQ(word.begin, at);
    ASSERT_GT(word.end, word.begin);
    for (uint32_t i = word.begin; i < word.end; ++i) EXPECT_NE(folded[i], U' ');
    at = word.end;
  }
  EXPECT_EQ(at, folded.size());
}

TEST(LexiconTest, TakesNothingAndVeryMuch) {
  EXPECT_EQ(Words(""), "");
  std::u32string folded(1'000'000, U'公');
  std::vector<Span> words;
  Lexicon::Builtin().Segment(folded, nullptr, words);
  EXPECT_EQ(words.back().end, folded.size());
  folded.assign(1'000'000, U'a');
  Lexicon::Builtin().Segment(folded, nullptr, words);
  EXPECT_EQ(words, (std::vector<Span>{{0, 1'000'000, false}}));
}

TEST(LexiconTest, FrequentWordsAreMoreProbable) {
  const Lexicon& lexicon = Lexicon::Builtin();
  EXPECT_GT(lexicon.size(), 300'000U);
  EXPECT_GT(lexicon.LogProbability(U"的"), lexicon.LogProbability(U"公积金"));
  EXPECT_GT(lexicon.LogProbability(U"公积金"), Lexicon::kUnknownLogProbability);
  EXPECT_EQ(lexicon.LogProbability(U"积金贷"), std::nullopt);
  EXPECT_EQ(lexicon.LogProbability(U""), std::nullopt);
  EXPECT_EQ(lexicon.LogProbability(U"\U00020BB7"), std::nullopt);
}

TEST(OverlayTest, KeepsTheWordsOfTheBaseWhole) {
  Overlay overlay;
  overlay.Add(U"鹭岛通行码");
  overlay.Add(U"白鹭分");
  overlay.Add(U"i厦门");
  EXPECT_EQ(overlay.size(), 3U);

  EXPECT_NE(Words("鹭岛通行码怎么申请"), "鹭岛通行码/怎么/申请");
  EXPECT_EQ(Words("鹭岛通行码怎么申请", &overlay), "鹭岛通行码/怎么/申请");
  EXPECT_EQ(Words("查询白鹭分", &overlay), "查询/白鹭分");
  EXPECT_EQ(Words("i厦门登录", &overlay), "i厦门/登录");
  EXPECT_TRUE(overlay.LogProbability(U"白鹭分").has_value());
  EXPECT_FALSE(overlay.LogProbability(U"白鹭").has_value());
}

TEST(OverlayTest, RefusesWhatIsNoWord) {
  Overlay overlay;
  overlay.Add(U"");
  overlay.Add(U"分");
  overlay.Add(U"有 空");
  overlay.Add(std::u32string(Overlay::kMaxWordCharacters + 1, U'长'));
  overlay.Add(U"白鹭分");
  overlay.Add(U"白鹭分");
  EXPECT_EQ(overlay.size(), 1U);
}

TEST(TrieTest, ABlockOfAnotherMakeHasNoWords) {
  alignas(4) const unsigned char bytes[64] = {1, 2, 3};
  const Trie trie(bytes);
  EXPECT_EQ(trie.words(), 0U);
  EXPECT_EQ(trie.Find(U"的"), 0U);
  EXPECT_EQ(trie.value(Trie::kRoot), 0U);
  Trie::Node node = Trie::kRoot;
  EXPECT_FALSE(trie.Step(node, U'的'));
}

}  // namespace
}  // namespace hotline::text
