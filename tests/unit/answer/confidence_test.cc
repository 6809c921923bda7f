#include "services/answer/confidence.h"

#include <vector>

#include "gtest/gtest.h"

namespace hotline::answer {
namespace {

using v1::AskResponse;

AskResponse::Outcome OutcomeOf(std::vector<double> confidences) { return Decide(confidences).outcome; }

TEST(ConfidenceTest, AnExactWordingIsCertain) { EXPECT_EQ(Confidence({.exact = true}), 1.0); }

TEST(ConfidenceTest, GrowsWithWhatBothSidesShare) {
  const auto of = [](double query, double unit, double total) {
    return Confidence({.query_coverage = query, .unit_coverage = unit, .total_coverage = total});
  };
  EXPECT_LT(of(0.1, 0.1, 0.1), of(0.5, 0.5, 0.5));
  EXPECT_LT(of(0.5, 0.5, 0.5), of(0.9, 0.9, 0.9));
  EXPECT_LT(of(0.9, 0.1, 0.9), of(0.9, 0.9, 0.9));
  EXPECT_EQ(of(0, 0, 0), 0);
  EXPECT_LT(of(1, 1, 1), 1.0);
}

TEST(ConfidenceTest, NothingFoundIsNotKnown) { EXPECT_EQ(OutcomeOf({}), AskResponse::NOT_KNOWN); }

TEST(ConfidenceTest, AWeakNearestTextIsNoAnswer) {
  EXPECT_EQ(OutcomeOf({kChoiceConfidence - 0.01, 0.1}), AskResponse::NOT_KNOWN);
}

TEST(ConfidenceTest, AClearFirstIsTheAnswer) {
  EXPECT_EQ(OutcomeOf({kAnswerConfidence + 0.1, 0.1}), AskResponse::ANSWERED);
  EXPECT_EQ(OutcomeOf({kAnswerConfidence}), AskResponse::ANSWERED);
}

TEST(ConfidenceTest, TwoThatAreAlikeAreAChoice) {
  const auto verdict = Decide(std::vector<double>{0.8, 0.79, 0.5, 0.1});
  EXPECT_EQ(verdict.outcome, AskResponse::CHOICES);
  EXPECT_EQ(verdict.choices, 3U);
}

TEST(ConfidenceTest, AnExactWordingWinsOverOneThatIsAlmostAsGood) {
  EXPECT_EQ(OutcomeOf({1.0, 0.98}), AskResponse::ANSWERED);
}

TEST(ConfidenceTest, ChoicesAreTwoToFive) {
  EXPECT_EQ(Decide(std::vector<double>{0.5, 0.01}).choices, 2U);
  EXPECT_EQ(Decide(std::vector<double>(9, 0.5)).choices, 5U);
  EXPECT_EQ(OutcomeOf({0.5}), AskResponse::NOT_KNOWN);
}

}  // namespace
}  // namespace hotline::answer
