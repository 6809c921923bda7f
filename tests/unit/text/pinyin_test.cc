// Readings as people say them, and letters as people type them.
#include "services/text/pinyin.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/text/fold.h"
#include "services/text/pinyin_letters.h"

namespace hotline::text {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::string Read(std::string_view text) {
  std::u32string folded;
  Fold(text, 1000, folded);
  std::vector<Reading> readings;
  Pinyin::Builtin().Read(folded, readings);
  std::string joined;
  for (const Reading& reading : readings) {
    if (!joined.empty()) joined += ' ';
    joined += reading.syllable == 0 ? "-" : Pinyin::Builtin().Letters(reading.syllable);
  }
  return joined;
}

// The parses of letters, parts separated by blanks; initials and partial syllables are marked.
std::vector<std::string> Parses(std::string_view letters) {
  std::vector<std::string> result;
  for (const LetterParse& parse : ParseLetters(Pinyin::Builtin(), letters)) {
    std::string& joined = result.emplace_back();
    for (const LetterPart& part : parse.parts) {
      if (!joined.empty()) joined += ' ';
      joined += letters.substr(part.begin, part.end - part.begin);
      if (part.kind == LetterPart::Kind::kInitial) joined += '.';
      if (part.kind == LetterPart::Kind::kPartial) joined += '*';
    }
  }
  return result;
}

struct ReadCase {
  std::string_view text;
  std::string_view syllables;
};
class PinyinWords : public testing::TestWithParam<ReadCase> {};

TEST_P(PinyinWords, AreReadAsTheyAreSaid) {
  EXPECT_EQ(Read(GetParam().text), GetParam().syllables);
}

INSTANTIATE_TEST_SUITE_P(
    Polyphones, PinyinWords,
    testing::Values(
        ReadCase{"银行", "yin hang"}, ReadCase{"长沙", "chang sha"}, ReadCase{"还款", "huan kuan"},
        ReadCase{"提前还款违约金", "ti qian huan kuan wei yue jin"}, ReadCase{"调解", "tiao jie"},
        ReadCase{"人民调解员", "ren min tiao jie yuan"}, ReadCase{"差旅", "chai lv"},
        ReadCase{"差旅费报销", "chai lv fei bao xiao"}, ReadCase{"厦门大厦", "xia men da sha"},
        ReadCase{"重庆", "chong qing"}, ReadCase{"重新申请", "chong xin shen qing"},
        ReadCase{"重要", "zhong yao"}, ReadCase{"参与", "can yu"}, ReadCase{"人参", "ren shen"},
        ReadCase{"参加", "can jia"}, ReadCase{"有人参加考试", "you ren can jia kao shi"},
        ReadCase{"会计", "kuai ji"}, ReadCase{"开会", "kai hui"}, ReadCase{"行业", "hang ye"},
        ReadCase{"行政", "xing zheng"}, ReadCase{"营业执照", "ying ye zhi zhao"},
        ReadCase{"露天烧烤", "lu tian shao kao"}, ReadCase{"退还押金", "tui huan ya jin"},
        ReadCase{"还没有", "hai mei you"}, ReadCase{"绿色通道", "lv se tong dao"},
        ReadCase{"女性", "nv xing"}, ReadCase{"學歷證明", "xue li zheng ming"},
        ReadCase{"校对", "jiao dui"}, ReadCase{"学校", "xue xiao"}, ReadCase{"供给", "gong ji"},
        ReadCase{"角色", "jue se"}, ReadCase{"都江堰", "du jiang yan"}, ReadCase{"首都", "shou du"},
        ReadCase{"弹性退休", "tan xing tui xiu"}, ReadCase{"方便", "fang bian"},
        ReadCase{"便宜", "pian yi"}, ReadCase{"处长", "chu zhang"}, ReadCase{"长期", "chang qi"},
        ReadCase{"K12教育", "- - - jiao yu"}, ReadCase{"", ""}));

TEST(PinyinTest, TellsWhenAReadingIsAGuess) {
  std::vector<Reading> readings;
  Pinyin::Builtin().Read(U"银行 行", readings);
  EXPECT_TRUE(readings[1].certain);
  EXPECT_FALSE(readings[3].certain);
  EXPECT_THAT(Pinyin::Builtin().Common(U'行').size(), 2U);
  EXPECT_THAT(Pinyin::Builtin().Common(U'a'), IsEmpty());
  EXPECT_THAT(Pinyin::Builtin().Common(U'\U00020BB7'), IsEmpty());
  EXPECT_THAT(Pinyin::Builtin().All(U'会'), Contains(Pinyin::Builtin().Find("kuai")));
}

TEST(PinyinTest, FindsSyllablesByTheirLetters) {
  const Pinyin& pinyin = Pinyin::Builtin();
  EXPECT_GT(pinyin.syllables(), 400U);
  EXPECT_EQ(pinyin.Letters(pinyin.Find("zhuang")), "zhuang");
  EXPECT_EQ(pinyin.Letters(pinyin.Find("lv")), "lv");
  EXPECT_EQ(pinyin.Letters(pinyin.Find("jv")), "ju");
  EXPECT_EQ(pinyin.Letters(pinyin.Find("lue")), "lve");
  EXPECT_EQ(pinyin.Find("zh"), 0U);
  EXPECT_EQ(pinyin.Find(""), 0U);
  EXPECT_EQ(pinyin.Find("gongji"), 0U);
}

TEST(PinyinTest, KnowsWhatSoundsNearlyTheSame) {
  const Pinyin& pinyin = Pinyin::Builtin();
  const auto near = [&](std::string_view a, std::string_view b) {
    return pinyin.NearClass(pinyin.Find(a)) == pinyin.NearClass(pinyin.Find(b));
  };
  EXPECT_TRUE(near("zhi", "zi"));
  EXPECT_TRUE(near("nan", "lang"));
  EXPECT_TRUE(near("xing", "xin"));
  EXPECT_TRUE(near("sheng", "sen"));
  EXPECT_FALSE(near("ji", "qi"));
  EXPECT_FALSE(near("jin", "jian"));
}

TEST(PinyinTest, KnowsTheCharactersOfASound) {
  const Pinyin& pinyin = Pinyin::Builtin();
  const std::u32string_view ji = pinyin.CharactersOf(pinyin.Find("ji"));
  EXPECT_NE(ji.find(U'积'), ji.npos);
  EXPECT_NE(ji.find(U'基'), ji.npos);
  EXPECT_LE(ji.size(), Pinyin::kMaxHomophones);
  EXPECT_LT(ji.find(U'机'), ji.find(U'畸'));
}

TEST(PinyinLettersTest, AreSyllablesInitialsOrBoth) {
  EXPECT_EQ(Parses("gongjijin").at(0), "gong ji jin");
  EXPECT_EQ(Parses("gjj").at(0), "g. j. j.");
  EXPECT_EQ(Parses("gongjj").at(0), "gong j. j.");
  EXPECT_EQ(Parses("gjjin").at(0), "g. j. jin");
  EXPECT_EQ(Parses("zhuxiao").at(0), "zhu xiao");
  EXPECT_EQ(Parses("lvse").at(0), "lv se");
  EXPECT_EQ(Parses("nvxing").at(0), "nv xing");
  EXPECT_EQ(Parses("gongjij").at(0), "gong ji j.");
  EXPECT_EQ(Parses("gongjiji").at(0), "gong ji ji");
  EXPECT_EQ(Parses("shenqin").at(0), "shen qin");
  EXPECT_EQ(Parses("zhizha").at(0), "zhi zha");
  EXPECT_EQ(Parses("zhizho").at(0), "zhi zho*");
}

TEST(PinyinLettersTest, MayBeReadInSeveralWays) {
  EXPECT_THAT(Parses("xian"), Contains("xian"));
  EXPECT_THAT(Parses("xian"), Contains("xi an"));
  EXPECT_THAT(Parses("fangan"), Contains("fang an"));
  EXPECT_THAT(Parses("fangan"), Contains("fan gan"));
  EXPECT_THAT(Parses("shbx"), Contains("sh. b. x."));
  EXPECT_THAT(Parses("shbx"), Contains("s. h. b. x."));
}

TEST(PinyinLettersTest, AreRefusedWhenTheyAreNoSuchThing) {
  EXPECT_THAT(Parses(""), IsEmpty());
  EXPECT_THAT(Parses("gong jin"), IsEmpty());
  EXPECT_THAT(Parses("公"), IsEmpty());
  EXPECT_THAT(Parses(std::string(kMaxLetters + 1, 'g')), IsEmpty());
  EXPECT_LE(Parses(std::string(kMaxLetters, 'n')).size(), kMaxParses);
}

}  // namespace
}  // namespace hotline::text
