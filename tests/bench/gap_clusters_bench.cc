// How well questions are joined to their kin (services/insight/gap_kinship.h), on judged questions
// of the data folder: queries of one answer are kin, all others are strangers. The judgments are
// not complete, so that the precision is a lower bound.
//
//   gap_clusters_bench        share of right joins and of kin that is joined, by set, on the half
//                             of the questions that was not fitted on; then a stream of questions
//                             into an empty base; then how well questions are routed
//   gap_clusters_bench --fit  fits the weights on the other half, prints them, and what they would
//   do … --sets, --stream, --routing: one part; --wrong: joins that no judgment calls right
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/insight/gap_clusters.h"
#include "services/insight/gap_kinship_weights.h"
#include "services/insight/gap_routing.h"
#include "tests/bench/logistic.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using insight::KinSignals;
using insight::QuestionProfile;

constexpr size_t kCandidates = 10;
constexpr double kNumbersWeight = -2.5;
constexpr double kRidge = 1e-6;

struct Set {
  const char* name;
  const char* corpus;
  const char* queries;
  double weight;  // in the fit: of a set with many unjudged kin little
};
constexpr Set kSets[] = {
    {"zhidao", "faq_zhidao/corpus.jsonl", "faq_zhidao/eval_dev.tsv", 1.0},
    {"zhidao_gov", "faq_zhidao/corpus.jsonl", "faq_zhidao/eval_dev_gov.tsv", 5.0},
    {"covid", "faq_covid/corpus.jsonl", "faq_covid/eval_dev.tsv", 1.0},
    {"bank_small", "faq_bank/corpus_small.jsonl", "faq_bank/eval_dev_small.tsv", 1.0},
    {"antfin_small", "faq_antfin/corpus_small.jsonl", "faq_antfin/eval_dev_small.tsv", 1.0},
    {"med_small", "faq_med/corpus_small.jsonl", "faq_med/eval_dev_small.tsv", 1.0},
    {"intent_sz", "gov_intent_sz/corpus.jsonl", "gov_intent_sz/eval_dev.tsv", 3.0},
    {"alias", "gov_alias_synthetic/corpus.jsonl", "gov_alias_synthetic/eval_dev.tsv", 1.0},
};

// A question beside one that the search found for it.
struct Pair {
  KinSignals signals{};
  bool contradict = false;
  bool equal = false;
  bool kin = false;
  std::string wording;

  double Odds(const Logistic& model) const {
    if (equal) return 1;
    if (contradict) return 0;
    return model.Odds({signals.begin(), signals.end()});
  }
};
// A question with its candidates; `fitted`: of the half that is fitted on.
struct Asked {
  bool fitted = false;
  std::string query;
  std::vector<Pair> pairs;
};

bool IsFitted(const std::string& query) { return std::hash<std::string>{}(query) % 2 == 0; }

std::string Path(const char* file) { return DataDir() + "/eval/" + file; }

std::vector<Asked> Read(const Set& set) {
  const std::vector<Row> rows = ReadCorpus(Path(set.corpus));
  index::IndexWriter writer;
  index::IndexBatch batch;
  for (const Row& row : rows) {
    batch.upserts.push_back(row.document);
    batch.upserts.back().answer.clear();
    batch.upserts.back().keywords.clear();
  }
  const auto snapshot = writer.Apply(batch);
  std::vector<Asked> all;
  for (const Judgment& judgment : ReadJudgments(Path(set.queries))) {
    const std::set<std::string> right(judgment.relevant.begin(), judgment.relevant.end());
    Asked asked{.fitted = IsFitted(judgment.query), .query = judgment.query, .pairs = {}};
    const QuestionProfile profile = insight::ProfileOf(judgment.query);
    for (const index::Hit& hit :
         snapshot->Search(judgment.query, {.limit = kCandidates, .detailed = 0})) {
      const Row& row = rows[hit.key];
      const std::string& wording =
          hit.unit == 0 ? row.document.question : row.document.similar_questions[hit.unit - 1];
      const QuestionProfile other = insight::ProfileOf(wording);
      asked.pairs.push_back({.signals = SignalsOf(profile, other),
                             .contradict = PlacesContradict(profile, other),
                             .equal = profile.folded == other.folded,
                             .kin = right.contains(row.id),
                             .wording = wording});
    }
    all.push_back(std::move(asked));
  }
  return all;
}

struct Tally {
  size_t asked = 0;
  size_t joined = 0;
  size_t right = 0;
};

