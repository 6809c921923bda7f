// What is measured of a ranking and of answers. docs/evaluation.md has the formulas.
//
// A row is relevant to a query when its grade is at least `relevant_grade`; gains for nDCG count
// every grade. Ranks beyond kDepth count as not found.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hotline::eval {

inline constexpr int kDepth = 10;

// Names what came of asking (Ask).
enum class Reply {
  kNone,         // was not asked
  kRight,        // answered with a relevant row
  kWrong,        // answered with another row
  kChoiceRight,  // choices that have a relevant row
  kChoiceWrong,  // choices that have none
  kNotKnown,     // "not known"
};

// One query, judged.
struct Judged {
  int first_rank = 0;     // of the best relevant row, from 1; 0 = not found
  size_t relevant = 0;    // rows of the file that are relevant
  size_t found_at_1 = 0;  // relevant rows among the first 1, 3, 10
  size_t found_at_3 = 0;
  size_t found_at_10 = 0;
  double ndcg = 0;
  bool empty = false;    // nothing was found
  bool refused = false;  // the service refused the query
  double millis = 0;     // wall time of the Search call
  double ask_millis = 0;
  Reply reply = Reply::kNone;
  double confidence = 0;   // of the reply of Ask
  bool top_right = false;  // the row that Ask put first is relevant
};

// Judges a ranking by the grades of its rows, best row first (0 = not judged or does not answer).
// `all_grades`: the grades of every judged row of the query, for recall and the ideal order.
Judged Judge(const std::vector<int>& ranked_grades, const std::vector<int>& all_grades,
             int relevant_grade);

struct AskSummary {
  size_t asked = 0;
  size_t right = 0, wrong = 0, choice_right = 0, choice_wrong = 0, not_known = 0;
  double coverage = 0;   // share of the queries that were answered
  double precision = 0;  // share of the answers that were right; 0 without answers
  // Of the most confident 20, 40, 60, 80, 100 % of the queries, the share whose first row is right.
  std::vector<double> precision_at_coverage;
  double p50_ms = 0, p99_ms = 0;
};

struct Summary {
  size_t queries = 0;
  size_t refused = 0;
  double hit1 = 0, hit3 = 0, hit10 = 0;  // some relevant row among the first k
  double recall1 = 0, recall3 = 0, recall10 = 0;
  double mrr10 = 0;
  double ndcg10 = 0;
  double zero_rate = 0;
  double p50_ms = 0, p99_ms = 0;
  AskSummary ask;
};

Summary Summarise(const std::vector<Judged>& judged);

// The value below which the share `quantile` of the values lies (nearest rank); 0 of none.
double Quantile(std::vector<double> values, double quantile);

// The ranks of the first relevant rows as one character per query: 1 to 9, A = 10, - = not found.
// Two such strings over the same queries can be compared query by query.
std::string RankString(const std::vector<Judged>& judged);

// The replies likewise: R right, W wrong, C right choice, c wrong choice, N not known, . not asked.
std::string ReplyString(const std::vector<Judged>& judged);

}  // namespace hotline::eval
