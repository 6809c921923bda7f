// From documents to a segment.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/document.h"
#include "services/index/segment.h"
#include "services/index/weights.h"

namespace hotline::index {

// Collects up to kMaxSegmentDocs documents of one tier. One thread.
class SegmentBuilder {
 public:
  SegmentBuilder(RankTier tier, const FieldWeights& weights);

  void Add(const IndexDocument& document);
  size_t size() const { return arrays_.attributes.size(); }

  // The segment of what was added; null when nothing was. The builder is empty again afterwards.
  std::shared_ptr<const Segment> Finish();

 private:
  // A term of the document at hand.
  struct Entry {
    TermId term = 0;
    uint32_t answer_count = 0;
    uint32_t unit_entry = 0;  // newest one of this term, plus one
    bool keyword = false;
    bool in_question = false;
    double best = 0;  // greatest impact among the wordings
  };
  // A term of one wording of the document at hand.
  struct UnitEntry {
    uint32_t entry = 0;
    uint16_t unit = 0;
    uint32_t count = 0;
    double impact = 0;
  };

  uint32_t EntryOf(TermId term);
  void AddUnit(std::string_view text);
  void CountAnswer(std::string_view text);
  void AddKeyword(std::string_view text);
  double RestOf(const Entry& entry) const;
  void FlushDocument();
  void GrowTable();

  RankTier tier_;
  FieldWeights weights_;
  ImpactScale scale_;
  SegmentArrays arrays_;
  std::vector<uint64_t> postings_;  // term << 32 | document << 16 | payload

  // Scratch of the document at hand; the table maps terms to entries, slots of earlier documents
  // have another stamp.
  struct Slot {
    TermId term = 0;
    uint32_t stamp = 0;
    uint32_t entry = 0;
  };
  std::vector<Slot> table_;
  uint32_t stamp_ = 0;
  std::vector<Entry> entries_;
  std::vector<UnitEntry> unit_entries_;
  size_t units_ = 0;
  double answer_length_ = 0;
  std::u32string folded_;
  std::vector<Token> tokens_;
  std::vector<UnitPosting> details_;
};

}  // namespace hotline::index
