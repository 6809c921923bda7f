// Replays messages of citizens as if they were spoken, and prints how calm and how quick the list
// of Assist is: how often its first entry changes, with and without the margin of SteadyList, and
// after how many characters the right entry is first.
//
//   assist_replay [messages [characters-per-step [newest earlier]]]
//
// newest and earlier: the characters of Transcript::Window, to try others.
//
// A message is cut into sentences, each an utterance that grows by some characters at a time. The
// messages are the dev half of gov_case (whole bodies); the corpus is the whole seed.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "services/answer/steady_list.h"
#include "services/answer/transcript.h"
#include "services/index/index.h"
#include "services/text/fold.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using answer::RankedKey;
using answer::SteadyList;
using answer::Transcript;
using index::Hit;
using index::IndexBatch;
using index::IndexWriter;

constexpr size_t kListSize = 5;
constexpr size_t kRanked = 20;
constexpr std::array kMargins = {1.0, 1.05, 1.1, 1.15, 1.25, 1.4};

// The utterances of a message.
std::vector<std::u32string> Sentences(std::string_view message) {
  std::vector<std::u32string> sentences(1);
  for (const char32_t c : text::ToCodePoints(message)) {
    sentences.back().push_back(c);
    const bool ends = std::u32string_view(U"。！？；!?\n").find(c) != std::u32string_view::npos;
    if (ends || sentences.back().size() >= 200) sentences.emplace_back();
  }
  if (sentences.back().empty()) sentences.pop_back();
  return sentences;
}

// What one way to show the list did.
struct Calm {
  size_t first_changes = 0;   // another first entry
  size_t list_changes = 0;    // another list
  size_t right_at_end = 0;    // transcripts that end with the right entry first
  std::vector<size_t> heard;  // characters said when the right entry came first
  size_t right_steps = 0;     // steps at which the right entry was first
};

class Replay {
 public:
  explicit Replay(double margin) : margin_(margin), list_(kListSize, margin) {}

  void Begin() {
    list_ = SteadyList(kListSize, margin_);
    shown_.clear();
    right_ = false;
    found_ = false;
  }
  void Step(const std::vector<RankedKey>& ranking, const std::set<uint64_t>& relevant,
            size_t characters) {
    if (!ranking.empty()) {
      const std::vector<uint64_t>& next = list_.Follow(ranking);
      if (!shown_.empty() && next.front() != shown_.front()) ++calm_.first_changes;
      if (!shown_.empty() && next != shown_) ++calm_.list_changes;
      shown_ = next;
    }
    right_ = !shown_.empty() && relevant.contains(shown_.front());
    calm_.right_steps += right_ ? 1 : 0;
    if (right_ && !found_) {
      found_ = true;
      calm_.heard.push_back(characters);
    }
  }
  void End() { calm_.right_at_end += right_ ? 1 : 0; }

  double margin() const { return margin_; }
  Calm& calm() { return calm_; }

 private:
  const double margin_;
  SteadyList list_;
  std::vector<uint64_t> shown_;
  bool right_ = false;
  bool found_ = false;
  Calm calm_;
};

size_t MedianOf(std::vector<size_t>& values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

int Main(int argc, char** argv) {
  const size_t messages = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 500;
  const size_t step = std::max(1UL, argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 6UL);
  Transcript::Window window;
  if (argc > 3) window.newest = std::strtoul(argv[3], nullptr, 10);
  if (argc > 4) window.earlier = std::strtoul(argv[4], nullptr, 10);
  const std::vector<Row> rows = ReadCorpus(DataDir() + "/kb_seed.jsonl.zst");
  std::vector<Judgment> judgments = ReadJudgments(DataDir() + "/eval/gov_case/eval_dev_long.tsv");
  if (rows.empty() || judgments.empty()) {
    std::printf("skipped: no data in %s\n", DataDir().c_str());
    return 0;
  }
  IndexBatch batch;
  for (const Row& row : rows) batch.upserts.push_back(row.document);
  IndexWriter writer;
  const auto snapshot = writer.Apply(batch);
  batch = {};

  // Spread over the file, whose beginning is of one source.
  const size_t stride = std::max<size_t>(1, judgments.size() / messages);
  std::vector<Replay> replays;
  for (const double margin : kMargins) replays.emplace_back(margin);
  size_t replayed = 0;
  size_t steps = 0;
  for (size_t i = 0; i < judgments.size() && replayed < messages; i += stride, ++replayed) {
    const Judgment& judgment = judgments[i];
    std::set<uint64_t> relevant;
    for (size_t key = 0; key < rows.size(); ++key) {
      const bool is = std::find(judgment.relevant.begin(), judgment.relevant.end(), rows[key].id) !=
                      judgment.relevant.end();
      if (is) relevant.insert(key);
    }
    for (Replay& replay : replays) replay.Begin();
    Transcript transcript(window);
    size_t characters = 0;
    int64_t number = 0;
    for (const std::u32string& sentence : Sentences(judgment.query)) {
      ++number;
      for (size_t end = 0; end < sentence.size();) {
        const size_t begin = end;
        end = std::min(sentence.size(), end + step);
        characters += end - begin;
        answer::v1::AssistRequest::Utterance utterance;
        utterance.set_number(number);
        utterance.set_text(text::ToUtf8(std::u32string_view(sentence).substr(0, end)));
        utterance.set_final(end == sentence.size());
        if (!transcript.Hear(utterance).ok()) continue;
        std::vector<RankedKey> ranking;
        for (const Hit& hit : snapshot->Search(transcript.Query(), {.limit = kRanked})) {
          ranking.push_back({hit.key, hit.score});
        }
        for (Replay& replay : replays) replay.Step(ranking, relevant, characters);
        ++steps;
      }
    }
    for (Replay& replay : replays) replay.End();
  }

  std::printf("%zu messages, %zu steps of %zu characters; window %zu + %zu\n", replayed, steps,
              step, window.newest, window.earlier);
  std::printf("%-8s %22s %22s %14s %14s %16s %14s\n", "margin", "first changes/message",
              "list changes/message", "ever first", "first at end", "median chars", "steps first");
  const auto n = static_cast<double>(replayed);
  for (Replay& replay : replays) {
    Calm& calm = replay.calm();
    std::printf("%-8.2f %22.2f %22.2f %13.1f%% %13.1f%% %16zu %13.1f%%\n", replay.margin(),
                static_cast<double>(calm.first_changes) / n,
                static_cast<double>(calm.list_changes) / n,
                100 * static_cast<double>(calm.heard.size()) / n,
                100 * static_cast<double>(calm.right_at_end) / n, MedianOf(calm.heard),
                100 * static_cast<double>(calm.right_steps) / static_cast<double>(steps));
  }
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) { return hotline::bench::Main(argc, argv); }
