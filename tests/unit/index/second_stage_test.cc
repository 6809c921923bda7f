// What the second stage and expansions do, as a user of the index sees it.
#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/index/features.h"
#include "services/index/fold.h"
#include "services/index/rerank.h"
#include "tests/unit/index/index_world.h"

namespace hotline::index {
namespace {

// The part of the query `part` and what stands in for it.
Expansion Instead(std::string_view query, std::string_view part, std::string_view other,
                  double weight = 0.8) {
  std::u32string folded;
  std::u32string wanted;
  Expansion expansion;
  Fold(query, kMaxQueryCharacters, folded);
  Fold(part, kMaxQueryCharacters, wanted);
  Fold(other, kMaxQueryCharacters, expansion.text);
  expansion.begin = static_cast<uint32_t>(folded.find(wanted));
  expansion.end = expansion.begin + static_cast<uint32_t>(wanted.size());
  expansion.weight = weight;
  return expansion;
}

TEST(SecondStageTest, ScoresAreRelativeToTheBest) {
  const auto snapshot = IndexOf({Doc(1, "居住证怎么办理"), Doc(2, "居住证遗失补办"),
                                 Doc(3, "护照怎么办理"), Doc(4, "路灯不亮找谁")});
  const std::vector<Hit> hits = snapshot->Search("居住证怎么办");
  ASSERT_GE(hits.size(), 2U);
  EXPECT_EQ(hits[0].key, 1U);
  EXPECT_EQ(hits[0].score, 1.0);
  for (size_t i = 0; i < hits.size(); ++i) {
    EXPECT_GT(hits[i].score, 0);
    if (i > 0) EXPECT_LE(hits[i].score, hits[i - 1].score);
  }
}

TEST(SecondStageTest, TheVeryWordsComeFirst) {
  std::vector<IndexDocument> documents;
  for (DocKey key = 1; key <= 40; ++key)
    documents.push_back(Doc(key, "积分入户申请条件和流程说明第" + std::to_string(key) + "部分"));
  documents.push_back(Doc(99, "积分入户"));
  EXPECT_EQ(IndexOf(documents)->Search("积分入户", {.limit = 3}).front().key, 99U);
}

TEST(SecondStageTest, PagesBeyondTheRerankedOnesGoOnWithoutRepeats) {
  std::vector<IndexDocument> documents;
  for (DocKey key = 1; key <= 100; ++key)
    documents.push_back(Doc(key, "公积金提取第" + std::to_string(key) + "种情形"));
  const auto snapshot = IndexOf(documents);
  const std::vector<Hit> all = snapshot->Search("公积金提取", {.limit = 100});
  ASSERT_EQ(all.size(), 100U);
  for (const size_t limit : {1U, 10U, 32U, 33U, 60U}) {
    std::vector<DocKey> first = Keys(all);
    first.resize(limit);
    EXPECT_EQ(Keys(snapshot->Search("公积金提取", {.limit = limit})), first) << limit;
  }
  for (size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i].score, all[i - 1].score) << i;
}

TEST(SecondStageTest, NearerRegionsWinAmongEquals) {
  IndexDocument near = Doc(2, "低保申请条件");
  near.attributes.region = 7;
  const auto snapshot = IndexOf({Doc(1, "低保申请条件"), near});
  const auto boost = [](const DocAttributes& a) { return a.region == 7 ? 1.0 : 0.94; };
  const SearchOptions options{.boost = boost};
  EXPECT_EQ(snapshot->Search("低保申请条件是什么", options).front().key, 2U);
  EXPECT_EQ(snapshot->Search("低保申请条件是什么").front().key, 1U);
}

TEST(ExpansionTest, AnotherWordFindsWhatTheTypedOneMisses) {
  const auto snapshot = IndexOf({Doc(1, "电动自行车上牌需要什么材料"),
                                 Doc(2, "机动车上牌需要什么材料"), Doc(3, "电瓶修理店营业执照")});
  const std::string query = "电瓶车上牌要什么材料";
  const std::vector<Expansion> expansions = {Instead(query, "电瓶车", "电动自行车")};
  const std::vector<Hit> hits = snapshot->Search(query, {.expansions = expansions});
  ASSERT_FALSE(hits.empty());
  EXPECT_EQ(hits[0].key, 1U);
  EXPECT_LE(hits[0].query_coverage, 1.0);
}

TEST(ExpansionTest, WhatNobodyHasIsFoundByItsSound) {
  const auto snapshot =
      IndexOf({Doc(1, "公积金提取条件"), Doc(2, "公机使用规定"), Doc(3, "基金提取")});
  const std::string query = "公鸡金提取";
  EXPECT_EQ(
      snapshot
          ->Search(query,
                   {.expansions = std::vector<Expansion>{Instead(query, "公鸡金", "公积金", 0.7)}})
          .front()
          .key,
      1U);
}

TEST(ExpansionTest, TheTypedWordIsNeverLost) {
  const auto snapshot = IndexOf({Doc(1, "电瓶车停放"), Doc(2, "电动自行车停放")});
  const std::string query = "电瓶车停放";
  const std::vector<Expansion> expansions = {Instead(query, "电瓶车", "电动自行车", 1.0)};
  EXPECT_EQ(Keys(snapshot->Search(query, {.expansions = expansions})), (std::vector<DocKey>{1, 2}));
}

TEST(ExpansionTest, ManyAndBrokenOnesAreBounded) {
  const auto snapshot = IndexOf({Doc(1, "社会保险缴费"), Doc(2, "医疗保险报销")});
  const std::string query = "社保缴费";
  std::vector<Expansion> expansions;
  for (uint32_t i = 0; i < 500; ++i)
    expansions.push_back({.begin = i % 7, .end = i % 11, .text = U"社会保险", .weight = 0.5});
  expansions.push_back({.begin = 3, .end = 2, .text = U"错", .weight = 1});
  expansions.push_back({.begin = 0, .end = 99999, .text = U"错", .weight = 1});
  expansions.push_back({.begin = 0, .end = 2, .text = U"", .weight = 1});
  expansions.push_back(Instead(query, "社保", "社会保险"));
  const std::vector<Hit> hits = snapshot->Search(query, {.expansions = expansions});
  ASSERT_FALSE(hits.empty());
  EXPECT_EQ(hits[0].key, 1U);
  const QueryPlan plan = PlanQuery(*snapshot, query, {.expansions = expansions});
  EXPECT_LE(plan.expansions.size(), kMaxExpansions);
  EXPECT_LE(plan.terms.size(), kMaxPlanTerms);
}

TEST(ExpansionTest, WithoutOneNothingChanges) {
  RandomText random(5);
  std::vector<IndexDocument> documents;
  for (DocKey key = 0; key < 300; ++key) documents.push_back(random.Document(key));
  const auto snapshot = IndexOf(documents);
  for (int i = 0; i < 50; ++i) {
    const std::string query = random.Text(1 + random.Below(12));
    const std::vector<Expansion> unknown = {{.begin = 0, .end = 1, .text = U"龘龘龘", .weight = 1}};
    const std::vector<Hit> plain = snapshot->Search(query);
    const std::vector<Hit> expanded = snapshot->Search(query, {.expansions = unknown});
    ASSERT_EQ(Keys(plain), Keys(expanded)) << query;
  }
}

// The longest common subsequence and substring, as they are defined.
size_t SequenceByHand(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<size_t>> table(a.size() + 1, std::vector<size_t>(b.size() + 1, 0));
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1
                                         : std::max(table[i - 1][j], table[i][j - 1]);
    }
  }
  return table[a.size()][b.size()];
}

