// What tells a good candidate from a bad one beyond the sums of the first stage: how much of the
// query the wording has, how much of the wording the query has, in which order, and what is
// missing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "services/index/first_stage.h"
#include "services/index/rewrite.h"
#include "services/index/text_profile.h"

namespace hotline::index {

// The features, in the order of the model file (rerank_model.inc).
enum Feature : uint8_t {
  kLexical,          // value of the first stage, without prior and boost
  kLexicalShare,     // of the greatest value among the candidates
  kRank,             // 1 / (1 + rank in the first stage)
  kQueryPairs,       // idf share of the query's terms that the wording has
  kQueryCharacters,  // the same by single characters
  kUnitPairs,        // idf share of the wording's terms that the query has
  kUnitCharacters,   // the same by single characters
  kPairsMean,        // harmonic mean of both shares of terms
  kCharactersMean,   // harmonic mean of both shares of characters
  kFound,            // idf share of the query's terms found anywhere
  kOutside,          // idf share found in the keywords or the answer only
  kOutsideImpact,    // what the answer and the keywords add to the first stage
  kCommonSequence,   // longest common subsequence, of the query's length
  kUnitSequence,     // the same, of the wording's length
  kCommonRun,        // longest common substring, of the query's length
  kUnitRun,          // the same, of the wording's length
  kMissingTerm,      // greatest idf of a query's term found nowhere, of the query's greatest
  kMissingInUnit,  // greatest idf of a query's term that the wording lacks, of the query's greatest
  kStrangeTerm,    // greatest idf of a wording's term that the query lacks, of the query's greatest
  kQueryLength,    // ln characters
  kUnitLength,     // ln characters
  kLengthRatio,    // ln of both lengths' ratio, absolute
  kAsksAlike,  // 1 both ask the same way (who, when, how much …), -1 different ways, 0 unknown
  kNegation,   // one of both denies
  kDigitsMissing,  // share of the query's numbers that the document's wording lacks
  kDigitsMatched,  // share that it has
  kLatinMissing,   // the same of words of letters
  kLatinMatched,
  kStatute,         // an article of law although no law was named
  kExact,           // equal but for blanks and punctuation
  kUnitInQuery,     // the wording stands in the query as a whole
  kQueryInUnit,     // the query stands in the wording as a whole
  kBeginsAlike,     // common beginning, of the shorter one's length
  kEndsAlike,       // common end, of the shorter one's length
  kUnits,           // ln number of wordings
  kTopTerms,        // share of the query's three most informative terms found anywhere
  kTopTermsInUnit,  // share of them in the wording
  kAnswerImpact,    // what answer and keywords add for all terms of the query
  kAnswerFound,     // idf share of the query's terms that the answer or the keywords have
  kQueryWords,      // idf share of the query's words that the wording has
  kUnitWords,       // idf share of the wording's words that the query has
  kMissingWord,     // greatest idf of a word of the query that the wording lacks, of the greatest
  kStrangeWord,     // greatest idf of a word of the wording that the query lacks, of the greatest
  kDensest,         // idf share of the wording's terms within one stretch of the query
  kEarly,           // where in the query the shared terms stand: 1 first, 0 last
  kSpread,          // distance between the first and the last shared term, of the query's length
  kFeatureCount
};

using Features = std::array<float, kFeatureCount>;

// Computes features of candidates for one query. One thread.
class FeatureMaker {
 public:
  // Both must outlive it.
  FeatureMaker(const IndexSnapshot& snapshot, const QueryPlan& plan);

  // `best` is the greatest first-stage value, `rank` the candidate's, from 0.
  Features Of(const Candidate& candidate, double best, size_t rank);

 private:
  void ReadQuery(std::u32string_view squeezed);
  bool StoodIn(const QueryTerm& term, const Candidate& candidate) const;
  Features Compute(const Candidate& candidate, double best, size_t rank);
  void AddPlaces(Features& f);
  void CountUnitTerms();
  double UnitCount(TermId term) const;
  size_t CommonSequence(std::u32string_view text);

  const QueryPlan& plan_;
  IdfCache& idf_;
  Profiler profiler_;
  ImpactScale scale_;
  std::u32string squeezed_query_;
  std::vector<const Expansion*> expansions_;  // of the plan
  Rewriter rewriter_;
  TextProfile query_;
  TextProfile unit_;
  std::vector<std::pair<char32_t, std::array<uint64_t, 4>>> masks_;  // of the query's characters
  std::vector<uint16_t> run_;
  struct Shared {
    uint32_t begin = 0;
    TermId term = 0;
    float idf = 0;
  };
  std::vector<Shared> shared_;
  std::vector<TermId> unit_counts_;  // terms of the wording, as often as they occur
  double unit_primary_ = 0;
  std::array<size_t, 3> top_{};
  size_t tops_ = 0;
};

}  // namespace hotline::index
