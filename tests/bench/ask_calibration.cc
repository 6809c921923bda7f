// Fits how sure Ask is, and prints what Ask then does with real questions.
//
//   ask_calibration                 what the weights in use do, and what a fit would give
//   ask_calibration --write FILE    the same, and writes the fit to FILE
//                                   (services/answer/confidence_weights.h)
//   ask_calibration --dump          one line per question: set, right, the best one's score,
//   signals
//
// Run it again whenever the ranking changes. Sets: questions with a known right entry (dev halves);
// the same with their right entries hidden ("without"), so that all that is found is wrong but for
// unjudged paraphrases; questions that no base answers; and questions of one field asked of a base
// of another.
//
// Left out everywhere: questions whose best entry asks the same with the same characters and was
// not judged ("same" in the table); zhidao alone has hundreds, and each would count as wrong.
//
// The odds are fitted on every second question and judged on the others; what is written is fitted
// on all. Thresholds: an answer is given from the least odds on at which the answers of the sets
// with right entries are right in 95 of 100 cases (the mean of the sets) and the unanswerable
// questions are answered in at most 2 of 100; a choice is offered from the least odds on at which
// at most 6 of 100 unanswerable ones get one.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/answer/confidence.h"
#include "services/answer/confidence_weights.h"
#include "services/answer/likeness.h"
#include "services/answer/story.h"
#include "services/index/analyzer.h"
#include "services/index/index.h"
#include "services/text/fold.h"
#include "tests/bench/logistic.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using index::DocAttributes;
using index::Hit;
using index::IndexBatch;
using index::IndexSnapshot;
using index::IndexWriter;

constexpr size_t kQuestionsMax = 1'500;
constexpr size_t kCandidates = 12;  // as Ask
constexpr double kPrecisionWanted = 0.97;
constexpr double kFalseAnswersMax = 0.02;
constexpr double kFalseChoicesMax = 0.06;
constexpr int kBins = 10;
// Characters in common at which a pair asks the same.
constexpr double kDuplicateShare = 0.92;

// What must speak against an entry, however few examples the sets have of it: other numbers (2023
// for 2024), other Latin words, a denial.
const std::map<size_t, double> kFixed = {{12, -1.0}, {13, -0.3}, {14, -1.0}};

// What a set is for.
enum class Sort : uint8_t {
  kAnswerable,
  kHidden,        // the right entries are hidden
  kUnanswerable,  // whatever is found is wrong
  kJudged,        // questions whose best entry was judged
  kShown,         // not fitted
};

struct QuestionSet {
  std::string name;
  std::string corpus;     // below the data folder
  std::string questions;  // likewise
  Sort sort = Sort::kAnswerable;
  std::string negatives = {};  // kJudged: likewise
};

struct Corpus {
  std::vector<Row> rows;
  std::shared_ptr<const IndexSnapshot> snapshot;
};

// A question and what was found.
struct Asked {
  size_t set = 0;
  bool odd = false;  // kept for judging
  bool exact = false;
  bool found = false;
  bool judged = false;        // the best one is known to be right or wrong
  bool duplicate = false;     // the best one asks the same in other words, and nobody judged it
  bool right = false;         // the best one is
  bool right_within = false;  // one of the best five is
  double score = 0;
  std::string text;
  std::string wording;
  std::vector<double> signals;
};

Corpus Load(const std::string& file) {
  Corpus corpus{.rows = ReadCorpus(DataDir() + "/" + file), .snapshot = nullptr};
  IndexBatch batch;
  for (const Row& row : corpus.rows) {
    if (row.type != "statute") batch.upserts.push_back(row.document);
  }
  IndexWriter writer;
  corpus.snapshot = writer.Apply(batch);
  return corpus;
}

// A question and what is known of it.
struct Question {
  std::string text;
  std::set<std::string> right;
  std::set<std::string> wrong;  // judged to be
};

