#include "services/index/phrase.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "services/index/query.h"
#include "services/index/segment.h"

namespace hotline::index {
namespace {

// Pairs from which on one may be missing: blanks or punctuation stand between its characters.
constexpr size_t kPairsForBreak = 3;

bool IsWordCharacter(char32_t c) {
  return ClassOf(c) == CharClass::kLetter || ClassOf(c) == CharClass::kDigit;
}

}  // namespace

PhraseText::PhraseText(std::u32string_view folded) {
  bool gap = true;
  for (const char32_t c : folded) {
    if (c != U' ') {
      squeezed_.push_back(c);
      after_gap_.push_back(gap);
    }
    gap = c == U' ';
  }
}

bool PhraseText::IsBorder(size_t at) const {
  return at == 0 || at == squeezed_.size() || after_gap_[at] ||
         ClassOf(squeezed_[at - 1]) != ClassOf(squeezed_[at]);
}

Phrase::Phrase(std::u32string folded) : folded_(std::move(folded)) {
  for (const char32_t c : folded_) {
    if (c != U' ') squeezed_.push_back(c);
  }
  std::vector<Token> tokens;
  Tokenize(folded_, Detail::kPrimary, tokens);
  // A Hanzi that stands alone here may be part of a pair in the text, so it need not be a term
  // there.
  std::vector<TermId> singles;
  for (const Token& token : tokens) {
    pairs_ += token.kind == TermKind::kPair ? 1 : 0;
    (token.kind == TermKind::kSingle ? singles : terms_).push_back(token.term);
  }
  indexed_ = !terms_.empty();
  if (!indexed_) terms_ = std::move(singles);
  std::sort(terms_.begin(), terms_.end());
  terms_.erase(std::unique(terms_.begin(), terms_.end()), terms_.end());
}

std::vector<DocKey> Phrase::MayHave(const IndexSnapshot& snapshot) const {
  std::vector<std::pair<size_t, TermId>> order;
  for (const TermId term : terms_) order.emplace_back(LiveFrequency(snapshot, term), term);
  std::sort(order.begin(), order.end());
  if (order.size() > kTermsMax) order.resize(kTermsMax);
  const size_t missing = pairs_ >= kPairsForBreak && order.size() >= kPairsForBreak ? 1 : 0;
  std::vector<DocKey> keys;
  if (order.empty()) return keys;
  const size_t least = order.size() - missing;
  std::vector<uint8_t> counts;
  for (const IndexSnapshot::View& view : snapshot.views()) {
    counts.assign(view.segment->size(), 0);
    for (const auto& [frequency, term] : order) {
      const uint32_t index = view.segment->FindTerm(term);
      if (index == Segment::kNoTerm) continue;
      const PostingList list = view.segment->List(index);
      for (uint32_t at = 0; at < list.count; ++at) ++counts[list.docs[at]];
    }
    for (size_t doc = 0; doc < counts.size(); ++doc) {
      const auto id = static_cast<DocId>(doc);
      if (counts[doc] < least) continue;
      if (view.tombstones != nullptr && view.tombstones->IsDeleted(id)) continue;
      keys.push_back(view.segment->attributes(id).key);
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

bool Phrase::IsIn(const PhraseText& text) const {
  const std::u32string& in = text.squeezed_;
  if (squeezed_.empty()) return false;
  for (size_t at = in.find(squeezed_); at != in.npos; at = in.find(squeezed_, at + 1)) {
    if (IsWordCharacter(squeezed_.front()) && !text.IsBorder(at)) continue;
    if (IsWordCharacter(squeezed_.back()) && !text.IsBorder(at + squeezed_.size())) continue;
    return true;
  }
  return false;
}

}  // namespace hotline::index
