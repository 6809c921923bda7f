// The index against a model: random corpora, random changes; the model is an index made at once of
// the live documents and searched without skipping, and a scorer that counts by hand.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "services/index/analyzer.h"
#include "services/index/index.h"
#include "services/index/query.h"
#include "services/index/scorer.h"
#include "services/index/segment.h"
#include "tests/unit/index/index_world.h"

namespace hotline::index {
namespace {

using Corpus = std::map<DocKey, IndexDocument>;

std::shared_ptr<const IndexSnapshot> Fresh(const Corpus& corpus) {
  IndexBatch batch;
  for (const auto& [key, document] : corpus) batch.upserts.push_back(document);
  IndexWriter writer;
  return writer.Apply(batch);
}

void ExpectSame(const std::vector<Hit>& actual, const std::vector<Hit>& expected,
                const std::string& query) {
  ASSERT_EQ(Keys(actual), Keys(expected)) << query;
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_DOUBLE_EQ(actual[i].score, expected[i].score) << query;
    EXPECT_DOUBLE_EQ(actual[i].query_coverage, expected[i].query_coverage) << query;
    EXPECT_DOUBLE_EQ(actual[i].unit_coverage, expected[i].unit_coverage) << query;
    EXPECT_EQ(actual[i].unit, expected[i].unit) << query;
  }
}

std::multiset<TermId> TermsOf(std::string_view text, Detail detail, bool primary_only = false) {
  std::u32string folded;
  Fold(text, 100000, folded);
  std::vector<Token> tokens;
  Tokenize(folded, detail, tokens);
  std::multiset<TermId> terms;
  for (const Token& token : tokens) {
    if (token.kind == TermKind::kGram || (primary_only && !IsPrimary(token.kind))) continue;
    terms.insert(token.term);
  }
  return terms;
}

// The score of a document counted from its text.
double ScoreByHand(const QueryPlan& plan, const IndexDocument& document,
                   const RankingWeights& weights) {
  const ImpactScale scale(weights.field);
  const ScoreFormula formula(weights.query);
  const auto answer = TermsOf(document.answer, Detail::kPrimary);
  std::set<TermId> keywords;
  for (const auto& keyword : document.keywords) {
    for (const TermId term : TermsOf(keyword, Detail::kCharacters)) keywords.insert(term);
  }
  std::vector<std::string> units = {document.question};
  units.insert(units.end(), document.similar_questions.begin(), document.similar_questions.end());
  std::set<TermId> anywhere(keywords);
  anywhere.insert(answer.begin(), answer.end());
  for (const auto& unit : units) {
    for (const TermId term : TermsOf(unit, Detail::kAll)) anywhere.insert(term);
  }
  double best = 0;
  for (const auto& unit : units) {
    const auto terms = TermsOf(unit, Detail::kAll);
    const auto primary = TermsOf(unit, Detail::kAll, true);
    const std::set<TermId> distinct(primary.begin(), primary.end());
    double impact = 0;
    double covered = 0;
    double found = 0;
    double shared = 0;
    for (const QueryTerm& term : plan.terms) {
      double value = keywords.contains(term.term) ? weights.field.keyword : 0;
      const auto in_answer = static_cast<double>(answer.count(term.term));
      if (in_answer > 0)
        value += scale.Answer(document.tier, in_answer, static_cast<double>(answer.size()));
      const auto in_unit = static_cast<double>(terms.count(term.term));
      if (in_unit > 0)
        value += scale.Question(document.tier, in_unit, static_cast<double>(primary.size()));
      impact += term.weight * static_cast<double>(scale.Decode(scale.Encode(value)));
      covered += in_unit > 0 ? term.weight : 0;
      shared += in_unit > 0 && term.primary ? 1 : 0;
      found += anywhere.contains(term.term) ? term.weight : 0;
    }
    std::u32string folded;
    Fold(unit, kMaxUnitBytes, folded);
    double share =
        distinct.empty() ? 0 : std::min(1.0, shared / static_cast<double>(distinct.size()));
    if (Squeeze(folded) == plan.squeezed) share = 1;
    best = std::max(best, formula.Value(impact, covered, found, share));
  }
  const bool demoted = document.tier == RankTier::kStatute && !plan.names_law;
  return best * (demoted ? weights.query.statute_prior : 1.0);
}

TEST(IndexModelTest, ScoresAreWhatTheFormulaSays) {
  RandomText random(11);
  Corpus corpus;
  for (DocKey key = 0; key < 250; ++key) corpus[key] = random.Document(key);
  const auto snapshot = Fresh(corpus);
  for (int i = 0; i < 100; ++i) {
    const std::string query = random.Text(1 + random.Below(10));
    const QueryPlan plan = PlanQuery(*snapshot, query);
    std::vector<std::pair<double, DocKey>> expected;
    for (const auto& [key, document] : corpus) {
      const double score = ScoreByHand(plan, document, snapshot->weights());
      if (score > 0) expected.emplace_back(-score, key);
    }
    std::sort(expected.begin(), expected.end());
    const std::vector<Hit> hits = snapshot->Search(query, {.limit = 1000, .second_stage = false});
    ASSERT_EQ(hits.size(), expected.size()) << query;
    for (size_t rank = 0; rank < hits.size(); ++rank) {
      EXPECT_NEAR(hits[rank].score, -expected[rank].first, 1e-6) << query;
    }
  }
}

TEST(IndexModelTest, SkippingChangesNothing) {
  RandomText random(21);
  Corpus corpus;
  for (DocKey key = 0; key < 7000; ++key) corpus[key] = random.Document(key);
  const auto snapshot = Fresh(corpus);
  const auto filter = [](const DocAttributes& a) { return a.region != 2; };
  const auto boost = [](const DocAttributes& a) { return a.region == 1 ? 1.3 : 0.9; };
  for (int i = 0; i < 100; ++i) {
    const std::string query = random.Text(1 + random.Below(30));
    SearchOptions options{.limit = 1 + random.Below(20)};
    ExpectSame(snapshot->Search(query, options),
               snapshot->Search(query, {.limit = options.limit, .exhaustive = true}), query);
    const SearchOptions picky{
        .limit = options.limit, .filter = filter, .boost = boost, .boost_max = 1.3};
    const SearchOptions picky_all{.limit = options.limit,
                                  .filter = filter,
                                  .boost = boost,
                                  .boost_max = 1.3,
                                  .exhaustive = true};
    const std::vector<Hit> hits = snapshot->Search(query, picky);
    ExpectSame(hits, snapshot->Search(query, picky_all), query);
    for (const Hit& hit : hits) EXPECT_NE(hit.attributes->region, 2U);
  }
}

// Compares everything that can be asked of two snapshots of the same documents.
void ExpectEquivalent(const IndexSnapshot& actual, const IndexSnapshot& expected,
                      RandomText& random, int queries) {
  ASSERT_EQ(actual.stats().documents, expected.stats().documents);
  for (int i = 0; i < queries; ++i) {
    const std::string query = random.Text(1 + random.Below(16));
    ExpectSame(actual.Search(query, {.limit = 15}),
               expected.Search(query, {.limit = 15, .exhaustive = true}), query);
    const std::string typed = random.Text(1 + random.Below(4));
    EXPECT_EQ(Keys(actual.Suggest(typed, {.limit = 8})),
              Keys(expected.Suggest(typed, {.limit = 8})))
        << typed;
  }
}

TEST(IndexModelTest, HistoryAndMergesCannotBeSeen) {
  RandomText random(31);
  Corpus corpus;
  IndexWriter writer;
  for (int change = 0; change < 900; ++change) {
    IndexBatch batch;
    for (size_t n = random.Below(change % 100 == 0 ? 400 : 4); n > 0; --n) {
      const DocKey key = random.Below(2000);
      if (corpus.contains(key) && random.Below(3) == 0) {
        batch.deletes.push_back(key);
        corpus.erase(key);
        std::erase_if(batch.upserts,
                      [&](const IndexDocument& d) { return d.attributes.key == key; });
      } else {
        batch.upserts.push_back(random.Document(key));
        corpus[key] = batch.upserts.back();
        std::erase(batch.deletes, key);
      }
    }
    writer.Apply(batch);
    if (random.Below(20) == 0) {
      while (writer.MaybeMerge() != nullptr) {
      }
    }
    if (change % 150 == 149) ExpectEquivalent(*writer.snapshot(), *Fresh(corpus), random, 30);
  }
}

TEST(IndexModelTest, ChangesDuringABackgroundMergeAreKept) {
  RandomText random(41);
  Corpus corpus;
  IndexWriter writer;
  for (DocKey key = 0; key < 3000; key += 100) {
    IndexBatch batch;
    for (DocKey i = key; i < key + 100; ++i) {
      batch.upserts.push_back(random.Document(i));
      corpus[i] = batch.upserts.back();
    }
    writer.Apply(batch);
  }
  size_t merges = 0;
  for (auto job = writer.PlanMerge(); job.has_value(); job = writer.PlanMerge()) {
    ++merges;
    for (int change = 0; change < 40; ++change) {
      const DocKey key = random.Below(3000);
      if (random.Below(3) == 0) {
        writer.Apply({.upserts = {}, .deletes = {key}});
        corpus.erase(key);
      } else {
        corpus[key] = random.Document(key);
        writer.Apply({.upserts = {corpus[key]}, .deletes = {}});
      }
      if (change == 20) job->Run();
    }
    writer.CommitMerge(std::move(*job));
    ExpectEquivalent(*writer.snapshot(), *Fresh(corpus), random, 20);
    if (merges == 20) break;
  }
  EXPECT_GT(merges, 1U);
}

TEST(IndexModelTest, SegmentsAboveTheLimitAreSplit) {
  IndexBatch batch;
  for (DocKey key = 0; key < kMaxSegmentDocs + 500; ++key) {
    batch.upserts.push_back(Doc(key, "编号" + std::to_string(key)));
  }
  IndexWriter writer;
  const auto snapshot = writer.Apply(batch);
  EXPECT_EQ(snapshot->stats().documents, kMaxSegmentDocs + 500);
  EXPECT_EQ(snapshot->stats().segments, 2U);
  for (const DocKey key : {DocKey{0}, DocKey{kMaxSegmentDocs - 1}, DocKey{kMaxSegmentDocs},
                           DocKey{kMaxSegmentDocs + 499}}) {
    EXPECT_EQ(snapshot->Search("编号" + std::to_string(key), {.limit = 1})[0].key, key);
  }
}

}  // namespace
}  // namespace hotline::index
