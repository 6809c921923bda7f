#include "services/index/index.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/cc/text.h"
#include "tests/unit/index/index_world.h"

namespace hotline::index {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<DocKey> Find(const IndexSnapshot& snapshot, std::string_view query) {
  return Keys(snapshot.Search(query, {.limit = 100}));
}

TEST(IndexRecallTest, EveryPairAndCharacterOfATitleFindsIt) {
  const std::vector<std::string> titles = {"安装简单的门禁怎么申请", "待处理工单如何查询",
                                           "中国农业发展银行贷款", "铁路12306退票手续费",
                                           "K12学科培训退费"};
  std::vector<IndexDocument> documents;
  for (size_t i = 0; i < titles.size(); ++i) documents.push_back(Doc(i, titles[i]));
  const auto snapshot = IndexOf(documents);
  for (size_t i = 0; i < titles.size(); ++i) {
    std::vector<std::string> characters;
    for (std::string_view rest = titles[i]; !rest.empty();) {
      const std::string_view one = Prefix(rest, 1);
      characters.emplace_back(one);
      rest.remove_prefix(one.size());
    }
    for (size_t at = 0; at < characters.size(); ++at) {
      const bool chinese = characters[at].size() > 1;
      if (chinese) {
        EXPECT_THAT(Find(*snapshot, characters[at]), Contains(i)) << characters[at];
      }
      if (!chinese || at + 1 == characters.size() || characters[at + 1].size() == 1) continue;
      EXPECT_THAT(Find(*snapshot, characters[at] + characters[at + 1]), Contains(i))
          << characters[at];
    }
  }
}

TEST(IndexRecallTest, WordsInsideWordsAreFound) {
  const auto snapshot = IndexOf({Doc(1, "安装简单"), Doc(2, "待处理"), Doc(3, "农业发展银行"),
                                 Doc(4, "铁路12306"), Doc(5, "K12")});
  EXPECT_THAT(Find(*snapshot, "简单"), ElementsAre(1));
  EXPECT_THAT(Find(*snapshot, "处理"), ElementsAre(2));
  EXPECT_THAT(Find(*snapshot, "农业"), ElementsAre(3));
  EXPECT_THAT(Find(*snapshot, "12306"), ElementsAre(4));
  EXPECT_THAT(Find(*snapshot, "铁路"), ElementsAre(4));
  EXPECT_THAT(Find(*snapshot, "k12"), ElementsAre(5));
  EXPECT_THAT(Find(*snapshot, "12"), ElementsAre(5));
  EXPECT_THAT(Find(*snapshot, "Ｋ"), ElementsAre(5));
}

TEST(IndexRecallTest, OtherWaysToWriteAreFound) {
  const auto snapshot =
      IndexOf({Doc(1, "户籍迁移需要什么材料"), Doc(2, "高速ETC办理"), Doc(3, "12345热线")});
  EXPECT_THAT(Find(*snapshot, "戶籍遷移"), ElementsAre(1));
  EXPECT_THAT(Find(*snapshot, "ｅｔｃ"), ElementsAre(2));
  EXPECT_THAT(Find(*snapshot, "１２３４５"), ElementsAre(3));
}

TEST(IndexRecallTest, AnswersKeywordsAndSimilarQuestionsAreFound) {
  IndexDocument document = Doc(1, "居住证办理", "到派出所提交申请。", {"怎么办暂住证"});
  document.keywords = {"流动人口"};
  const auto snapshot = IndexOf({document, Doc(2, "其他事项")});
  EXPECT_THAT(Find(*snapshot, "派出所"), ElementsAre(1));
  EXPECT_THAT(Find(*snapshot, "流动人口"), ElementsAre(1));
  const std::vector<Hit> hits = snapshot->Search("暂住证怎么办");
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].unit, 1U);
  EXPECT_EQ(snapshot->Search("居住证办理")[0].unit, 0U);
}

TEST(IndexRankTest, TheSameQuestionIsFirstAndExact) {
  const auto snapshot = IndexOf({Doc(1, "居住证办理流程和居住证办理材料", "居住证办理 居住证办理"),
                                 Doc(2, "居住证办理"), Doc(3, "居住证"), Doc(4, "护照办理")});
  const std::vector<Hit> hits = snapshot->Search("居住證，辦理！");
  ASSERT_FALSE(hits.empty());
  EXPECT_EQ(hits[0].key, 2U);
  EXPECT_TRUE(hits[0].exact);
  EXPECT_NEAR(hits[0].query_coverage, 1.0, 1e-9);
  EXPECT_NEAR(hits[0].unit_coverage, 1.0, 1e-9);
  EXPECT_FALSE(hits[1].exact);
}