std::vector<Question> Questions(const QuestionSet& set) {
  std::vector<Question> questions;
  if (set.questions.find("eval/") == std::string::npos || set.sort == Sort::kUnanswerable) {
    for (const std::string& line : ReadLines(DataDir() + "/" + set.questions)) {
      questions.push_back({line.substr(0, line.find('\t')), {}, {}});
    }
    return questions;
  }
  for (const Judgment& judgment : ReadJudgments(DataDir() + "/" + set.questions)) {
    questions.push_back({judgment.query, {judgment.relevant.begin(), judgment.relevant.end()}, {}});
  }
  if (set.negatives.empty()) return questions;
  std::map<std::string, Question> by_text;
  for (Question& question : questions) by_text.emplace(question.text, std::move(question));
  for (const Judgment& judgment : ReadJudgments(DataDir() + "/" + set.negatives)) {
    Question& question = by_text[judgment.query];
    question.text = judgment.query;
    question.wrong.insert(judgment.relevant.begin(), judgment.relevant.end());
  }
  questions.clear();
  for (auto& [text, question] : by_text) questions.push_back(std::move(question));
  return questions;
}

// The characters that say something, in order of their codes.
std::u32string Content(std::string_view text) {
  std::u32string folded;
  text::Fold(text, 400, folded);
  std::vector<uint8_t> service;
  index::MarkServiceWords(folded, service);
  std::u32string content;
  for (size_t i = 0; i < folded.size(); ++i) {
    constexpr std::u32string_view kEmpty = U" 的了啊呀那哪么有是";
    if (service[i] == 0 && kEmpty.find(folded[i]) == kEmpty.npos) content += folded[i];
  }
  std::sort(content.begin(), content.end());
  return content;
}

// Both say the same with the same characters, but for order and empty words (如何取消 …续费,
// 怎么取消 …续费): the entry answers the question, though nobody judged the pair.
bool IsDuplicate(std::string_view question, std::string_view wording) {
  const std::u32string asked = Content(question);
  const std::u32string said = Content(wording);
  std::u32string common;
  std::set_intersection(asked.begin(), asked.end(), said.begin(), said.end(),
                        std::back_inserter(common));
  return 2.0 * static_cast<double>(common.size()) >=
         kDuplicateShare * static_cast<double>(asked.size() + said.size());
}

Asked Ask(const QuestionSet& set, const Corpus& corpus, const Question& question) {
  const auto is_right = [&](uint64_t key) { return question.right.contains(corpus.rows[key].id); };
  const auto filter = [&](const DocAttributes& attributes) {
    return set.sort != Sort::kHidden || !is_right(attributes.key);
  };
  const std::string query = answer::Condense(question.text);
  std::vector<Hit> hits = corpus.snapshot->Search(query, {.limit = kCandidates, .filter = filter});
  Asked asked;
  if (hits.empty()) return asked;
  std::stable_partition(hits.begin(), hits.end(), [](const Hit& hit) { return hit.exact; });
  const Row& row = corpus.rows[hits[0].key];
  const std::string& wording =
      hits[0].unit == 0 ? row.document.question : row.document.similar_questions[hits[0].unit - 1];
  const answer::Signals signals =
      answer::SignalsOf(hits, answer::Compare(*corpus.snapshot, query, wording));
  asked.found = true;
  asked.text = question.text;
  asked.wording = wording;
  asked.exact = hits[0].exact;
  asked.score = hits[0].score;
  asked.signals.assign(signals.begin(), signals.end());
  asked.right = is_right(hits[0].key);
  asked.judged = asked.right || question.wrong.contains(row.id);
  asked.duplicate = !asked.right && !asked.judged && IsDuplicate(question.text, wording);
  const size_t shown = std::min(hits.size(), answer::kChoicesMax);
  asked.right_within = std::any_of(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(shown),
                                   [&](const Hit& hit) { return is_right(hit.key); });
  return asked;
}

using OddsOf = std::function<double(const Asked&)>;

OddsOf By(const Logistic& model) {
  return [model](const Asked& asked) {
    if (!asked.found) return 0.0;
    return asked.exact ? 1.0 : std::min(0.99, model.Odds(asked.signals));
  };
}

class Report {
 public:
  Report(const std::vector<QuestionSet>& sets, const std::vector<Asked>& all, bool odd_only)
      : sets_(sets), all_(all), odd_only_(odd_only) {}

