// A segment: an immutable inverted index of up to 65,536 documents of one tier. Built by
// SegmentBuilder or MergeSegments, read by any number of threads.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/document.h"
#include "services/index/pinyin_index.h"
#include "services/index/weights.h"

namespace hotline::index {

// Number of a document within its segment.
using DocId = uint16_t;

// A payload says what one term adds to one document: the low seven bits are its impact, quantised;
// the high bit says that a question (not only keywords or the answer) has the term. 0 is the
// payload of an absent term.
using Payload = uint8_t;
inline constexpr Payload kInQuestion = 0x80;
inline constexpr Payload kImpactMask = 0x7f;

// The bound of two payloads or bounds: the greater impact, and kInQuestion if either has it.
constexpr Payload Joined(Payload a, Payload b) {
  const int impact = std::max(a & kImpactMask, b & kImpactMask);
  return static_cast<Payload>(impact | ((a | b) & kInQuestion));
}

// The scale of impacts: quadratic, since small differences matter among small impacts.
class ImpactScale {
 public:
  explicit ImpactScale(const FieldWeights& weights);

  // The BM25 share of a term that occurs `count` times in a text of `length` terms.
  double Question(RankTier tier, double count, double length) const;
  double Answer(RankTier tier, double count, double length) const;

  Payload Encode(double impact) const;
  float Decode(Payload payload) const { return values_[payload & kImpactMask]; }

 private:
  FieldWeights weights_;
  double max_;
  std::array<float, 128> values_;
};

// Lists are cut into windows of documents that are searched one after the other; long lists know
// their greatest impact and their beginning in each window.
inline constexpr size_t kWindowBits = 11;
inline constexpr size_t kWindowDocs = size_t{1} << kWindowBits;
inline constexpr size_t kLongList = 384;

// The documents of one term, ascending.
struct PostingList {
  const DocId* docs = nullptr;
  const Payload* payloads = nullptr;
  uint32_t count = 0;
  Payload bound = 0;  // greatest impact, and kInQuestion if any document has it
  const uint16_t* window_begin =
      nullptr;  // of long lists: index of the first posting at or after the window
  const Payload* window_bound = nullptr;  // of long lists: as `bound`, per window
};

// One term in one of several wordings of a document.
struct UnitPosting {
  TermId term = 0;
  uint16_t unit = 0;
  Payload payload = 0;  // impact in this wording, the rest of the document included
  Payload rest = 0;     // impact of the term without any wording
  friend bool operator==(const UnitPosting&, const UnitPosting&) = default;
};

// The arrays of a segment; plain, filled once.
struct SegmentArrays {
  RankTier tier = RankTier::kAnswer;
  // Terms ascending; postings of term i are [posting_begin[i], posting_begin[i + 1]).
  std::vector<TermId> terms;
  std::vector<uint32_t> posting_begin;
  std::vector<Payload> bounds;
  std::vector<DocId> docs;
  std::vector<Payload> payloads;
  // Documents; units of document d are [unit_begin[d], unit_begin[d + 1]).
  std::vector<DocAttributes> attributes;
  std::vector<uint32_t> unit_begin;
  std::vector<uint16_t> unit_terms;  // distinct primary terms of a wording
  std::vector<uint32_t>
      text_begin;  // squeezed text of unit u is [text_begin[u], text_begin[u + 1])
  std::string text;
  // Only of documents with several wordings; of document d [detail_begin[d], detail_begin[d + 1]),
  // by term, unit.
  std::vector<uint32_t> detail_begin;
  std::vector<UnitPosting> details;

  // Calls `visit` with each vector but `attributes`. A new one must be added here: this is how they
  // are saved and counted.
  template <typename Arrays, typename Visit>
  static void VisitVectors(Arrays& arrays, const Visit& visit) {
    visit(arrays.terms);
    visit(arrays.posting_begin);
    visit(arrays.bounds);
    visit(arrays.docs);
    visit(arrays.payloads);
    visit(arrays.unit_begin);
    visit(arrays.unit_terms);
    visit(arrays.text_begin);
    visit(arrays.detail_begin);
    visit(arrays.details);
  }

