// Completion by sound: pinyin, initials, mixed.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/index/index.h"
#include "services/index/pinyin_index.h"
#include "services/index/segment.h"
#include "tests/unit/index/index_world.h"

namespace hotline::index {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::shared_ptr<const IndexSnapshot> Base() {
  IndexWriter writer;
  return writer.Apply(
      {.upserts = {Doc(1, "公积金提取需要什么材料"), Doc(2, "住房公积金怎么查询"),
                   Doc(3, "长沙银行网点"), Doc(4, "行政许可怎么办理", "", {"营业执照办理"}),
                   Doc(5, "高速ETC怎么办理"), Doc(6, "西安落户条件"), Doc(7, "女职工产假"),
                   Doc(8, "12345热线几点上班"), Doc(9, "会计证年审"),
                   Doc(10, "工资被拖欠怎么办，找谁")},
       .deletes = {}});
}

std::vector<DocKey> Suggested(const std::string& typed) {
  return Keys(Base()->Suggest(typed, {.limit = 8}));
}

TEST(SoundSuggestTest, FullPinyinInitialsAndMixturesComplete) {
  for (const char* typed : {"gongjijin", "gjj", "gongjj", "gjjin", "gong积金", "公jijin", "公积j",
                            "gongjiji", "gong ji jin", "GJJ", "ｇｊｊ"}) {
    EXPECT_THAT(Suggested(typed), ElementsAre(1, 2)) << typed;
  }
  EXPECT_THAT(Suggested("公积金tq"), ElementsAre(1));
  EXPECT_THAT(Suggested("gongjijintiq"), ElementsAre(1));
  EXPECT_THAT(Suggested("zfgjj"), ElementsAre(2));
}

TEST(SoundSuggestTest, TheLastSyllableMayBeUnfinished) {
  EXPECT_THAT(Suggested("gongjijintiqux"), ElementsAre(1));
  EXPECT_THAT(Suggested("luohutiaoj"), ElementsAre(6));
  EXPECT_THAT(Suggested("luoh"), ElementsAre(6));
  EXPECT_THAT(Suggested("yinghang"), IsEmpty());
}

TEST(SoundSuggestTest, PolyphonesAreReadInTheirWords) {
  EXPECT_THAT(Suggested("changshayinhang"), ElementsAre(3));
  EXPECT_THAT(Suggested("csyh"), ElementsAre(3));
  EXPECT_THAT(Suggested("xzxk"), ElementsAre(4));
  EXPECT_THAT(Suggested("hz"), Not(Contains(4)));
  EXPECT_THAT(Suggested("kuaijizheng"), ElementsAre(9));
}

TEST(SoundSuggestTest, LettersMayBeReadInMoreThanOneWay) {
  EXPECT_THAT(Suggested("xian"), Contains(6));
  EXPECT_THAT(Suggested("xi an"), ElementsAre(6));
  EXPECT_THAT(Suggested("nvzhigong"), ElementsAre(7));
  EXPECT_THAT(Suggested("nuzhigong"), ElementsAre(7));
  EXPECT_THAT(Suggested("nzg"), ElementsAre(7));
}

TEST(SoundSuggestTest, LettersAndDigitsOfTheBaseStandForThemselves) {
  EXPECT_THAT(Suggested("etc"), ElementsAre(5));
  EXPECT_THAT(Suggested("etcbanli"), IsEmpty());
  EXPECT_THAT(Suggested("etczenmeban"), ElementsAre(5));
  EXPECT_THAT(Suggested("gaosuetc"), ElementsAre(5));
  EXPECT_THAT(Suggested("12345rx"), ElementsAre(8));
  const auto completions = Base()->Suggest("etc");
  ASSERT_FALSE(completions.empty());
  EXPECT_FALSE(completions[0].by_sound);
}

TEST(SoundSuggestTest, TellsWhereItMatched) {
  const auto completions = Base()->Suggest("gjj");
  ASSERT_EQ(completions.size(), 2U);
  EXPECT_TRUE(completions[0].by_sound);
  EXPECT_TRUE(completions[0].prefix);
  EXPECT_EQ(completions[0].begin, 0U);
  EXPECT_EQ(completions[0].end, 3U);
  EXPECT_FALSE(completions[1].prefix);
  EXPECT_EQ(completions[1].begin, 2U);
  EXPECT_EQ(completions[1].end, 5U);
  const auto by_text = Base()->Suggest("怎么查询");
  ASSERT_EQ(by_text.size(), 1U);
  EXPECT_EQ(by_text[0].begin, 5U);
  EXPECT_EQ(by_text[0].end, 9U);
}

TEST(SoundSuggestTest, TextComesBeforeSoundAndSimilarQuestionsCount) {
  IndexWriter writer;
  const auto snapshot = writer.Apply(
      {.upserts = {Doc(1, "公交卡办理"), Doc(2, "怎么看gjk", "", {"公交卡挂失"})}, .deletes = {}});
  EXPECT_THAT(Keys(snapshot->Suggest("gjk")), ElementsAre(2, 1));
  const auto completions = snapshot->Suggest("gjkgs");
  ASSERT_THAT(Keys(completions), ElementsAre(2));
  EXPECT_EQ(completions[0].unit, 1U);
}

TEST(SoundSuggestTest, SignsInsideAWordingDoNotHideIt) {
  EXPECT_THAT(Suggested("怎么办找谁"), ElementsAre(10));
  EXPECT_THAT(Suggested("zmbzs"), ElementsAre(10));
}

TEST(SoundSuggestTest, FiltersAndDeletionsHold) {
  IndexWriter writer;
  auto document = Doc(1, "公积金提取");
  document.attributes.region = 7;
  writer.Apply({.upserts = {document, Doc(2, "公积金贷款")}, .deletes = {}});
  const auto snapshot = writer.Apply({.upserts = {}, .deletes = {2}});
  EXPECT_THAT(Keys(snapshot->Suggest("gjj")), ElementsAre(1));
  const auto none = [](const DocAttributes& attributes) { return attributes.region == 8; };
  EXPECT_THAT(snapshot->Suggest("gjj", {.filter = none}), IsEmpty());
}

TEST(SoundSuggestTest, StrangeInputEnds) {
  const auto snapshot = Base();
  for (const std::string& typed :
       {std::string(10'000, 'g'), std::string(10'000, 'n'), std::string("😀gjj👍"),
        std::string("\xff\xfegjj"), std::string("v"), std::string("iii"), std::string("''''"),
        std::string("zh"), std::string(64, 'a'), std::string("gjj\0gjj", 7)}) {
    EXPECT_LE(snapshot->Suggest(typed).size(), 10U);
  }
  std::string alternating;
  for (int i = 0; i < 5000; ++i) alternating += "公g";
  EXPECT_THAT(snapshot->Suggest(alternating), IsEmpty());
}

TEST(PinyinIndexTest, FindsTheSameWhateverTheSegments) {
  // Sixty entries in one batch, and one by one with merges: the same completions.
  std::vector<IndexDocument> documents;
  RandomText random(5);
  for (DocKey key = 0; key < 60; ++key) documents.push_back(Doc(key, random.Text(8)));
  IndexWriter at_once;
  at_once.Apply({.upserts = documents, .deletes = {}});
  IndexWriter one_by_one;
  for (const IndexDocument& document : documents) {
    one_by_one.Apply({.upserts = {document}, .deletes = {}});
  }
  for (const char* typed : {"sb", "yb", "hk", "blz", "shuidian", "she保", "s", "zheng"}) {
    EXPECT_EQ(Keys(at_once.snapshot()->Suggest(typed)), Keys(one_by_one.snapshot()->Suggest(typed)))
        << typed;
  }
}

}  // namespace
}  // namespace hotline::index
