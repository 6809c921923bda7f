// Prints what Ask would do with real questions: how often the answer is the right one, a wrong one,
// a choice that has the right one, or an honest "not known". The thresholds in
// services/answer/confidence.h were chosen by it.
//
//   ask_calibration [--dump]      --dump prints one line per question instead: set, right, and the
//   values of the best hits
//
// Sets: questions with a known right entry (dev halves), questions that the base cannot answer, and
// ("without") known questions whose right entries are hidden, so that everything found is wrong.
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/answer/confidence.h"
#include "services/answer/index/index.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using answer::Decide;
using answer::Verdict;
using answer::index::DocAttributes;
using answer::index::Hit;
using answer::index::IndexBatch;
using answer::index::IndexSnapshot;
using answer::index::IndexWriter;
using answer::v1::AskResponse;

constexpr size_t kQuestionsMax = 1'500;
constexpr size_t kCandidates = 12;  // as Ask

struct Corpus {
  std::vector<Row> rows;
  std::shared_ptr<const IndexSnapshot> snapshot;
};

struct QuestionSet {
  std::string name;
  std::string corpus;
  std::string questions;  // below eval/, or the list of unanswerable ones
  bool hide_right = false;
};

struct Tally {
  size_t questions = 0;
  size_t right = 0;
  size_t wrong = 0;
  size_t choice_right = 0;
  size_t choice_wrong = 0;
  size_t not_known = 0;
};

Corpus Load(const std::string& file, bool statutes) {
  Corpus corpus{.rows = ReadCorpus(DataDir() + "/" + file)};
  IndexBatch batch;
  for (const Row& row : corpus.rows) {
    if (statutes || row.type != "statute") batch.upserts.push_back(row.document);
  }
  IndexWriter writer;
  corpus.snapshot = writer.Apply(batch);
  return corpus;
}

std::vector<Judgment> Questions(const QuestionSet& set) {
  if (!set.questions.empty()) return ReadJudgments(DataDir() + "/eval/" + set.questions);
  std::vector<Judgment> questions;
  for (const std::string& line : ReadLines(DataDir() + "/queries/no_answer_queries.txt")) {
    if (!line.empty()) questions.push_back({line, {}});
  }
  return questions;
}

class Calibration {
 public:
  explicit Calibration(bool dump) : dump_(dump) {}

  void Run(const QuestionSet& set, const Corpus& corpus) {
    Tally tally;
    for (const Judgment& judgment : Questions(set)) {
      if (tally.questions++ == kQuestionsMax) break;
      Judge(set, corpus, judgment, tally);
    }
    if (dump_) return;
    const double n = static_cast<double>(std::max<size_t>(1, tally.questions)) / 100;
    const auto percent = [&](size_t count) { return static_cast<double>(count) / n; };
    std::printf("%-28s %6zu   %6.1f %6.1f   %6.1f %6.1f   %6.1f\n", set.name.c_str(),
                tally.questions, percent(tally.right), percent(tally.wrong),
                percent(tally.choice_right), percent(tally.choice_wrong), percent(tally.not_known));
    std::fflush(stdout);
  }

 private:
  void Judge(const QuestionSet& set, const Corpus& corpus, const Judgment& judgment,
             Tally& tally) const {
    const std::set<std::string> relevant(judgment.relevant.begin(), judgment.relevant.end());
    const auto is_right = [&](uint64_t key) { return relevant.contains(corpus.rows[key].id); };
    const auto filter = [&](const DocAttributes& attributes) {
      return !set.hide_right || !is_right(attributes.key);
    };
    const std::vector<Hit> hits =
        corpus.snapshot->Search(judgment.query, {.limit = kCandidates, .filter = filter});
    if (dump_) return Dump(set, hits, is_right);
    const Verdict verdict = Decide(hits);
    if (verdict.outcome == AskResponse::ANSWERED) {
      ++(is_right(hits[0].key) ? tally.right : tally.wrong);
    } else if (verdict.outcome == AskResponse::CHOICES) {
      const bool has_right =
          std::any_of(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(verdict.choices + 1),
                      [&](const Hit& hit) { return is_right(hit.key); });
      ++(has_right ? tally.choice_right : tally.choice_wrong);
    } else {
      ++tally.not_known;
    }
  }

  template <typename IsRight>
  static void Dump(const QuestionSet& set, const std::vector<Hit>& hits, const IsRight& is_right) {
    std::printf("%s", set.name.c_str());
    for (size_t i = 0; i < std::min<size_t>(hits.size(), 5); ++i) {
      const Hit& hit = hits[i];
      std::printf("\t%d,%.4f,%.4f,%.4f,%.4f,%d", is_right(hit.key) ? 1 : 0, hit.score,
                  hit.query_coverage, hit.unit_coverage, hit.total_coverage, hit.exact ? 1 : 0);
    }
    std::printf("\n");
  }

  const bool dump_;
};

int Main(int argc, char** argv) {
  const bool dump = argc > 1 && std::string_view(argv[1]) == "--dump";
  const std::string seed = "kb_seed.jsonl.zst";
  const std::string zhidao = "eval/faq_zhidao/corpus.jsonl";
  const std::string bank = "eval/faq_bank/corpus_small.jsonl";
  const std::vector<QuestionSet> sets = {
      {"no_answer", seed, ""},
      {"gov_case", seed, "gov_case/eval_dev.tsv"},
      {"gov_case without", seed, "gov_case/eval_dev.tsv", true},
      {"gov_guide_short", seed, "gov_guide_short/eval_dev.tsv"},
      {"gov_guide_short without", seed, "gov_guide_short/eval_dev.tsv", true},
      {"gov_demo_colloquial", seed, "gov_demo_colloquial/eval_dev.tsv"},
      {"gov_demo_colloquial without", seed, "gov_demo_colloquial/eval_dev.tsv", true},
      {"faq_zhidao", zhidao, "faq_zhidao/eval_dev.tsv"},
      {"faq_zhidao without", zhidao, "faq_zhidao/eval_dev.tsv", true},
      {"faq_bank(small)", bank, "faq_bank/eval_dev_small.tsv"},
      {"faq_bank(small) without", bank, "faq_bank/eval_dev_small.tsv", true},
  };
  if (!dump) {
    std::printf("%-28s %6s   %6s %6s   %6s %6s   %6s   (%%)\n", "set", "asked", "right", "wrong",
                "choice", "bad c.", "unknown");
  }
  std::map<std::string, Corpus> corpora;
  Calibration calibration(dump);
  for (const QuestionSet& set : sets) {
    if (!corpora.contains(set.corpus)) corpora.emplace(set.corpus, Load(set.corpus, false));
    const Corpus& corpus = corpora.at(set.corpus);
    if (corpus.rows.empty()) {
      std::printf("%-28s skipped: no data in %s\n", set.name.c_str(), DataDir().c_str());
      continue;
    }
    calibration.Run(set, corpus);
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
