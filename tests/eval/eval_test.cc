// The formulas and the files of kb-eval.
#include <fstream>

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/eval/corpus_file.h"
#include "tests/eval/measures.h"
#include "tests/eval/query_file.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::eval {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

std::string Written(const testing::TempDir& dir, const std::string& text) {
  const std::string path = dir.Join("file");
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(Measures, OneRelevantRowAtRankTwo) {
  const Judged judged = Judge({0, 1, 0}, {1}, 1);
  EXPECT_EQ(judged.first_rank, 2);
  EXPECT_EQ(judged.found_at_1, 0U);
  EXPECT_EQ(judged.found_at_3, 1U);
  EXPECT_NEAR(judged.ndcg, 0.6309, 1e-4);  // 1 / log2(3)
  EXPECT_FALSE(judged.empty);
}

TEST(Measures, RecallCountsEveryRelevantRowAndHitOnlyTheFirst) {
  const Summary sum = Summarise({Judge({1, 0, 1, 0}, {1, 1, 1, 1}, 1), Judge({}, {1}, 1)});
  EXPECT_DOUBLE_EQ(sum.hit1, 0.5);
  EXPECT_DOUBLE_EQ(sum.hit10, 0.5);
  EXPECT_DOUBLE_EQ(sum.recall1, 0.125);
  EXPECT_DOUBLE_EQ(sum.recall3, 0.25);
  EXPECT_DOUBLE_EQ(sum.mrr10, 0.5);
  EXPECT_DOUBLE_EQ(sum.zero_rate, 0.5);
}

TEST(Measures, TheEleventhRankIsNotFound) {
  EXPECT_EQ(Judge({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, {1}, 1).first_rank, 0);
  EXPECT_EQ(Judge({0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, {1}, 1).first_rank, 10);
}

TEST(Measures, GradesCountForTheGainAndOnlyHighOnesAsRelevant) {
  const Judged judged = Judge({1, 2}, {1, 2}, 2);
  EXPECT_EQ(judged.first_rank, 2);
  EXPECT_EQ(judged.relevant, 1U);
  // (1 + 3 / log2 3) / (3 + 1 / log2 3)
  EXPECT_NEAR(judged.ndcg, 0.7967, 1e-4);
  EXPECT_DOUBLE_EQ(Judge({2, 1}, {1, 2}, 2).ndcg, 1.0);
}

TEST(Measures, RanksAndRepliesAsOneCharacterEach) {
  std::vector<Judged> judged(4);
  judged[0].first_rank = 1;
  judged[1].first_rank = 10;
  judged[2].first_rank = 9;
  judged[0].reply = Reply::kRight;
  judged[1].reply = Reply::kChoiceWrong;
  judged[2].reply = Reply::kNotKnown;
  EXPECT_EQ(RankString(judged), "1A9-");
  EXPECT_EQ(ReplyString(judged), "RcN.");
}

TEST(Measures, AnswersAtCoverage) {
  std::vector<Judged> judged(5);
  for (size_t i = 0; i < 5; ++i) {
    judged[i].confidence = 0.9 - 0.1 * static_cast<double>(i);
    judged[i].reply = Reply::kNotKnown;
  }
  judged[0].reply = judged[1].reply = Reply::kRight;
  judged[0].top_right = judged[1].top_right = true;
  judged[2].reply = Reply::kWrong;
  const AskSummary ask = Summarise(judged).ask;
  EXPECT_DOUBLE_EQ(ask.coverage, 0.6);
  EXPECT_NEAR(ask.precision, 2.0 / 3, 1e-9);
  EXPECT_EQ(ask.precision_at_coverage.size(), 5U);
  EXPECT_DOUBLE_EQ(ask.precision_at_coverage[1], 1.0);
  EXPECT_DOUBLE_EQ(ask.precision_at_coverage[4], 0.4);
}

TEST(Measures, QuantilesByNearestRank) {
  EXPECT_DOUBLE_EQ(Quantile({3, 1, 2, 4}, 0.5), 2);
  EXPECT_DOUBLE_EQ(Quantile({3, 1, 2, 4}, 0.99), 4);
  EXPECT_DOUBLE_EQ(Quantile({}, 0.5), 0);
}

TEST(QueryFile, IdsAndGrades) {
  const testing::TempDir dir;
  const auto queries = ReadQueries(Written(dir,
                                           "\xEF\xBB\xBF一\ta,b\r\n"
                                           "\n"
                                           "二\tc\t2\n"
                                           "一\ta\n"
                                           "二\td,e\t1,0\n"));
  ASSERT_THAT(queries, IsOk());
  ASSERT_EQ(queries->size(), 3U);
  EXPECT_EQ((*queries)[0].text, "一");
  EXPECT_EQ((*queries)[0].grades, (std::map<std::string, int>{{"a", 1}, {"b", 1}}));
  EXPECT_EQ((*queries)[1].grades, (std::map<std::string, int>{{"c", 2}, {"d", 1}, {"e", 0}}));
}

TEST(QueryFile, ErrorsNameTheLine) {
  const testing::TempDir dir;
  for (const auto& [text, expected] :
       std::vector<std::pair<std::string, std::string>>{{"一\ta\n二\n", "第 2 行"},
                                                        {"\ta\n", "第 1 行"},
                                                        {"一\ta,\n", "空的条目编号"},
                                                        {"一\ta,b\t1,2,3\n", "等级有 3 个"},
                                                        {"一\ta\thigh\n", "0 到 10"},
                                                        {"\xFF\ta\n", "UTF-8"},
                                                        {"\n\n", "没有问题"}}) {
    const auto queries = ReadQueries(Written(dir, text));
    ASSERT_FALSE(queries.ok()) << text;
    EXPECT_THAT(std::string(queries.status().message()), HasSubstr(expected));
  }
  EXPECT_FALSE(ReadQueries(dir.Join("absent")).ok());
}

TEST(QueryFile, UnanswerableOnesAreOneALine) {
  const testing::TempDir dir;
  const auto queries = ReadUnanswerable(Written(dir, "天气\n股票\t忽略\n"));
  ASSERT_THAT(queries, IsOk());
  ASSERT_EQ(queries->size(), 2U);
  EXPECT_EQ((*queries)[1].text, "股票");
  EXPECT_TRUE((*queries)[1].grades.empty());
}

TEST(CorpusFile, WhatIsAbsentIsFilledInAndNothingElseIsTouched) {
  const auto whole = ReadCorpusRow(
      R"({"id":"A-1","type":"guide","question":"q","answer":"a","category":"c","other":1})");
  ASSERT_THAT(whole, IsOk());
  EXPECT_FALSE(whole->filled);
  EXPECT_EQ(whole->json,
            R"({"id":"A-1","type":"guide","question":"q","answer":"a","category":"c","other":1})");
  const auto bare =
      ReadCorpusRow(R"({"id":7,"question":"q","answer":"","similar_questions":["s"]})");
  ASSERT_THAT(bare, IsOk());
  EXPECT_TRUE(bare->filled);
  EXPECT_EQ(bare->id, "7");
  const auto json = nlohmann::json::parse(bare->json);
  EXPECT_EQ(json["type"], "faq");
  EXPECT_EQ(json["answer"], std::string(kAbsentText));
  EXPECT_EQ(json["similar_questions"][0], "s");
}

TEST(CorpusFile, OnlyListedRowsAndErrorsWithTheirLine) {
  const testing::TempDir dir;
  const std::set<std::string> only = {"B"};
  auto corpus =
      CorpusFile::Open(Written(dir, "{\"id\":\"A\"}\n\n{\"id\":\"B\"}\n{\"id\":\n"), &only);
  ASSERT_THAT(corpus, IsOk());
  CorpusRow row;
  const auto more = corpus->Next(&row);
  ASSERT_THAT(more, IsOk());
  EXPECT_TRUE(*more);
  EXPECT_EQ(row.id, "B");
  EXPECT_EQ(row.line, 3);
  const auto broken = corpus->Next(&row);
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(std::string(broken.status().message()), HasSubstr("第 4 行"));
}

TEST(CorpusFile, NamesAreThoseOfTheImport) {
  EXPECT_EQ(EntryNameOf("TPE-000001"), "entries/tpe-000001");
  EXPECT_NE(EntryNameOf("x#1"), EntryNameOf("x#2"));
}

}  // namespace
}  // namespace hotline::eval
