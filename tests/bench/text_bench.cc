// How quickly texts are cut into words, read, and searched for numbers: processor time of one
// thread over the questions and answers of the demonstration base.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <time.h>

#include "services/text/fold.h"
#include "services/text/lexicon.h"
#include "services/text/numbers.h"
#include "services/text/pinyin.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

double CpuMillis() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

template <typename Work>
void Measure(const char* what, size_t bytes, const Work& work) {
  const double start = CpuMillis();
  const size_t results = work();
  const double millis = CpuMillis() - start;
  std::printf("%-10s %7.1f MB/s  %zu results\n", what, static_cast<double>(bytes) / 1e3 / millis,
              results);
}

int Main() {
  double start = CpuMillis();
  const text::Lexicon& lexicon = text::Lexicon::Builtin();
  std::printf("lexicon    %.3f ms to begin, %zu words\n", CpuMillis() - start, lexicon.size());
  start = CpuMillis();
  const text::Pinyin& pinyin = text::Pinyin::Builtin();
  std::printf("pinyin     %.3f ms to begin, %zu syllables\n", CpuMillis() - start,
              pinyin.syllables());
  std::vector<std::string> texts;
  for (const Row& row : ReadCorpus(DataDir() + "/kb_demo.jsonl")) {
    texts.push_back(row.document.question);
    texts.push_back(row.document.answer);
  }
  size_t bytes = 0;
  std::vector<std::u32string> folded(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    bytes += texts[i].size();
    text::Fold(texts[i], texts[i].size(), folded[i]);
  }
  Measure("segment", bytes, [&] {
    size_t words = 0;
    std::vector<text::Span> spans;
    for (const std::u32string& text : folded) {
      lexicon.Segment(text, nullptr, spans);
      words += spans.size();
    }
    return words;
  });
  Measure("read", bytes, [&] {
    size_t certain = 0;
    std::vector<text::Reading> readings;
    for (const std::u32string& text : folded) {
      pinyin.Read(text, readings);
      certain += static_cast<size_t>(
          std::count_if(readings.begin(), readings.end(), [](const auto& r) { return r.certain; }));
    }
    return certain;
  });
  Measure("numbers", bytes, [&] {
    size_t numbers = 0;
    for (const std::string& text : texts) numbers += text::FindNumbers(text, text.size()).size();
    return numbers;
  });
  return 0;
}

}  // namespace
}  // namespace hotline::bench

int main() { return hotline::bench::Main(); }
