#include "services/answer/confidence.h"

#include <vector>

#include "gtest/gtest.h"

namespace hotline::answer {
namespace {

using index::Hit;
using v1::AskResponse;

// A hit whose question and wording share `share` of each other.
Hit AHit(double score, double share) {
  return {.score = score, .query_coverage = share, .unit_coverage = share, .total_coverage = share};
}
double ConfidenceOf(std::vector<Hit> hits) { return Confidence(hits); }
Verdict VerdictOn(std::vector<Hit> hits, size_t alike = 0) {
  return Decide(hits, alike, hits.empty() ? Likeness() : Assumed(hits[0]));
}

TEST(ConfidenceTest, AnExactWordingIsCertainAndNothingElse) {
  EXPECT_EQ(ConfidenceOf({{.score = 2, .exact = true}, AHit(1.99, 0.9)}), 1.0);
  EXPECT_LT(ConfidenceOf({AHit(4, 1.0), AHit(0, 0)}), 1.0);
}

TEST(ConfidenceTest, GrowsWithWhatIsSharedAndWithTheLead) {
  EXPECT_LT(ConfidenceOf({AHit(1, 0.2), AHit(0.5, 0.1)}),
            ConfidenceOf({AHit(1, 0.8), AHit(0.5, 0.1)}));
  EXPECT_LT(ConfidenceOf({AHit(1, 0.5), AHit(0.9, 0.1)}),
            ConfidenceOf({AHit(1, 0.5), AHit(0.2, 0.1)}));
  EXPECT_EQ(ConfidenceOf({}), 0);
}

TEST(ConfidenceTest, WhatTheTextsLackSpeaksAgainst) {
  const std::vector<Hit> hits = {AHit(1.5, 0.8), AHit(0.3, 0.2)};
  Likeness alike = Assumed(hits[0]);
  Likeness other = alike;
  other.missed += 0.3;
  EXPECT_GT(Confidence(hits, alike), Confidence(hits, other));
  other = alike;
  other.added += 0.3;
  EXPECT_GT(Confidence(hits, alike), Confidence(hits, other));
}

TEST(ConfidenceTest, WhatSpeaksAgainstAnEntryBesidesLowersTheOdds) {
  const std::vector<Hit> hits = {{.score = 2, .exact = true}};
  EXPECT_EQ(Decide(hits, 0, {}, 0.5).confidence, 0.5);
  EXPECT_EQ(Decide(hits, 0, {}).outcome, AskResponse::ANSWERED);
  EXPECT_NE(Decide(hits, 0, {}, 0.5).outcome, AskResponse::ANSWERED);
}

TEST(ConfidenceTest, NothingFoundIsNotKnown) {
  EXPECT_EQ(VerdictOn({}).outcome, AskResponse::NOT_KNOWN);
}

TEST(ConfidenceTest, AWeakNearestTextIsNoAnswer) {
  EXPECT_EQ(VerdictOn({AHit(0.2, 0.15), AHit(0.18, 0.1)}).outcome, AskResponse::NOT_KNOWN);
  EXPECT_EQ(VerdictOn({AHit(0.2, 0.15)}).outcome, AskResponse::NOT_KNOWN);
  EXPECT_EQ(VerdictOn({AHit(0.2, 0.05), AHit(0.01, 0.01)}).outcome, AskResponse::NOT_KNOWN);
}

TEST(ConfidenceTest, AClearFirstIsTheAnswer) {
  EXPECT_EQ(VerdictOn({AHit(1.5, 0.8), AHit(0.3, 0.2)}).outcome, AskResponse::ANSWERED);
  EXPECT_EQ(VerdictOn({AHit(1.5, 0.8)}).outcome, AskResponse::ANSWERED);
}

TEST(ConfidenceTest, TwoThatAreAlikeAreAChoice) {
  const Verdict verdict =
      VerdictOn({AHit(1, 0.6), AHit(0.99, 0.6), AHit(0.6, 0.4), AHit(0.1, 0.1)});
  EXPECT_EQ(verdict.outcome, AskResponse::CHOICES);
  EXPECT_EQ(verdict.choices, 2U) << "beside the first";
}

TEST(ConfidenceTest, ChoicesAreTwoToFive) {
  EXPECT_EQ(VerdictOn({AHit(0.5, 0.4), AHit(0.22, 0.1)}).choices, 1U);
  EXPECT_EQ(VerdictOn(std::vector<Hit>(9, AHit(0.5, 0.6))).choices, 4U);
  EXPECT_EQ(VerdictOn({AHit(0.5, 0.4)}, 1).outcome, AskResponse::CHOICES)
      << "the same in two regions";
  EXPECT_EQ(VerdictOn({AHit(0.5, 0.4)}).outcome, AskResponse::NOT_KNOWN) << "one is no choice";
}

}  // namespace
}  // namespace hotline::answer
