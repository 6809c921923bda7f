// The numbers of an explanation are those of the search.
#include "services/index/explain.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/index/phrase.h"
#include "services/index/segment.h"
#include "services/text/fold.h"
#include "tests/unit/index/index_world.h"

namespace hotline::index {
namespace {

double NearnessOf(const DocAttributes& attributes) {
  return 1.0 - 0.1 * static_cast<double>(attributes.region);
}

TEST(ExplainTest, TheFactorsMultiplyToTheScoreOfEveryHit) {
  RandomText random(11);
  IndexWriter writer;
  DocKey next = 0;
  for (int change = 0; change < 30; ++change) {
    IndexBatch batch;
    for (size_t n = random.Below(12); n > 0; --n) batch.upserts.push_back(random.Document(next++));
    if (next > 10) batch.deletes.push_back(random.Below(next));
    writer.Apply(batch);
  }
  const auto snapshot = writer.snapshot();
  size_t explained = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string query = random.Text(2 + random.Below(12));
    const SearchOptions options{.limit = 20, .boost = NearnessOf, .second_stage = false};
    for (const Hit& hit : snapshot->Search(query, options)) {
      const auto parts = Explain(*snapshot, query, options, *hit.attributes);
      ASSERT_TRUE(parts.has_value()) << query;
      ++explained;
      EXPECT_EQ(parts->score, hit.score) << query;
      EXPECT_EQ(parts->text * parts->prior * parts->boost, hit.score) << query;
      EXPECT_EQ(parts->unit, hit.unit);
      EXPECT_EQ(parts->exact, hit.exact);
      EXPECT_EQ(parts->covered, hit.query_coverage);
      double found = 0;
      double covered = 0;
      for (const MatchedPart& part : parts->parts) {
        EXPECT_FALSE(part.text.empty());
        found += part.weight;
        covered += part.in_question ? part.weight : 0;
      }
      EXPECT_NEAR(found, hit.total_coverage, 1e-9) << query;
      EXPECT_NEAR(covered, hit.query_coverage, 1e-9) << query;
    }
  }
  EXPECT_GT(explained, 200U);
}

TEST(ExplainTest, PartsAreWhatPeopleTyped) {
  IndexWriter writer;
  IndexBatch batch;
  batch.upserts = {Doc(1, "失业保险金怎么领取", "参保满一年可以申领，到社保局办理。"),
                   Doc(2, "居住证怎么办理", "带身份证。")};
  const auto snapshot = writer.Apply(batch);
  const std::string query = "失业保险金在社保局领取";
  const auto hits = snapshot->Search(query);
  ASSERT_FALSE(hits.empty());
  const auto parts = Explain(*snapshot, query, {}, *hits.front().attributes);
  ASSERT_TRUE(parts.has_value());
  std::vector<std::string> in_question;
  std::vector<std::string> elsewhere;
  for (const MatchedPart& part : parts->parts) {
    (part.in_question ? in_question : elsewhere).push_back(text::ToUtf8(part.text));
  }
  EXPECT_THAT(in_question, ::testing::UnorderedElementsAre("失业保险金", "领取"));
  EXPECT_THAT(elsewhere, ::testing::UnorderedElementsAre("社保局"));
}

TEST(ExplainTest, WhatIsNotInTheSnapshotIsNotExplained) {
  IndexWriter writer;
  IndexBatch batch;
  batch.upserts = {Doc(1, "失业保险金"), Doc(2, "居住证")};
  const auto snapshot = writer.Apply(batch);
  const DocAttributes elsewhere;
  EXPECT_FALSE(Explain(*snapshot, "失业", {}, elsewhere).has_value());
  const DocAttributes& other = snapshot->Search("居住证").front().attributes[0];
  EXPECT_FALSE(Explain(*snapshot, "失业", {}, other).has_value());
}

std::u32string Folded(std::string_view text) {
  std::u32string folded;
  Fold(text, 1000, folded);
  return folded;
}

// What MayHave promises, against a look at every text.
TEST(PhraseTest, EveryDocumentWithThePhraseIsAmongThoseThatMayHaveIt) {
  RandomText random(23);
  IndexWriter writer;
  std::vector<IndexDocument> documents;
  for (DocKey key = 0; key < 400; ++key) documents.push_back(random.Document(key));
  for (size_t at = 0; at < documents.size(); at += 50) {
    IndexBatch batch;
    batch.upserts.assign(documents.begin() + static_cast<std::ptrdiff_t>(at),
                         documents.begin() + static_cast<std::ptrdiff_t>(at + 50));
    writer.Apply(batch);
  }
  IndexBatch gone;
  for (DocKey key = 0; key < 400; key += 7) gone.deletes.push_back(key);
  const auto snapshot = writer.Apply(gone);
  size_t found = 0;
  for (int i = 0; i < 300; ++i) {
    const Phrase phrase(Folded(random.Text(2 + random.Below(3))));
    if (!phrase.IsIndexed()) continue;
    const std::vector<DocKey> may_have = phrase.MayHave(*snapshot);
    for (const IndexDocument& document : documents) {
      const DocKey key = document.attributes.key;
      const bool listed = std::binary_search(may_have.begin(), may_have.end(), key);
      if (key % 7 == 0) {
        EXPECT_FALSE(listed);
        continue;
      }
      // As it stands, without a blank in between that the phrase does not have.
      const std::u32string looked_for = phrase.folded();
      const bool stands = Folded(document.answer).find(looked_for) != std::u32string::npos &&
                          phrase.IsIn(PhraseText(Folded(document.answer)));
      if (!stands) continue;
      ++found;
      EXPECT_TRUE(listed) << text::ToUtf8(looked_for) << " in " << document.answer;
    }
  }
  EXPECT_GT(found, 50U);
}

}  // namespace
}  // namespace hotline::index
