#include "tests/eval/measures.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace hotline::eval {
namespace {

double Gain(int grade) { return std::exp2(grade) - 1; }

double DiscountedGain(const std::vector<int>& grades) {
  double sum = 0;
  for (size_t i = 0; i < grades.size() && i < static_cast<size_t>(kDepth); ++i) {
    sum += Gain(grades[i]) / std::log2(static_cast<double>(i) + 2);
  }
  return sum;
}

double Share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

AskSummary SummariseAsk(const std::vector<Judged>& judged) {
  AskSummary ask;
  std::vector<double> millis;
  std::vector<const Judged*> asked;
  for (const Judged& one : judged) {
    if (one.reply == Reply::kNone) continue;
    asked.push_back(&one);
    millis.push_back(one.ask_millis);
    ask.right += one.reply == Reply::kRight ? 1 : 0;
    ask.wrong += one.reply == Reply::kWrong ? 1 : 0;
    ask.choice_right += one.reply == Reply::kChoiceRight ? 1 : 0;
    ask.choice_wrong += one.reply == Reply::kChoiceWrong ? 1 : 0;
    ask.not_known += one.reply == Reply::kNotKnown ? 1 : 0;
  }
  ask.asked = asked.size();
  if (asked.empty()) return ask;
  ask.coverage = Share(ask.right + ask.wrong, ask.asked);
  ask.precision = Share(ask.right, ask.right + ask.wrong);
  ask.p50_ms = Quantile(millis, 0.5);
  ask.p99_ms = Quantile(millis, 0.99);
  std::stable_sort(asked.begin(), asked.end(),
                   [](const Judged* a, const Judged* b) { return a->confidence > b->confidence; });
  for (const size_t percent : {20U, 40U, 60U, 80U, 100U}) {
    const size_t count = std::max<size_t>(1, asked.size() * percent / 100);
    const auto right = std::count_if(asked.begin(), asked.begin() + static_cast<ptrdiff_t>(count),
                                     [](const Judged* one) { return one->top_right; });
    ask.precision_at_coverage.push_back(Share(static_cast<size_t>(right), count));
  }
  return ask;
}

}  // namespace

Judged Judge(const std::vector<int>& ranked_grades, const std::vector<int>& all_grades,
             int relevant_grade) {
  Judged judged;
  judged.empty = ranked_grades.empty();
  const int wanted = std::max(1, relevant_grade);
  for (const int grade : all_grades) judged.relevant += grade >= wanted ? 1 : 0;
  for (size_t i = 0; i < ranked_grades.size() && i < static_cast<size_t>(kDepth); ++i) {
    if (ranked_grades[i] < wanted) continue;
    if (judged.first_rank == 0) judged.first_rank = static_cast<int>(i) + 1;
    judged.found_at_1 += i < 1 ? 1 : 0;
    judged.found_at_3 += i < 3 ? 1 : 0;
    ++judged.found_at_10;
  }
  std::vector<int> ideal = all_grades;
  std::sort(ideal.begin(), ideal.end(), std::greater<>());
  const double best = DiscountedGain(ideal);
  judged.ndcg = best > 0 ? DiscountedGain(ranked_grades) / best : 0;
  return judged;
}

Summary Summarise(const std::vector<Judged>& judged) {
  Summary sum;
  sum.queries = judged.size();
  if (judged.empty()) return sum;
  std::vector<double> millis;
  for (const Judged& one : judged) {
    const bool found = one.first_rank > 0;
    sum.hit1 += found && one.first_rank <= 1 ? 1 : 0;
    sum.hit3 += found && one.first_rank <= 3 ? 1 : 0;
    sum.hit10 += found ? 1 : 0;
    sum.recall1 += Share(one.found_at_1, one.relevant);
    sum.recall3 += Share(one.found_at_3, one.relevant);
    sum.recall10 += Share(one.found_at_10, one.relevant);
    sum.mrr10 += found ? 1.0 / one.first_rank : 0;
    sum.ndcg10 += one.ndcg;
    sum.zero_rate += one.empty ? 1 : 0;
    sum.refused += one.refused ? 1 : 0;
    millis.push_back(one.millis);
  }
  const auto n = static_cast<double>(judged.size());
  for (double* value : {&sum.hit1, &sum.hit3, &sum.hit10, &sum.recall1, &sum.recall3, &sum.recall10,
                        &sum.mrr10, &sum.ndcg10, &sum.zero_rate}) {
    *value /= n;
  }
  sum.p50_ms = Quantile(millis, 0.5);
  sum.p99_ms = Quantile(millis, 0.99);
  sum.ask = SummariseAsk(judged);
  return sum;
}

double Quantile(std::vector<double> values, double quantile) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double place = std::ceil(quantile * static_cast<double>(values.size())) - 1;
  const size_t at = place < 0 ? 0 : static_cast<size_t>(place);
  return values[std::min(at, values.size() - 1)];
}

std::string RankString(const std::vector<Judged>& judged) {
  std::string ranks;
  for (const Judged& one : judged) ranks += "-123456789A"[one.first_rank];
  return ranks;
}

std::string ReplyString(const std::vector<Judged>& judged) {
  std::string replies;
  for (const Judged& one : judged) replies += ".RWCcN"[static_cast<int>(one.reply)];
  return replies;
}

}  // namespace hotline::eval