  // Mean over the answerable sets: of what is answered, what is right; and what share is answered.
  std::pair<double, double> PrecisionAndCoverage(const OddsOf& odds, double threshold) const {
    double precision = 0;
    double coverage = 0;
    double sets = 0;
    for (size_t set = 0; set < sets_.size(); ++set) {
      if (sets_[set].sort != Sort::kAnswerable) continue;
      double asked = 0;
      double answered = 0;
      double right = 0;
      Each(set, [&](const Asked& item) {
        ++asked;
        if (odds(item) < threshold) return;
        ++answered;
        right += item.right ? 1 : 0;
      });
      if (asked == 0) continue;
      precision += answered > 0 ? right / answered : 1;
      coverage += answered / asked;
      ++sets;
    }
    return sets == 0 ? std::pair(0.0, 0.0) : std::pair(precision / sets, coverage / sets);
  }

  // The share of the unanswerable questions at or above the odds; the greatest of the sets.
  double FalseShare(const OddsOf& odds, double threshold) const {
    double greatest = 0;
    for (size_t set = 0; set < sets_.size(); ++set) {
      if (sets_[set].sort != Sort::kUnanswerable) continue;
      double asked = 0;
      double shown = 0;
      Each(set, [&](const Asked& item) {
        ++asked;
        shown += odds(item) >= threshold ? 1 : 0;
      });
      if (asked > 0) greatest = std::max(greatest, shown / asked);
    }
    return greatest;
  }

  double AnswerThreshold(const OddsOf& odds) const {
    return Least([&](double at) {
      return PrecisionAndCoverage(odds, at).first >= kPrecisionWanted &&
             FalseShare(odds, at) <= kFalseAnswersMax;
    });
  }
  double ChoiceThreshold(const OddsOf& odds) const {
    return Least([&](double at) { return FalseShare(odds, at) <= kFalseChoicesMax; });
  }

  void Print(const char* title, const OddsOf& odds, double answer, double choice) const {
    std::printf("\n%s: answers from %.2f, choices from %.2f\n", title, answer, choice);
    std::printf("%-28s %6s %5s %7s %7s %8s %7s %7s %8s %8s\n", "set (%)", "asked", "same", "right",
                "wrong", "choice+", "choice-", "unknown", "precis.", "recall@1");
    for (size_t set = 0; set < sets_.size(); ++set) PrintSet(set, odds, answer, choice);
    std::printf("\nprecision at coverage (means of the answerable sets)\n");
    for (const double at : {0.5, 0.6, 0.7, 0.8, 0.9, 0.95}) {
      const auto [precision, coverage] = PrecisionAndCoverage(odds, at);
      std::printf("  odds >= %.2f   precision %.3f   coverage %.3f   false answers <= %.3f\n", at,
                  precision, coverage, FalseShare(odds, at));
    }
    PrintReliability(odds);
  }

 private:
  template <typename Visit>
  void Each(size_t set, const Visit& visit) const {
    for (const Asked& item : all_) {
      if (item.set == set && !item.duplicate && (!odd_only_ || item.odd)) visit(item);
    }
  }

  static double Least(const std::function<bool(double)>& good) {
    for (int percent = 10; percent < 99; ++percent) {
      if (good(percent / 100.0)) return percent / 100.0;
    }
    return 0.99;
  }

  void PrintSet(size_t set, const OddsOf& odds, double answer, double choice) const {
    double asked = 0;
    double right = 0;
    double wrong = 0;
    double choice_right = 0;
    double choice_wrong = 0;
    double first = 0;
    Each(set, [&](const Asked& item) {
      ++asked;
      first += item.right ? 1 : 0;
      const double sure = odds(item);
      if (sure >= answer) {
        ++(item.right ? right : wrong);
      } else if (sure >= choice) {
        ++(item.right_within ? choice_right : choice_wrong);
      }
    });
    if (asked == 0) return;
    const double unit = asked / 100;
    const auto same =
        static_cast<long>(std::count_if(all_.begin(), all_.end(), [&](const Asked& item) {
          return item.set == set && item.duplicate && (!odd_only_ || item.odd);
        }));
    std::printf("%-28s %6.0f %5ld %7.1f %7.1f %8.1f %7.1f %7.1f %8.3f %8.3f\n",
                sets_[set].name.c_str(), asked, same, right / unit, wrong / unit,
                choice_right / unit, choice_wrong / unit,
                (asked - right - wrong - choice_right - choice_wrong) / unit,
                right + wrong > 0 ? right / (right + wrong) : 1, first / asked);
  }

