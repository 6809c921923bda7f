// Writes the features of the first stage's best candidates for every judged question of the dev
// sets: what train_rerank.py learns from.
//
//   rank_features OUT
//
// OUT gets one record per candidate, little-endian: set, question, document, relevant (uint32
// each), then kFeatureCount floats; OUT.sets gets kFeatureCount, then a line per set: number, name,
// family, questions.
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/index/features.h"
#include "services/index/first_stage.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using index::Candidate;
using index::FeatureMaker;
using index::Features;
using index::IndexBatch;
using index::IndexSnapshot;
using index::IndexWriter;
using index::QueryPlan;

constexpr size_t kCandidates = 100;
constexpr size_t kQuestionsMax = 2000;  // of one set

struct JudgedSet {
  const char* name;
  const char*
      family;  // sets of a family have texts in common: never trained on one and tested on another
  const char* corpus;
  const char* judgments;
  const char* ids;  // file of the rows of the corpus that take part; empty = all
};

constexpr JudgedSet kSets[] = {
    {"gov_case", "base", "kb_seed.jsonl.zst", "gov_case/eval_dev.tsv", ""},
    {"gov_case_long", "base", "kb_seed.jsonl.zst", "gov_case/eval_dev_long.tsv", ""},
    {"gov_guide_short", "base", "kb_seed.jsonl.zst", "gov_guide_short/eval_dev.tsv", ""},
    {"gov_demo_colloquial", "base", "kb_seed.jsonl.zst", "gov_demo_colloquial/eval_dev.tsv", ""},
    {"law_stard", "stard", "kb_seed.jsonl.zst", "law_stard/eval_dev.tsv",
     "law_stard/corpus_ids_national.txt"},
    {"law_equals", "equals", "kb_seed.jsonl.zst", "law_equals/eval_dev.tsv",
     "law_equals/corpus_ids_10laws.txt"},
    {"faq_zhidao", "zhidao", "eval/faq_zhidao/corpus.jsonl", "faq_zhidao/eval_dev.tsv", ""},
    {"faq_bank_small", "bank", "eval/faq_bank/corpus_small.jsonl", "faq_bank/eval_dev_small.tsv",
     ""},
    {"faq_antfin_small", "antfin", "eval/faq_antfin/corpus_small.jsonl",
     "faq_antfin/eval_dev_small.tsv", ""},
    {"faq_med_small", "med", "eval/faq_med/corpus_small.jsonl", "faq_med/eval_dev_small.tsv", ""},
    {"faq_covid", "covid", "eval/faq_covid/corpus.jsonl", "faq_covid/eval_dev.tsv", ""},
    {"ncp_doc", "ncp", "eval/ncp_doc/corpus.jsonl", "ncp_doc/eval_dev.tsv", ""},
    {"legalqa_answer", "legalqa", "eval/legalqa_answer/corpus.jsonl", "legalqa_answer/eval_dev.tsv",
     ""},
    {"gov_alias_synthetic", "alias", "eval/gov_alias_synthetic/corpus.jsonl",
     "gov_alias_synthetic/eval_dev.tsv", ""},
    {"gov_intent_sz", "intent", "eval/gov_intent_sz/corpus.jsonl", "gov_intent_sz/eval_dev.tsv",
     ""},
    {"search_qbqtc", "qbqtc", "eval/search_qbqtc/corpus.jsonl", "search_qbqtc/eval_dev.tsv", ""},
};

std::shared_ptr<const IndexSnapshot> Build(const std::vector<Row>& rows, const JudgedSet& set) {
  std::unordered_set<std::string> ids;
  if (*set.ids != '\0') {
    for (std::string& id : ReadLines(DataDir() + "/eval/" + set.ids)) ids.insert(std::move(id));
  }
  IndexBatch batch;
  for (const Row& row : rows) {
    if (ids.empty() || ids.contains(row.id)) batch.upserts.push_back(row.document);
  }
  IndexWriter writer;
  return writer.Apply(batch);
}

void Write(std::ofstream& out, uint32_t set, uint32_t question, uint32_t document, bool relevant,
           const Features& features) {
  const uint32_t head[] = {set, question, document, relevant ? 1U : 0U};
  out.write(reinterpret_cast<const char*>(head), sizeof head);
  out.write(reinterpret_cast<const char*>(features.data()),
            static_cast<std::streamsize>(features.size() * sizeof(float)));
}

int Main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "rank_features OUT\n");
    return 2;
  }
  std::ofstream out(argv[1], std::ios::binary);
  std::ofstream names(std::string(argv[1]) + ".sets");
  names << index::kFeatureCount << '\n';
  std::map<std::string, std::vector<Row>> corpora;
  uint32_t number = 0;
  for (const JudgedSet& set : kSets) {
    std::vector<Row>& rows = corpora[set.corpus];
    if (rows.empty()) rows = ReadCorpus(DataDir() + "/" + set.corpus);
    const std::vector<Judgment> judgments = ReadJudgments(DataDir() + "/eval/" + set.judgments);
    if (rows.empty() || judgments.empty()) {
      std::fprintf(stderr, "%s: no data in %s\n", set.name, DataDir().c_str());
      return 1;
    }
    const auto snapshot = Build(rows, set);
    uint32_t question = 0;
    for (const Judgment& judgment : judgments) {
      if (question == kQuestionsMax) break;
      const std::set<std::string> relevant(judgment.relevant.begin(), judgment.relevant.end());
      const QueryPlan plan = PlanQuery(*snapshot, judgment.query);
      const std::vector<Candidate> candidates = FindCandidates(*snapshot, plan, {}, kCandidates);
      FeatureMaker maker(*snapshot, plan);
      for (size_t rank = 0; rank < candidates.size(); ++rank) {
        const Candidate& candidate = candidates[rank];
        Write(out, number, question, static_cast<uint32_t>(candidate.key),
              relevant.contains(rows[candidate.key].id),
              maker.Of(candidate, candidates.front().score, rank));
      }
      ++question;
    }
    names << number++ << '\t' << set.name << '\t' << set.family << '\t' << question << '\n';
  }
  return out.good() && names.good() ? 0 : 1;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
