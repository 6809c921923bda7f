// What the second stage knows of a text, a query or a wording: its terms and words with what they
// weigh in the snapshot, and how it asks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/idf_cache.h"
#include "services/text/lexicon.h"

namespace hotline::index {

struct TextProfile {
  // By term, each once, with its idf.
  using Terms = std::vector<std::pair<TermId, float>>;

  std::u32string text;        // squeezed
  std::vector<Token> tokens;  // in order
  Terms terms;                // primary ones
  Terms characters;           // of CJK runs; words of letters and digits as they are
  Terms words;                // of the lexicon
  double term_mass = 0;       // sums of idf
  double character_mass = 0;
  double word_mass = 0;
  double greatest = 0;  // idf of a term, of a word
  double greatest_word = 0;
  uint32_t asks = 0;           // ways to ask (who, when, how much …), a bit each
  bool denies = false;         // it has a denial
  std::vector<TermId> digits;  // numbers; by term
  std::vector<TermId> latin;   // words of letters; by term
};

// Makes profiles. One thread.
class Profiler {
 public:
  // Both must outlive it; `trade_words` may be null.
  Profiler(IdfCache& idf, const text::Overlay* trade_words)
      : idf_(idf), trade_words_(trade_words) {}

  // Replaces `profile` by that of the first `limit` characters.
  void Read(std::u32string_view squeezed, size_t limit, TextProfile& profile);

 private:
  float WeightOfWord(std::u32string_view word);
  void ReadWords(TextProfile& profile);

  IdfCache& idf_;
  const text::Overlay* trade_words_;
  std::vector<text::Span> spans_;
};

}  // namespace hotline::index
