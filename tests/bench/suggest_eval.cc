// How often completion offers the entry that is being typed: real questions of the demonstration
// base, typed in full pinyin, initials and mixed, from their beginnings and from inside.
//
//   suggest_eval [corpus]      default: kb_demo.jsonl of the data folder
#include <cstdio>
#include <string>
#include <vector>

#include "services/index/index.h"
#include "services/text/fold.h"
#include "services/text/pinyin.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using index::IndexBatch;
using index::IndexSnapshot;
using index::IndexWriter;

constexpr size_t kShown = 8;

// `how`: 'f' full pinyin, 'i' initials, 'm' the first half Hanzi, 'p' full pinyin without the last
// letter, 'h' Hanzi.
std::string Typed(std::u32string_view text, const std::vector<text::Reading>& readings,
                  size_t begin, size_t count, char how) {
  std::string typed;
  for (size_t i = begin; i < begin + count; ++i) {
    const std::string_view letters = text::Pinyin::Builtin().Letters(readings[i].syllable);
    const bool hanzi = how == 'h' || (how == 'm' && i < begin + count / 2);
    if (letters.empty() || hanzi) {
      typed += text::ToUtf8(text.substr(i, 1));
    } else {
      typed += how == 'i' || how == 'm' ? letters.substr(0, 1) : letters;
    }
  }
  if (how == 'p' && typed.size() > 1) typed.pop_back();
  return typed;
}

struct Tally {
  size_t asked = 0;
  size_t found = 0;  // among those shown
  size_t alike = 0;  // something shown has exactly the characters that were meant, at least
};

// Types part of every question and counts how often its entry is shown.
Tally Type(const IndexSnapshot& snapshot, const std::vector<Row>& rows, size_t count, bool inside,
           char how) {
  Tally tally;
  std::u32string folded;
  std::vector<text::Reading> readings;
  for (size_t key = 0; key < rows.size(); key += 2) {
    text::Fold(rows[key].document.question, 1000, folded);
    std::erase(folded, U' ');
    if (folded.size() < count + 4) continue;
    text::Pinyin::Builtin().Read(folded, readings);
    const size_t begin = inside ? 1 + key % (folded.size() - count - 1) : 0;
    const std::string typed = Typed(folded, readings, begin, count, how);
    const std::string meant = text::ToUtf8(std::u32string_view(folded).substr(begin, count));
    ++tally.asked;
    bool found = false;
    bool alike = false;
    for (const auto& completion : snapshot.Suggest(typed, {.limit = kShown})) {
      found |= completion.key == key;
      const auto& document = rows[completion.key].document;
      std::u32string wording;
      text::Fold(completion.unit == 0 ? document.question
                                      : document.similar_questions[completion.unit - 1],
                 1000, wording);
      alike |= text::Squeeze(wording).find(meant) != std::string::npos;
    }
    tally.found += found;
    tally.alike += alike;
  }
  return tally;
}

int Main(int argc, char** argv) {
  const std::vector<Row> rows = ReadCorpus(argc > 1 ? argv[1] : DataDir() + "/kb_demo.jsonl");
  if (rows.empty()) {
    std::printf("skipped: no data in %s\n", DataDir().c_str());
    return 0;
  }
  IndexWriter writer;
  IndexBatch batch;
  for (const Row& row : rows) batch.upserts.push_back(row.document);
  const auto snapshot = writer.Apply(batch);
  std::printf("place   characters  typed      asked   entry@%zu  same_text@%zu\n", kShown, kShown);
  const std::pair<char, const char*> ways[] = {
      {'h', "hanzi"}, {'f', "pinyin"}, {'p', "partial"}, {'i', "initials"}, {'m', "mixed"}};
  for (const bool inside : {false, true}) {
    for (const size_t count : {3, 4, 5, 6, 8}) {
      for (const auto& [how, name] : ways) {
        const Tally tally = Type(*snapshot, rows, count, inside, how);
        const auto share = [&](size_t n) {
          return static_cast<double>(n) / static_cast<double>(tally.asked);
        };
        std::printf("%-7s %-11zu %-9s %6zu   %.3f    %.3f\n", inside ? "inside" : "prefix", count,
                    name, tally.asked, share(tally.found), share(tally.alike));
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
