// Phrases: texts in which some characters stand one after the other. The index knows which pairs
// and words a document has, not where; so it says which documents may have a phrase, and a text
// decides.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/index.h"

namespace hotline::index {

// A text to look into, folded.
class PhraseText {
 public:
  explicit PhraseText(std::u32string_view folded);

 private:
  friend class Phrase;
  // Whether a word or number may begin at `at`, or end before it.
  bool IsBorder(size_t at) const;

  std::u32string squeezed_;      // without blanks
  std::vector<bool> after_gap_;  // before which characters there was one
};

// A text to look for: folded (services/text/fold.h); blanks say where it may be interrupted.
class Phrase {
 public:
  // At most so many of its rarest terms are asked for: the cost of a phrase does not grow with its
  // length.
  static constexpr size_t kTermsMax = 16;

  explicit Phrase(std::u32string folded);

  // Without a letter, digit or Hanzi there is nothing to look for.
  bool empty() const { return squeezed_.empty(); }
  const std::u32string& folded() const { return folded_; }

  // False when documents without its terms may have it too: a single Hanzi inside the running text
  // of an answer is not a term.
  bool IsIndexed() const { return indexed_; }

  // Keys of the live documents that may have it, ascending: all that have it, but for those in
  // whose text blanks or punctuation interrupt it at two or more places where it has none itself
  // (at any place when it has fewer than three pairs), and, unless IsIndexed, those that have it
  // only inside an answer.
  std::vector<DocKey> MayHave(const IndexSnapshot& snapshot) const;

  // Whether a text has it: the same characters in the same order, whatever blanks are between
  // them. Where it begins or ends with a letter or a digit, a word or number of the text does so
  // too: "12" is not in 2012.
  bool IsIn(const PhraseText& text) const;

 private:
  std::u32string folded_;
  std::u32string squeezed_;
  std::vector<TermId> terms_;  // that a text with it has, each once
  size_t pairs_ = 0;
  bool indexed_ = false;
};

}  // namespace hotline::index
