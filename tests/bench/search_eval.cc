// Prints how well the search finds what people judged relevant, set by set (dev halves), beside
// BM25 on character bigrams of the same corpus (from the data's BASELINE.md).
//
//   search_eval [only-this-set …]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/index/index.h"
#include "services/index/respell.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using index::Expansion;
using index::Hit;
using index::IndexBatch;
using index::IndexSnapshot;
using index::IndexWriter;
using index::RankingWeights;

constexpr size_t kMaxQueries = 2000;  // as the baseline

struct EvalSet {
  std::string name;
  std::string corpus;  // file below data/
  std::string judgments;
  std::function<bool(const Row&)> keep;
  double baseline_hit1 = 0;
  double baseline_hit10 = 0;
  double baseline_mrr = 0;
};

bool KeepAll(const Row& /*row*/) { return true; }
bool KeepAnswers(const Row& row) { return row.type != "statute"; }

std::vector<EvalSet> Sets() {
  const std::string seed = "kb_seed.jsonl.zst";
  const auto national = std::make_shared<std::unordered_set<std::string>>();
  for (const std::string& id : ReadLines(DataDir() + "/eval/law_stard/corpus_ids_national.txt"))
    national->insert(id);
  const auto is_national = [national](const Row& row) { return national->contains(row.id); };
  return {
      {"gov_case(whole)", seed, "gov_case/eval_dev.tsv", KeepAll, 0.644, 0.822, 0.703},
      {"gov_case(answers)", seed, "gov_case/eval_dev.tsv", KeepAnswers, 0.656, 0.837, 0.715},
      {"gov_case_long(whole)", seed, "gov_case/eval_dev_long.tsv", KeepAll, 0, 0, 0},
      {"gov_guide_short(whole)", seed, "gov_guide_short/eval_dev.tsv", KeepAll, 0, 0, 0},
      {"gov_guide_short(answers)", seed, "gov_guide_short/eval_dev.tsv", KeepAnswers, 0.561, 0.902,
       0.690},
      {"gov_demo_colloquial(whole)", seed, "gov_demo_colloquial/eval_dev.tsv", KeepAll, 0, 0, 0},
      {"gov_demo_colloquial(answers)", seed, "gov_demo_colloquial/eval_dev.tsv", KeepAnswers, 0.087,
       0.391, 0.182},
      {"law_stard(national)", seed, "law_stard/eval_dev.tsv", is_national, 0.299, 0.557, 0.382},
      {"faq_zhidao", "eval/faq_zhidao/corpus.jsonl", "faq_zhidao/eval_dev.tsv", KeepAll, 0.766,
       0.974, 0.844},
      {"faq_zhidao(gov)", "eval/faq_zhidao/corpus.jsonl", "faq_zhidao/eval_dev_gov.tsv", KeepAll,
       0.846, 1.0, 0.912},
      {"faq_bank(small)", "eval/faq_bank/corpus_small.jsonl", "faq_bank/eval_dev_small.tsv",
       KeepAll, 0.195, 0.599, 0.324},
      {"faq_antfin(small)", "eval/faq_antfin/corpus_small.jsonl", "faq_antfin/eval_dev_small.tsv",
       KeepAll, 0.262, 0.651, 0.371},
      {"faq_med(small)", "eval/faq_med/corpus_small.jsonl", "faq_med/eval_dev_small.tsv", KeepAll,
       0.299, 0.615, 0.401},
      {"faq_covid", "eval/faq_covid/corpus.jsonl", "faq_covid/eval_dev.tsv", KeepAll, 0.696, 0.925,
       0.776},
      {"ncp_doc", "eval/ncp_doc/corpus.jsonl", "ncp_doc/eval_dev.tsv", KeepAll, 0.809, 0.980,
       0.873},
      {"legalqa_answer", "eval/legalqa_answer/corpus.jsonl", "legalqa_answer/eval_dev.tsv", KeepAll,
       0.236, 0.527, 0.334},
      {"gov_alias_synthetic", "eval/gov_alias_synthetic/corpus.jsonl",
       "gov_alias_synthetic/eval_dev.tsv", KeepAll, 0.563, 1.0, 0.749},
      {"search_qbqtc", "eval/search_qbqtc/corpus.jsonl", "search_qbqtc/eval_dev.tsv", KeepAll,
       0.720, 0.842, 0.765},
  };
}

struct Result {
  size_t queries = 0;
  double hit1 = 0;
  double hit3 = 0;
  double hit10 = 0;
  double mrr = 0;
};