TEST(FeaturesTest, CommonSequencesAreWhatTheDefinitionSays) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const auto text = [&](size_t length) {
      std::u32string made;
      for (size_t i = 0; i < length; ++i) made += static_cast<char32_t>(U'一' + random() % 9);
      return made;
    };
    const std::u32string query = text(1 + random() % 230);
    const std::u32string wording = text(1 + random() % 100);
    const auto snapshot = IndexOf({Doc(1, text::ToUtf8(wording))});
    const QueryPlan plan = PlanQuery(*snapshot, text::ToUtf8(query));
    const std::vector<Candidate> found = FindCandidates(*snapshot, plan, {}, 1);
    if (found.empty()) continue;
    FeatureMaker maker(*snapshot, plan);
    const Features f = maker.Of(found[0], found[0].score, 0);
    const auto length = static_cast<double>(wording.size());
    EXPECT_NEAR(f[kUnitSequence] * length, static_cast<double>(SequenceByHand(query, wording)),
                1e-3);
    size_t run = 0;
    for (size_t at = 0; at < wording.size(); ++at) {
      for (size_t size = wording.size() - at; size > run; --size) {
        if (query.find(wording.substr(at, size)) != std::u32string::npos) run = size;
      }
    }
    EXPECT_NEAR(f[kUnitRun] * length, static_cast<double>(run), 1e-3);
  }
}

}  // namespace
}  // namespace hotline::index