  // Odds as said, beside how often they were right; answerable and unanswerable sets.
  void PrintReliability(const OddsOf& odds) const {
    std::vector<double> count(kBins);
    std::vector<double> said(kBins);
    std::vector<double> right(kBins);
    for (size_t set = 0; set < sets_.size(); ++set) {
      if (sets_[set].sort == Sort::kHidden || sets_[set].sort == Sort::kShown) continue;
      Each(set, [&](const Asked& item) {
        const double sure = odds(item);
        const auto bin = std::min<size_t>(kBins - 1, static_cast<size_t>(sure * kBins));
        ++count[bin];
        said[bin] += sure;
        right[bin] += item.right ? 1 : 0;
      });
    }
    std::printf("\nreliability      said    right   questions\n");
    for (size_t bin = 0; bin < kBins; ++bin) {
      if (count[bin] == 0) continue;
      std::printf("  %.1f to %.1f   %6.3f   %6.3f   %9.0f\n", static_cast<double>(bin) / kBins,
                  static_cast<double>(bin + 1) / kBins, said[bin] / count[bin],
                  right[bin] / count[bin], count[bin]);
    }
  }

  const std::vector<QuestionSet>& sets_;
  const std::vector<Asked>& all_;
  const bool odd_only_;
};

// Sets weigh alike, whatever their size; hidden ones half: most of their questions have a wording
// beside the right one that nobody would have written.
std::vector<Example> Examples(const std::vector<QuestionSet>& sets, const std::vector<Asked>& all,
                              bool even_only) {
  std::map<size_t, double> sizes;
  for (const Asked& asked : all) ++sizes[asked.set];
  std::vector<Example> examples;
  for (const Asked& asked : all) {
    const Sort sort = sets[asked.set].sort;
    if (!asked.found || asked.exact || asked.duplicate || sort == Sort::kShown) continue;
    if (even_only && asked.odd) continue;
    const double share = sort == Sort::kHidden ? 0.5 : 1.0;
    examples.push_back({asked.signals, asked.right, 1000 * share / sizes[asked.set]});
  }
  return examples;
}

void Write(const std::string& path, const Logistic& model, double answer, double choice) {
  std::ofstream out(path);
  out << "// Printed by tests/bench/ask_calibration --write. Do not edit.\n"
         "#pragma once\n\nnamespace hotline::answer {\n\n";
  char number[32];
  const auto text = [&](double value) {
    std::snprintf(number, sizeof number, "%.3f", value);
    return std::string(number);
  };
  out << "inline constexpr double kConfidenceBase = " << text(model.base) << ";\n"
      << "// clang-format off\n"
      << "inline constexpr double kConfidenceWeights[] = {\n";
  for (size_t i = 0; i < model.weights.size(); ++i) {
    out << "    " << text(model.weights[i]) << ",  // " << answer::kSignalNames[i] << "\n";
  }
  out << "};\n// clang-format on\n"
      << "inline constexpr double kAnswerThreshold = " << text(answer) << ";\n"
      << "inline constexpr double kChoiceThreshold = " << text(choice) << ";\n\n"
      << "}  // namespace hotline::answer\n";
}