std::shared_ptr<const IndexSnapshot> Build(const std::vector<Row>& rows, const EvalSet& set,
                                           RankingWeights weights) {
  IndexBatch batch;
  for (const Row& row : rows) {
    if (set.keep(row)) batch.upserts.push_back(row.document);
  }
  IndexWriter writer(weights);
  return writer.Apply(batch);
}

Result Evaluate(const IndexSnapshot& snapshot, const std::vector<Row>& rows,
                const std::vector<Judgment>& judgments) {
  Result result;
  for (const Judgment& judgment : judgments) {
    if (result.queries == kMaxQueries) break;
    ++result.queries;
    const std::set<std::string> relevant(judgment.relevant.begin(), judgment.relevant.end());
    const std::vector<Expansion> respelled = Respell(snapshot, judgment.query);
    const std::vector<Hit> hits =
        snapshot.Search(judgment.query, {.limit = 10, .expansions = respelled});
    for (size_t rank = 0; rank < hits.size(); ++rank) {
      if (!relevant.contains(rows[hits[rank].key].id)) continue;
      result.hit1 += rank < 1 ? 1 : 0;
      result.hit3 += rank < 3 ? 1 : 0;
      result.hit10 += 1;
      result.mrr += 1.0 / static_cast<double>(rank + 1);
      break;
    }
  }
  const double n = std::max<double>(1, static_cast<double>(result.queries));
  result.hit1 /= n;
  result.hit3 /= n;
  result.hit10 /= n;
  result.mrr /= n;
  return result;
}

// Weights may be tried out through the environment, e.g. W_coverage=0.6.
void Override(const char* name, double& value) {
  const char* const text = std::getenv(name);
  if (text != nullptr) value = std::strtod(text, nullptr);
}

RankingWeights WeightsFromEnvironment() {
  RankingWeights w;
  Override("W_k1", w.field.k1);
  Override("W_question", w.field.question);
  Override("W_question_b", w.field.question_b);
  Override("W_question_pivot", w.field.question_pivot);
  Override("W_answer", w.field.answer);
  Override("W_statute_answer", w.field.statute_answer);
  Override("W_statute_question", w.field.statute_question);
  Override("W_statute_answer_pivot", w.field.statute_answer_pivot);
  Override("W_answer_b", w.field.answer_b);
  Override("W_answer_pivot", w.field.answer_pivot);
  Override("W_keyword", w.field.keyword);
  Override("W_single_character", w.query.single_character);
  Override("W_border_pair", w.query.border_pair);
  Override("W_service_word", w.query.service_word);
  Override("W_unknown_term", w.query.unknown_term);
  Override("W_coverage", w.query.coverage);
  Override("W_outside_coverage", w.query.outside_coverage);
  Override("W_near_exact", w.query.near_exact);
  Override("W_near_exact_from", w.query.near_exact_from);
  Override("W_statute_prior", w.query.statute_prior);
  return w;
}

int Main(int argc, char** argv) {
  const std::vector<std::string> only(argv + 1, argv + argc);
  std::map<std::string, std::vector<Row>> corpora;
  std::printf("%-30s %7s  %6s %6s %6s %6s   %s\n", "set", "queries", "hit@1", "hit@3", "hit@10",
              "MRR@10", "BM25 bigrams: hit@1 hit@10 MRR@10");
  for (const EvalSet& set : Sets()) {
    if (!only.empty() && std::none_of(only.begin(), only.end(), [&](const std::string& part) {
          return set.name.starts_with(part);
        })) {
      continue;
    }
    std::vector<Row>& rows = corpora[set.corpus];
    if (rows.empty()) rows = ReadCorpus(DataDir() + "/" + set.corpus);
    const std::vector<Judgment> judgments = ReadJudgments(DataDir() + "/eval/" + set.judgments);
    if (rows.empty() || judgments.empty()) {
      std::printf("%-30s skipped: no data in %s\n", set.name.c_str(), DataDir().c_str());
      continue;
    }
    const auto snapshot = Build(rows, set, WeightsFromEnvironment());
    const Result r = Evaluate(*snapshot, rows, judgments);
    std::printf("%-30s %7zu  %6.3f %6.3f %6.3f %6.3f   %.3f %.3f %.3f\n", set.name.c_str(),
                r.queries, r.hit1, r.hit3, r.hit10, r.mrr, set.baseline_hit1, set.baseline_hit10,
                set.baseline_mrr);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
