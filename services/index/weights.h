// The numbers of the ranking.
#pragma once

namespace hotline::index {

// How much each field says about a document. They are baked into the index when a document is
// written.
//
// Lengths are normalised against fixed pivots, not against the running average of the corpus: a
// document's part of the score then never changes because another document came, and followers with
// different histories agree.
struct FieldWeights {
  double k1 = 1.2;
  double question = 1.0;
  double question_b = 0.7;
  double question_pivot = 16;  // terms of a usual question
  double answer = 0.5;
  // The question of a statute is its number: what it says stands in the answer.
  double statute_question = 0.25;
  double statute_answer = 1.0;
  double statute_answer_pivot = 150;
  double answer_b = 0.6;
  double answer_pivot = 300;  // terms of a usual answer
  double keyword = 0.4;
};

// How a query is scored. See docs/decisions/0060.
struct QueryWeights {
  double single_character =
      0.25;                    // of a CJK character that is part of a longer run, against a pair
  double border_pair = 0.6;    // of a pair that lies across a border of words
  double service_word = 0.25;  // of 请问, 您好, 怎么 …
  double unknown_term = 0.4;   // of a term that no document has, in the coverage
  double coverage = 0.5;       // share of the score that depends on the coverage of the query
  double outside_coverage =
      0.7;  // of a term that stands in the answer or the keywords only, in the coverage
  double near_exact = 1.5;       // added for a wording that equals the query
  double near_exact_from = 0.7;  // agreement (harmonic mean of both coverages) at which it begins
  double statute_prior = 0.5;    // factor of statutes when no law is named
};

// All of them.
struct RankingWeights {
  FieldWeights field;
  QueryWeights query;
};

}  // namespace hotline::index