std::vector<QuestionSet> Sets() {
  const std::string seed = "kb_seed.jsonl.zst";
  const std::string zhidao = "eval/faq_zhidao/corpus.jsonl";
  const std::string covid = "eval/faq_covid/corpus.jsonl";
  std::vector<QuestionSet> sets;
  const auto add = [&](const std::string& name, const std::string& corpus,
                       const std::string& folder, Sort sort) {
    sets.push_back({name, corpus, "eval/" + folder + "/eval_dev.tsv", sort});
  };
  for (const char* const name : {"gov_case", "gov_guide_short", "gov_demo_colloquial"}) {
    add(name, seed, name, Sort::kAnswerable);
    add(std::string(name) + " without", seed, name, Sort::kHidden);
  }
  sets.push_back(
      {"gov_case, whole stories", seed, "eval/gov_case/eval_dev_long.tsv", Sort::kAnswerable});
  add("faq_zhidao", zhidao, "faq_zhidao", Sort::kAnswerable);
  add("faq_covid", covid, "faq_covid", Sort::kAnswerable);
  const auto strange = [&](const std::string& name, const std::string& corpus,
                           const std::string& questions) {
    sets.push_back({name, corpus, questions, Sort::kUnanswerable});
  };
  const std::string bank = "eval/faq_bank/corpus_small.jsonl";
  strange("no_answer", seed, "queries/no_answer_queries.txt");
  strange("a bank's asked of the city", seed, "eval/faq_bank/eval_dev_small.tsv");
  strange("medical asked of a bank", bank, "eval/faq_med/eval_dev_small.tsv");
  strange("anything asked of a bank", bank, "eval/faq_zhidao/eval_dev.tsv");
  for (const char* const name : {"faq_bank", "faq_antfin", "faq_med"}) {
    const std::string folder = std::string("eval/") + name;
    sets.push_back({std::string(name) + " judged", folder + "/corpus.jsonl",
                    folder + "/eval_dev.tsv", Sort::kJudged, folder + "/hard_negatives.tsv"});
    sets.push_back({std::string(name) + "(small)", folder + "/corpus_small.jsonl",
                    folder + "/eval_dev_small.tsv", Sort::kShown});
  }
  sets.push_back({"kaohsiung failed, unjudged", seed, "queries/kaohsiung_bot_failed_queries.tsv",
                  Sort::kShown});
  return sets;
}

std::vector<Asked> AskAll(const std::vector<QuestionSet>& sets) {
  std::map<std::string, Corpus> corpora;
  std::vector<Asked> all;
  for (size_t i = 0; i < sets.size(); ++i) {
    const QuestionSet& set = sets[i];
    if (!corpora.contains(set.corpus)) corpora.emplace(set.corpus, Load(set.corpus));
    const Corpus& corpus = corpora.at(set.corpus);
    if (corpus.rows.empty()) {
      std::printf("%s skipped: no data in %s\n", set.name.c_str(), DataDir().c_str());
      continue;
    }
    size_t number = 0;
    for (const Question& question : Questions(set)) {
      if (number == kQuestionsMax) break;
      Asked asked = Ask(set, corpus, question);
      if (set.sort == Sort::kJudged && !asked.judged) continue;
      asked.set = i;
      asked.odd = number++ % 2 == 1;
      all.push_back(std::move(asked));
    }
  }
  return all;
}

void Dump(const std::vector<QuestionSet>& sets, const std::vector<Asked>& all) {
  for (const Asked& asked : all) {
    std::printf("%s\t%d\t%d\t%.4f", sets[asked.set].name.c_str(), asked.right ? 1 : 0,
                asked.exact ? 1 : 0, asked.score);
    for (const double signal : asked.signals) std::printf("\t%.3f", signal);
    std::printf("\t%s\t%s\n", asked.text.c_str(), asked.wording.c_str());
  }
}

int Main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const std::vector<QuestionSet> sets = Sets();
  const std::vector<Asked> all = AskAll(sets);
  if (!arguments.empty() && arguments[0] == "--dump") {
    Dump(sets, all);
    return 0;
  }
  const Logistic in_use{
      answer::kConfidenceBase,
      {std::begin(answer::kConfidenceWeights), std::end(answer::kConfidenceWeights)}};
  const Report on_all(sets, all, false);
  on_all.Print("weights in use, all questions", By(in_use), answer::kAnswerThreshold,
               answer::kChoiceThreshold);
  const Logistic half = Fit(Examples(sets, all, true), kFixed);
  const Report on_odd(sets, all, true);
  on_odd.Print("fitted on one half, judged on the other", By(half),
               on_odd.AnswerThreshold(By(half)), on_odd.ChoiceThreshold(By(half)));
  const Logistic fit = Fit(Examples(sets, all, false), kFixed);
  const double answer = on_all.AnswerThreshold(By(fit));
  const double choice = on_all.ChoiceThreshold(By(fit));
  std::printf("\nfitted on all: base %.3f, answers from %.2f, choices from %.2f, weights", fit.base,
              answer, choice);
  for (const double weight : fit.weights) std::printf(" %.3f", weight);
  std::printf("\n");
  if (arguments.size() == 2 && arguments[0] == "--write") {
    Write(std::string(arguments[1]), fit, answer, choice);
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