TEST(IndexRankTest, CoverageTellsHowMuchOfTheQueryIsMeant) {
  const auto snapshot =
      IndexOf({Doc(1, "养老保险怎么转移"), Doc(2, "公积金提取"), Doc(3, "户口迁移")});
  const Hit whole = snapshot->Search("养老保险转移")[0];
  const Hit part = snapshot->Search("养老院床位补贴标准")[0];
  EXPECT_GT(whole.query_coverage, 0.6);
  EXPECT_LT(part.query_coverage, 0.3);
  EXPECT_LE(part.query_coverage, part.total_coverage);
}

TEST(IndexRankTest, TheBestWordingCountsNotTheSum) {
  // Many half-right wordings do not outweigh one that is right.
  std::vector<std::string> half(30, "医保卡丢失");
  const auto snapshot =
      IndexOf({Doc(1, "医保卡余额", "", half), Doc(2, "医保卡余额查询"), Doc(3, "驾驶证")});
  EXPECT_THAT(Find(*snapshot, "医保卡余额查询"), ElementsAre(2, 1));
}

TEST(IndexRankTest, StatutesComeAfterAnswersUnlessALawIsNamed) {
  IndexDocument statute = Doc(1, "《居住证条例》第九条", "申领居住证应当提交材料");
  statute.tier = RankTier::kStatute;
  const auto snapshot = IndexOf({statute, Doc(2, "申领居住证要提交哪些材料", "带身份证")});
  EXPECT_EQ(Find(*snapshot, "申领居住证提交材料")[0], 2U);
  EXPECT_EQ(Find(*snapshot, "居住证条例第九条")[0], 1U);
}

TEST(IndexRankTest, BoostPrefersAndIsCutToItsMaximum) {
  IndexDocument near = Doc(1, "公园开放时间");
  IndexDocument far = Doc(2, "公园开放时间");
  near.attributes.region = 1;
  const auto snapshot = IndexOf({far, near});
  const auto prefer_two = [](const DocAttributes& a) { return a.key == 2 ? 100.0 : 1.0; };
  const std::vector<Hit> hits = snapshot->Search("公园", {.boost = prefer_two, .boost_max = 1.5});
  EXPECT_THAT(Keys(hits), ElementsAre(2, 1));
  const SearchOptions one_stage{.boost = prefer_two, .boost_max = 1.5, .second_stage = false};
  const std::vector<Hit> plain = snapshot->Search("公园", one_stage);
  EXPECT_THAT(Keys(plain), ElementsAre(2, 1));
  EXPECT_NEAR(plain[0].score, 1.5 * plain[1].score, 1e-9);
  EXPECT_THAT(Find(*snapshot, "公园"), ElementsAre(1, 2));  // ties in the order of keys
}

TEST(IndexFilterTest, WhatIsRefusedNeitherShowsNorTakesAPlace) {
  std::vector<IndexDocument> documents;
  for (DocKey key = 0; key < 500; ++key) {
    documents.push_back(Doc(key, "社保卡办理"));
    documents.back().attributes.region = key < 490 ? 1 : 2;
  }
  const auto snapshot = IndexOf(documents);
  const auto only_two = [](const DocAttributes& a) { return a.region == 2; };
  EXPECT_EQ(snapshot->Search("社保卡", {.limit = 10, .filter = only_two}).size(), 10U);
  for (const Hit& hit : snapshot->Search("社保卡", {.filter = only_two}))
    EXPECT_EQ(hit.attributes->region, 2U);
  const auto completions = snapshot->Suggest("社保", {.limit = 20, .filter = only_two});
  EXPECT_EQ(completions.size(), 10U);
  for (const Completion& completion : completions) EXPECT_EQ(completion.attributes->region, 2U);
}

TEST(IndexBoundsTest, StrangeQueriesFindNothingOrSomethingButEnd) {
  std::vector<IndexDocument> documents = {Doc(1, "医保报销比例", std::string(100000, 'x')),
                                          Doc(2, "", ""), Doc(3, "😀"), Doc(4, "坏\xFF\xFE字节")};
  const auto snapshot = IndexOf(documents);
  EXPECT_THAT(Find(*snapshot, ""), IsEmpty());
  EXPECT_THAT(Find(*snapshot, "   \t\n"), IsEmpty());
  EXPECT_THAT(Find(*snapshot, "😀👍"), IsEmpty());
  EXPECT_THAT(Find(*snapshot, std::string("\0\x01\x1f", 3)), IsEmpty());
  EXPECT_THAT(Find(*snapshot, "\xFF\xC0\xE5\x8C"), IsEmpty());
  EXPECT_THAT(Find(*snapshot, "医保\xE5\x8C报销"), ElementsAre(1));
  EXPECT_THAT(Find(*snapshot, "字节"), ElementsAre(4));
  std::string longest;
  for (int i = 0; i < 2500; ++i) longest += "医保报销";
  EXPECT_THAT(Find(*snapshot, longest), ElementsAre(1));
  RandomText random(1);
  EXPECT_LE(snapshot->Search(random.Text(10000)).size(), 10U);
  EXPECT_THAT(snapshot->Search("医保", {.limit = 0}), IsEmpty());
  EXPECT_THAT(snapshot->Suggest(""), IsEmpty());
  EXPECT_THAT(snapshot->Suggest("😀"), IsEmpty());
  EXPECT_THAT(snapshot->Suggest(longest), IsEmpty());
}

