// Derived arrays and lookups of a segment.
#include "services/index/segment.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace hotline::index {
namespace {

template <typename T>
size_t BytesOf(const std::vector<T>& v) {
  return v.capacity() * sizeof(T);
}

void ShrinkToFit(SegmentArrays& a) {
  SegmentArrays::VisitVectors(a, [](auto& vector) { vector.shrink_to_fit(); });
  a.attributes.shrink_to_fit();
  a.text.shrink_to_fit();
}

}  // namespace

ImpactScale::ImpactScale(const FieldWeights& weights)
    : weights_(weights),
      max_((weights.k1 + 1) *
               (weights.question + std::max(weights.answer, weights.statute_answer)) +
           weights.keyword) {
  for (size_t i = 0; i < values_.size(); ++i) {
    const double root = static_cast<double>(i) / 127.0;
    values_[i] = static_cast<float>(max_ * root * root);
  }
}

double ImpactScale::Question(RankTier tier, double count, double length) const {
  const double norm =
      1 - weights_.question_b + weights_.question_b * length / weights_.question_pivot;
  const double weight = tier == RankTier::kStatute ? weights_.statute_question : weights_.question;
  return weight * count * (weights_.k1 + 1) / (count + weights_.k1 * norm);
}

double ImpactScale::Answer(RankTier tier, double count, double length) const {
  const double weight = tier == RankTier::kStatute ? weights_.statute_answer : weights_.answer;
  const double pivot =
      tier == RankTier::kStatute ? weights_.statute_answer_pivot : weights_.answer_pivot;
  const double norm = 1 - weights_.answer_b + weights_.answer_b * length / pivot;
  return weight * count * (weights_.k1 + 1) / (count + weights_.k1 * norm);
}

Payload ImpactScale::Encode(double impact) const {
  if (impact <= 0) return 0;
  const double root = std::sqrt(std::min(impact / max_, 1.0));
  return static_cast<Payload>(std::max(1L, std::lround(root * 127.0)));
}

Segment::Segment(SegmentArrays arrays) : a_(std::move(arrays)) {
  ShrinkToFit(a_);
  windows_ = (size() + kWindowDocs - 1) >> kWindowBits;
  BuildHash();
  BuildWindows();
  BuildForward();
  BuildUnits();
  sounds_ = std::make_unique<const PinyinIndex>(*this);
}

void Segment::BuildHash() {
  const size_t capacity =
      std::bit_ceil(std::max<size_t>(16, a_.terms.size() + a_.terms.size() / 2));
  slot_shift_ = 32U - static_cast<uint32_t>(std::countr_zero(capacity));
  slots_.assign(capacity, {});
  const size_t mask = capacity - 1;
  for (uint32_t i = 0; i < a_.terms.size(); ++i) {
    size_t slot = (a_.terms[i] * 0x9E3779B1U) >> slot_shift_;
    while (slots_[slot].index != kNoTerm) slot = (slot + 1) & mask;
    slots_[slot] = {a_.terms[i], i};
  }
}

uint32_t Segment::FindTerm(TermId term) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = (term * 0x9E3779B1U) >> slot_shift_;
  while (slots_[slot].index != kNoTerm && slots_[slot].term != term) slot = (slot + 1) & mask;
  return slots_[slot].index;
}

void Segment::BuildWindows() {
  for (uint32_t term = 0; term < a_.terms.size(); ++term) {
    const uint32_t begin = a_.posting_begin[term];
    const uint32_t count = a_.posting_begin[term + 1] - begin;
    if (count < kLongList) continue;
    long_terms_.push_back(term);
    uint32_t at = 0;
    for (size_t window = 0; window < windows_; ++window) {
      window_begin_.push_back(static_cast<uint16_t>(at));
      Payload bound = 0;
      for (; at < count && a_.docs[begin + at] >> kWindowBits == window; ++at) {
        bound = Joined(bound, a_.payloads[begin + at]);
      }
      window_bound_.push_back(bound);
    }
  }
  long_terms_.shrink_to_fit();
  window_begin_.shrink_to_fit();
  window_bound_.shrink_to_fit();
}

PostingList Segment::List(uint32_t term_index) const {
  const uint32_t begin = a_.posting_begin[term_index];
  PostingList list{.docs = a_.docs.data() + begin,
                   .payloads = a_.payloads.data() + begin,
                   .count = a_.posting_begin[term_index + 1] - begin,
                   .bound = a_.bounds[term_index]};
  if (list.count >= kLongList) {
    const auto at =
        std::lower_bound(long_terms_.begin(), long_terms_.end(), term_index) - long_terms_.begin();
    list.window_begin = window_begin_.data() + static_cast<size_t>(at) * windows_;
    list.window_bound = window_bound_.data() + static_cast<size_t>(at) * windows_;
  }
  return list;
}