  friend bool operator==(const SegmentArrays&, const SegmentArrays&) = default;
};

class Segment {
 public:
  static constexpr uint32_t kNoTerm = ~0U;

  // Completes the arrays with what can be derived from them: hash table, windows, forward lists,
  // sorted wordings.
  explicit Segment(SegmentArrays arrays);

  RankTier tier() const { return a_.tier; }
  size_t size() const { return a_.attributes.size(); }
  const SegmentArrays& arrays() const { return a_; }
  const DocAttributes& attributes(DocId doc) const { return a_.attributes[doc]; }

  // Index of a term, or kNoTerm.
  uint32_t FindTerm(TermId term) const;
  PostingList List(uint32_t term_index) const;

  // Wordings.
  uint32_t unit_begin(DocId doc) const { return a_.unit_begin[doc]; }
  uint32_t unit_end(DocId doc) const { return a_.unit_begin[doc + 1U]; }
  DocId unit_doc(uint32_t unit) const { return unit_doc_[unit]; }
  uint16_t unit_terms(uint32_t unit) const { return a_.unit_terms[unit]; }
  std::string_view unit_text(uint32_t unit) const {
    return std::string_view(a_.text).substr(a_.text_begin[unit],
                                            a_.text_begin[unit + 1] - a_.text_begin[unit]);
  }
  // Wordings in the order of their texts.
  std::span<const uint32_t> sorted_units() const { return sorted_units_; }

  // Wordings of a document with several, by term and unit; empty for a document with one.
  std::span<const UnitPosting> details(DocId doc) const {
    return std::span(a_.details)
        .subspan(a_.detail_begin[doc], a_.detail_begin[doc + 1U] - a_.detail_begin[doc]);
  }

  // Wordings by their sound.
  const PinyinIndex& sounds() const { return *sounds_; }

  // Indexes of the terms of a document, ascending. Replaces `out`.
  void TermsOf(DocId doc, std::vector<uint32_t>& out) const;

  size_t memory_bytes() const;

 private:
  void BuildHash();
  void BuildWindows();
  void BuildForward();
  void BuildUnits();

  SegmentArrays a_;
  struct Slot {
    TermId term = 0;
    uint32_t index = kNoTerm;
  };
  std::vector<Slot> slots_;  // open addressing
  uint32_t slot_shift_ = 0;
  size_t windows_ = 0;
  std::vector<uint32_t>
      long_terms_;  // indexes of long lists, ascending; their windows lie in this order
  std::vector<uint16_t> window_begin_;
  std::vector<Payload> window_bound_;
  std::vector<uint32_t> forward_begin_;
  std::vector<uint8_t> forward_;  // differences of term indexes, seven bits a byte, low first
  std::vector<DocId> unit_doc_;
  std::vector<uint32_t> sorted_units_;
  std::unique_ptr<const PinyinIndex> sounds_;
};

// Which documents of a segment are gone, and how often their terms were counted. Immutable; a new
// version shares the unchanged parts.
class Tombstones {
 public:
  explicit Tombstones(const Segment& segment);

  // A version in which `docs`, live so far, are gone as well.
  std::shared_ptr<const Tombstones> With(const Segment& segment, std::span<const DocId> docs) const;

  bool IsDeleted(DocId doc) const { return (bits_[doc >> 6U] >> (doc & 63U) & 1U) != 0; }
  size_t deleted() const { return deleted_; }
  // Deleted documents that have a term.
  uint32_t DeletedWith(uint32_t term_index) const {
    const auto& block = counts_[term_index / kBlockTerms];
    return block == nullptr ? 0 : (*block)[term_index % kBlockTerms];
  }
  size_t memory_bytes() const;

 private:
  static constexpr size_t kBlockTerms = 256;
  using Block = std::array<uint32_t, kBlockTerms>;

  std::vector<uint64_t> bits_;
  std::vector<std::shared_ptr<const Block>> counts_;
  size_t deleted_ = 0;
};

// One segment of the live documents of several of one tier; null when none is live. `tombstones`
// may hold nulls.
struct MergeInput {
  const Segment* segment = nullptr;
  const Tombstones* tombstones = nullptr;
};
std::shared_ptr<const Segment> MergeSegments(std::span<const MergeInput> inputs);

}  // namespace hotline::index
