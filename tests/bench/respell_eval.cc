// What respelling does to queries as they are, and to queries with one wrong character that sounds
// the same (dict/confusion_same_pinyin.txt).
//
//   respell_eval [set] [most queries]     default: faq_zhidao 3000; a folder of the data's eval/
//
// "rewritten" puts the heaviest expansion of each place into the query and searches anew: what
// respelling can give at best, and how often a correct query would get another first hit.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <time.h>

#include "services/index/index.h"
#include "services/index/respell.h"
#include "services/text/fold.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using index::Expansion;
using index::ExpansionSource;
using index::Hit;
using index::IndexBatch;
using index::IndexSnapshot;
using index::IndexWriter;
using index::Respell;

std::map<char32_t, std::u32string> Confusions() {
  std::map<char32_t, std::u32string> confusions;
  for (const std::string& line : ReadLines(DataDir() + "/dict/confusion_same_pinyin.txt")) {
    const std::u32string characters = text::ToCodePoints(line);
    if (characters.size() < 3 || characters[1] != U'\t') continue;
    for (const char32_t c : characters.substr(2)) {
      if (c >= 0x4e00 && c < 0xa000) confusions[characters[0]].push_back(c);
    }
  }
  return confusions;
}

double CpuMillis() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// The query with the heaviest homophone of each place put in.
std::u32string Rewritten(std::u32string_view folded, const std::vector<Expansion>& expansions) {
  std::u32string text(folded);
  for (size_t i = 0; i < expansions.size(); ++i) {
    const Expansion& one = expansions[i];
    if (one.source != ExpansionSource::kHomophone || one.text.size() != one.end - one.begin)
      continue;
    if (i > 0 && expansions[i - 1].begin == one.begin) continue;
    text.replace(one.begin, one.end - one.begin, one.text);
  }
  return text;
}

struct Quality {
  size_t first = 0;
  size_t ten = 0;
};

void Count(const IndexSnapshot& snapshot, const std::string& query,
           const std::set<uint64_t>& relevant, Quality& quality) {
  const std::vector<Hit> hits = snapshot.Search(query, {.limit = 10});
  const auto found = std::find_if(hits.begin(), hits.end(),
                                  [&](const Hit& hit) { return relevant.count(hit.key) > 0; });
  quality.first += found == hits.begin() && !hits.empty();
  quality.ten += found != hits.end();
}

void Print(const char* what, const Quality& quality, size_t asked) {
  std::printf("%-22s hit@1=%.3f hit@10=%.3f\n", what,
              static_cast<double>(quality.first) / static_cast<double>(asked),
              static_cast<double>(quality.ten) / static_cast<double>(asked));
}

std::string CorpusOf(const std::string& folder) {
  for (const char* name : {"/corpus.jsonl", "/corpus.jsonl.zst"}) {
    if (std::filesystem::exists(folder + name)) return folder + name;
  }
  return DataDir() + "/kb_seed.jsonl.zst";
}

int Main(int argc, char** argv) {
  const std::string folder = DataDir() + "/eval/" + (argc > 1 ? argv[1] : "faq_zhidao");
  const size_t most = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 3000;
  const std::vector<Row> rows = ReadCorpus(CorpusOf(folder));
  std::vector<Judgment> judgments = ReadJudgments(folder + "/eval_dev.tsv");
  if (judgments.size() > most) judgments.resize(most);
  if (rows.empty() || judgments.empty()) {
    std::printf("skipped: no data in %s\n", folder.c_str());
    return 0;
  }
  std::map<std::string, uint64_t> keys;
  IndexBatch batch;
  for (const Row& row : rows) {
    keys[row.id] = row.document.attributes.key;
    batch.upserts.push_back(row.document);
  }
  IndexWriter writer;
  const auto snapshot = writer.Apply(batch);
  const auto confusions = Confusions();
  size_t asked = 0;
  size_t touched = 0;
  size_t changed = 0;
  size_t wrong = 0;
  size_t restored = 0;
  size_t heard = 0;
  Quality plain, rewritten, with_error, corrected;
  std::vector<double> millis;
  for (size_t i = 0; i < judgments.size(); ++i) {
    std::set<uint64_t> relevant;
    for (const std::string& id : judgments[i].relevant) relevant.insert(keys[id]);
    std::u32string folded;
    text::Fold(judgments[i].query, index::kMaxRespelledCharacters, folded);
    const std::string query = text::ToUtf8(folded);
    const double start = CpuMillis();
    const auto expansions = Respell(*snapshot, query);
    millis.push_back(CpuMillis() - start);
    const std::string other = text::ToUtf8(Rewritten(folded, expansions));
    ++asked;
    if (other != query) {
      ++touched;
      const auto a = snapshot->Search(query, {.limit = 1});
      const auto b = snapshot->Search(other, {.limit = 1});
      changed += a.empty() != b.empty() || (!a.empty() && a[0].key != b[0].key);
      if (std::getenv("VERBOSE") != nullptr)
        std::printf("%s -> %s\n", query.c_str(), other.c_str());
    }
    Count(*snapshot, query, relevant, plain);
    Count(*snapshot, other, relevant, rewritten);
    // One character becomes another that sounds the same.
    std::vector<size_t> places;
    for (size_t at = 0; at < folded.size(); ++at) {
      if (confusions.count(folded[at]) > 0) places.push_back(at);
    }
    if (places.empty()) continue;
    const size_t at = places[(i * 7919) % places.size()];
    const std::u32string& choices = confusions.at(folded[at]);
    std::u32string broken = folded;
    // The confusion sets list frequent characters first: one of the first five.
    broken[at] = choices[(i * 104729) % std::min<size_t>(choices.size(), 5)];
    if (broken[at] == folded[at]) continue;
    ++wrong;
    const auto repairs = Respell(*snapshot, text::ToUtf8(broken));
    const std::u32string repaired = Rewritten(broken, repairs);
    restored += repaired == folded;
    heard += std::any_of(repairs.begin(), repairs.end(), [&](const Expansion& one) {
      return one.begin <= at && at < one.end && one.text.size() == one.end - one.begin &&
             one.text[at - one.begin] == folded[at];
    });
    Count(*snapshot, text::ToUtf8(broken), relevant, with_error);
    Count(*snapshot, text::ToUtf8(repaired), relevant, corrected);
    if (std::getenv("VERBOSE") != nullptr && repaired != folded) {
      std::printf("  %s | %s | %s\n", text::ToUtf8(folded).c_str(), text::ToUtf8(broken).c_str(),
                  text::ToUtf8(repaired).c_str());
    }
  }
  std::sort(millis.begin(), millis.end());
  std::printf("entries=%zu queries=%zu\n", rows.size(), asked);
  std::printf("correct queries with a homophone: %zu (%.4f), with another first hit: %zu (%.4f)\n",
              touched, static_cast<double>(touched) / static_cast<double>(asked), changed,
              static_cast<double>(changed) / static_cast<double>(asked));
  Print("correct", plain, asked);
  Print("correct, rewritten", rewritten, asked);
  std::printf("one wrong character: %zu, expansion has the right one: %.3f, all restored: %.3f\n",
              wrong, static_cast<double>(heard) / static_cast<double>(wrong),
              static_cast<double>(restored) / static_cast<double>(wrong));
  Print("wrong", with_error, wrong);
  Print("wrong, rewritten", corrected, wrong);
  std::printf("respell p50=%.3f ms p99=%.3f ms max=%.3f ms\n", millis[millis.size() / 2],
              millis[millis.size() * 99 / 100], millis.back());
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