// Transposes the lists: first the sizes, then the bytes; the terms of a document come in ascending
// order by itself.
void Segment::BuildForward() {
  const auto bytes_for = [](uint32_t gap) { return (std::bit_width(gap | 1U) + 6) / 7; };
  std::vector<uint32_t> last(size(), 0);
  forward_begin_.assign(size() + 1, 0);
  for (uint32_t term = 0; term < a_.terms.size(); ++term) {
    for (uint32_t i = a_.posting_begin[term]; i < a_.posting_begin[term + 1]; ++i) {
      const DocId doc = a_.docs[i];
      forward_begin_[doc + 1U] += static_cast<uint32_t>(bytes_for(term - last[doc]));
      last[doc] = term;
    }
  }
  std::partial_sum(forward_begin_.begin(), forward_begin_.end(), forward_begin_.begin());
  forward_.resize(forward_begin_.back());
  std::vector<uint32_t> at(forward_begin_.begin(), forward_begin_.end() - 1);
  std::fill(last.begin(), last.end(), 0);
  for (uint32_t term = 0; term < a_.terms.size(); ++term) {
    for (uint32_t i = a_.posting_begin[term]; i < a_.posting_begin[term + 1]; ++i) {
      const DocId doc = a_.docs[i];
      uint32_t gap = term - last[doc];
      last[doc] = term;
      for (; gap >= 0x80; gap >>= 7) forward_[at[doc]++] = static_cast<uint8_t>(gap | 0x80);
      forward_[at[doc]++] = static_cast<uint8_t>(gap);
    }
  }
}

void Segment::TermsOf(DocId doc, std::vector<uint32_t>& out) const {
  out.clear();
  uint32_t term = 0;
  for (uint32_t at = forward_begin_[doc]; at < forward_begin_[doc + 1U];) {
    uint32_t gap = 0;
    for (uint32_t shift = 0;; shift += 7) {
      const uint8_t byte = forward_[at++];
      gap |= static_cast<uint32_t>(byte & 0x7fU) << shift;
      if (byte < 0x80) break;
    }
    term += gap;
    out.push_back(term);
  }
}

void Segment::BuildUnits() {
  unit_doc_.resize(a_.unit_terms.size());
  for (size_t doc = 0; doc < size(); ++doc) {
    for (uint32_t unit = a_.unit_begin[doc]; unit < a_.unit_begin[doc + 1]; ++unit) {
      unit_doc_[unit] = static_cast<DocId>(doc);
    }
  }
  sorted_units_.resize(a_.unit_terms.size());
  std::iota(sorted_units_.begin(), sorted_units_.end(), 0U);
  std::sort(sorted_units_.begin(), sorted_units_.end(), [this](uint32_t a, uint32_t b) {
    const int order = unit_text(a).compare(unit_text(b));
    if (order != 0) return order < 0;
    const DocKey key_a = a_.attributes[unit_doc_[a]].key;
    const DocKey key_b = a_.attributes[unit_doc_[b]].key;
    return key_a != key_b ? key_a < key_b : a < b;
  });
}

size_t Segment::memory_bytes() const {
  size_t bytes = sizeof(*this) + BytesOf(a_.attributes) + a_.text.capacity() + BytesOf(slots_) +
                 BytesOf(long_terms_) + BytesOf(window_begin_) + BytesOf(window_bound_) +
                 BytesOf(forward_begin_) + BytesOf(forward_) + BytesOf(unit_doc_) +
                 BytesOf(sorted_units_) + sounds_->memory_bytes();
  SegmentArrays::VisitVectors(a_, [&](const auto& vector) { bytes += BytesOf(vector); });
  return bytes;
}

Tombstones::Tombstones(const Segment& segment)
    : bits_((segment.size() + 63) / 64),
      counts_((segment.arrays().terms.size() + kBlockTerms - 1) / kBlockTerms) {}

std::shared_ptr<const Tombstones> Tombstones::With(const Segment& segment,
                                                   std::span<const DocId> docs) const {
  auto next = std::make_shared<Tombstones>(*this);
  next->deleted_ += docs.size();
  std::vector<uint32_t> terms;
  std::vector<Block*> fresh(counts_.size(), nullptr);  // blocks that `next` alone owns
  for (const DocId doc : docs) {
    next->bits_[doc >> 6U] |= uint64_t{1} << (doc & 63U);
    segment.TermsOf(doc, terms);
    for (const uint32_t term : terms) {
      const size_t at = term / kBlockTerms;
      if (fresh[at] == nullptr) {
        auto block = counts_[at] == nullptr ? std::make_shared<Block>()
                                            : std::make_shared<Block>(*counts_[at]);
        fresh[at] = block.get();
        next->counts_[at] = std::move(block);
      }
      ++(*fresh[at])[term % kBlockTerms];
    }
  }
  return next;
}

size_t Tombstones::memory_bytes() const {
  size_t bytes = sizeof(*this) + BytesOf(bits_) + BytesOf(counts_);
  for (const auto& block : counts_) bytes += block == nullptr ? 0 : sizeof(Block);
  return bytes;
}

}  // namespace hotline::index