TEST(IndexBoundsTest, AnEmptyIndexAnswers) {
  IndexWriter writer;
  EXPECT_THAT(writer.snapshot()->Search("医保"), IsEmpty());
  EXPECT_THAT(writer.snapshot()->Suggest("医"), IsEmpty());
  EXPECT_EQ(writer.MaybeMerge(), nullptr);
}

TEST(IndexSuggestTest, PrefixesComeBeforeInfixesAndShorterFirst) {
  const auto snapshot =
      IndexOf({Doc(1, "社保卡怎么挂失"), Doc(2, "社保卡"), Doc(3, "怎么办社保卡"), Doc(4, "医保卡"),
               Doc(5, "办卡", "", {"社保卡补办", "社保卡补办流程"})});
  const auto completions = snapshot->Suggest("社保卡");
  EXPECT_THAT(Keys(completions), ElementsAre(2, 5, 1, 3));
  EXPECT_TRUE(completions[0].prefix);
  EXPECT_EQ(completions[1].unit, 1U);
  EXPECT_FALSE(completions[3].prefix);
}

TEST(IndexSuggestTest, PartsOfWordsAndSingleCharactersComplete) {
  const auto snapshot =
      IndexOf({Doc(1, "铁路12306退票"), Doc(2, "高速ETC怎么办"), Doc(3, "税务登记")});
  EXPECT_THAT(Keys(snapshot->Suggest("铁路123")), ElementsAre(1));
  EXPECT_THAT(Keys(snapshot->Suggest("230")), ElementsAre(1));
  EXPECT_THAT(Keys(snapshot->Suggest("et")), ElementsAre(2));
  EXPECT_THAT(Keys(snapshot->Suggest("务")), ElementsAre(3));
  EXPECT_THAT(Keys(snapshot->Suggest("稅務")), ElementsAre(3));
  EXPECT_THAT(Keys(snapshot->Suggest("登记")), ElementsAre(3));
}

TEST(IndexWriterTest, ReplacedAndDeletedDocumentsAreGone) {
  IndexWriter writer;
  const auto first =
      writer.Apply({.upserts = {Doc(1, "医保报销"), Doc(2, "医保转移")}, .deletes = {}});
  const auto second = writer.Apply({.upserts = {Doc(1, "公积金提取")}, .deletes = {2, 77}});
  EXPECT_THAT(Find(*first, "医保"), testing::UnorderedElementsAre(1, 2));
  EXPECT_THAT(Find(*second, "医保"), IsEmpty());
  EXPECT_THAT(Find(*second, "公积金"), ElementsAre(1));
  EXPECT_THAT(Keys(second->Suggest("医保")), IsEmpty());
  EXPECT_EQ(second->stats().documents, 1U);
  const auto third = writer.Apply({.upserts = {}, .deletes = {1}});
  EXPECT_EQ(third->stats().documents, 0U);
  EXPECT_EQ(third->stats().segments, 0U);
}

TEST(IndexWriterTest, TheNewestOfARepeatedKeyCounts) {
  IndexWriter writer;
  const auto snapshot =
      writer.Apply({.upserts = {Doc(1, "旧的问题"), Doc(1, "新的写法")}, .deletes = {}});
  EXPECT_THAT(Find(*snapshot, "旧的"), Not(Contains(2)));
  EXPECT_EQ(snapshot->stats().documents, 1U);
  EXPECT_THAT(Find(*snapshot, "写法"), ElementsAre(1));
}

TEST(IndexWriterTest, SegmentsStayFew) {
  IndexWriter writer;
  RandomText random(3);
  size_t most = 0;
  for (DocKey key = 0; key < 1500; ++key) {
    IndexDocument document = random.Document(key);
    document.tier = RankTier::kAnswer;
    writer.Apply({.upserts = {document}, .deletes = {}});
    while (writer.MaybeMerge() != nullptr) {
    }
    most = std::max(most, writer.snapshot()->stats().segments);
  }
  EXPECT_LE(most, 8U);
}

TEST(IndexWriterTest, SegmentsStayBoundedWithoutMaybeMerge) {
  IndexWriter writer;
  RandomText random(4);
  for (DocKey key = 0; key < 3000; ++key)
    writer.Apply({.upserts = {random.Document(key)}, .deletes = {}});
  EXPECT_LE(writer.snapshot()->stats().segments, 2 * IndexWriter::kMaxSegmentsPerTier);
}

}  // namespace
}  // namespace hotline::index