// The candidate that the question would join; null: none.
const Pair* JoinedBy(const Asked& asked, const Logistic& model, double odds_min) {
  const Pair* best = nullptr;
  double odds = odds_min;
  for (const Pair& pair : asked.pairs) {
    if (const double its = pair.Odds(model); its >= odds && (best == nullptr || its > odds)) {
      best = &pair;
      odds = its;
    }
  }
  return best;
}

Tally Judge(const std::vector<Asked>& all, const Logistic& model, double odds_min) {
  Tally tally;
  for (const Asked& asked : all) {
    if (asked.fitted) continue;
    ++tally.asked;
    const Pair* joined = JoinedBy(asked, model, odds_min);
    if (joined == nullptr) continue;
    ++tally.joined;
    tally.right += joined->kin ? 1 : 0;
  }
  return tally;
}

double Share(size_t part, size_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

using Sets = std::vector<std::pair<const Set*, std::vector<Asked>>>;

Sets ReadAll() {
  Sets sets;
  for (const Set& set : kSets) sets.emplace_back(&set, Read(set));
  return sets;
}

Logistic AsBuilt() {
  return {.base = insight::kKinBase,
          .weights = {std::begin(insight::kKinWeights), std::end(insight::kKinWeights)}};
}

Logistic FitWeights(const Sets& sets) {
  std::vector<Example> examples;
  for (const auto& [set, all] : sets) {
    for (const Asked& asked : all) {
      if (!asked.fitted) continue;
      for (const Pair& pair : asked.pairs) {
        if (pair.equal || pair.contradict) continue;
        examples.push_back({.x = {pair.signals.begin(), pair.signals.end()},
                            .right = pair.kin,
                            .weight = set->weight});
      }
    }
  }
  // Chat about loans and games says little of years and amounts, which turn a hotline's question.
  const Logistic fitted = Fit(examples, {{insight::kNumbersDiffer, kNumbersWeight}}, kRidge);
  std::printf("%zu pairs\nkKinBase = %.4f;\nkKinWeights[] = {", examples.size(), fitted.base);
  for (size_t i = 0; i < fitted.weights.size(); ++i)
    std::printf("%s%.4f", i > 0 ? ", " : "", fitted.weights[i]);
  std::printf("};\n");
  return fitted;
}

void PrintSets(const Sets& sets, const Logistic& model) {
  for (const double odds : {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}) {
    std::printf("from %.2f on%s\n", odds, odds == insight::kKinOddsMin ? " (as built)" : "");
    for (const auto& [set, all] : sets) {
      const Tally tally = Judge(all, model, odds);
      std::printf("  %-13s asked %5zu  joined %5zu  precision %.3f  recall %.3f\n", set->name,
                  tally.asked, tally.joined, Share(tally.right, tally.joined),
                  Share(tally.right, tally.asked));
    }
  }
}

// Joins that no judgment calls right, to be read by eye.
void PrintWrong(const Sets& sets) {
  for (const auto& [set, all] : sets) {
    for (const Asked& asked : all) {
      if (asked.fitted) continue;
      const Pair* joined = JoinedBy(asked, AsBuilt(), insight::kKinOddsMin);
      if (joined == nullptr || joined->kin) continue;
      std::printf("%s\t%.2f\t%s\t%s\n", set->name, joined->Odds(AsBuilt()), asked.query.c_str(),
                  joined->wording.c_str());
    }
  }
}

// Questions of all sets with an answer id each, half of them alone with theirs, one after the other
// into an empty base: how gaps come about.
void PrintStream() {
  std::map<std::string, std::vector<std::string>> by_answer;
  for (const Set& set : kSets) {
    if (std::strcmp(set.name, "zhidao_gov") == 0) continue;
    size_t taken = 0;
    for (const Judgment& judgment : ReadJudgments(Path(set.queries))) {
      if (judgment.relevant.size() != 1 || IsFitted(judgment.query)) continue;
      by_answer[std::string(set.name) + judgment.relevant.front()].push_back(judgment.query);
      if (++taken == 2000) break;
    }
    for (const Row& row : ReadCorpus(Path(set.corpus))) {
      const auto at = by_answer.find(std::string(set.name) + row.id);
      if (at != by_answer.end()) at->second.push_back(row.document.question);
    }
  }
  std::vector<std::pair<std::string, std::string>> stream;
  for (const auto& [answer, questions] : by_answer) {
    for (const std::string& question : questions) stream.emplace_back(question, answer);
  }
  std::sort(stream.begin(), stream.end(), [](const auto& a, const auto& b) {
    const auto key = [](const std::string& text) { return std::hash<std::string>{}(text + "mix"); };
    return key(a.first) < key(b.first);
  });
  insight::GapClusters clusters;
  std::map<std::string, insight::Cluster> gaps;
  std::map<std::string, std::map<std::string, size_t>> answers_of;  // by gap
  std::set<std::string> seen;
  size_t joins = 0;
  size_t right = 0;
  size_t could = 0;
  for (const auto& [question, answer] : stream) {
    const QuestionProfile profile = insight::ProfileOf(question);
    const insight::Kin kin =
        clusters.Find(question, profile, "", [](const std::string&) { return true; });
    could += seen.insert(answer).second ? 0 : 1;
    std::string name = kin.name;
    if (name.empty()) {
      name = "gaps/g" + std::to_string(gaps.size());
    } else {
      ++joins;
      right += answers_of[name].contains(answer) ? 1 : 0;
    }
    insight::Cluster& gap = gaps[name];
    gap.name = name;
    if (gap.phrasings.size() < 50) gap.phrasings.push_back(question);
    ++answers_of[name][answer];
    clusters.Put(gap);
    clusters.Apply();
  }
  std::printf(
      "stream: %zu questions of %zu answers, %zu gaps; %zu joined, precision %.3f; %zu had kin "
      "before "
      "them, recall %.3f\n",
      stream.size(), by_answer.size(), gaps.size(), joins, Share(right, joins), could,
      Share(right, could));
}

// Real questions whose own entry is hidden: whether the owners of what is found next vote for its
// owner (services/insight/gap_routing.h).
void PrintRouting() {
  constexpr size_t kVoters = 8;
  std::vector<Row> rows;
  for (Row& row : ReadCorpus(DataDir() + "/kb_seed.jsonl.zst")) {
    if (row.type != "statute") rows.push_back(std::move(row));
  }
  index::IndexBatch batch;
  std::map<std::string, size_t> by_id;
  for (size_t i = 0; i < rows.size(); ++i) {
    by_id[rows[i].id] = i;
    batch.upserts.push_back(rows[i].document);
    batch.upserts.back().attributes.key = i;
  }
  index::IndexWriter writer;
  const auto snapshot = writer.Apply(batch);
  std::vector<std::pair<double, bool>> routed;
  for (const char* file : {"gov_case/eval_dev.tsv", "gov_guide_short/eval_dev.tsv"}) {
    for (const Judgment& judgment : ReadJudgments(Path(file))) {
      const auto own = by_id.find(judgment.relevant.front());
      if (own == by_id.end() || rows[own->second].department.empty()) continue;
      const auto hidden = [&](const index::DocAttributes& one) { return one.key != own->second; };
      const QuestionProfile profile = insight::ProfileOf(judgment.query);
      std::vector<insight::Voter> voters;
      for (const index::Hit& hit :
           snapshot->Search(judgment.query, {.limit = kVoters, .filter = hidden, .detailed = 0})) {
        const Row& row = rows[hit.key];
        voters.push_back({row.department, hit.score,
                          KinOdds(profile, insight::ProfileOf(row.document.question))});
      }
      const insight::Route route = insight::VoteOf(voters);
      routed.emplace_back(route.department.empty() ? 0 : route.certainty,
                          route.department == rows[own->second].department);
    }
  }
  std::printf("routing: %zu questions, their own entry hidden\n", routed.size());
  for (const double least : {0.01, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}) {
    size_t sent = 0;
    size_t right = 0;
    for (const auto& [certainty, hit] : routed) {
      if (certainty < least) continue;
      ++sent;
      right += hit ? 1 : 0;
    }
    std::printf("  from %.2f on%s  sent %.3f  right %.3f\n", least,
                least == insight::kRouteCertaintyMin ? " (as built)" : "",
                Share(sent, routed.size()), Share(right, sent));
  }
}

}  // namespace

void Run(const std::string& what) {
  if (what == "--fit" || what.empty() || what == "--sets") {
    const Sets sets = ReadAll();
    PrintSets(sets, what == "--fit" ? FitWeights(sets) : AsBuilt());
  }
  if (what == "--wrong") {
    PrintWrong(ReadAll());
  }
  if (what.empty() || what == "--stream") PrintStream();
  if (what.empty() || what == "--routing") PrintRouting();
}

}  // namespace hotline::bench

int main(int argc, char** argv) {
  hotline::bench::Run(argc > 1 ? argv[1] : "");
  return 0;
}
