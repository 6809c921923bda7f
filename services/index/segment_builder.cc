// Counts the terms of each document in a small hash table, then sorts all postings by term at once.
#include "services/index/segment_builder.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hotline::index {
namespace {

constexpr size_t kFirstTableSize = 4096;
constexpr size_t kRadixFrom = 4096;  // fewer postings are sorted by comparison
constexpr uint32_t kRadixBits = 11;

// Stable sort by the upper half; the lower half is in order already.
void SortByTerm(std::vector<uint64_t>& postings) {
  if (postings.size() < kRadixFrom) {
    std::sort(postings.begin(), postings.end());
    return;
  }
  std::vector<uint64_t> other(postings.size());
  for (uint32_t shift = 32; shift < 64; shift += kRadixBits) {
    std::array<size_t, size_t{1} << kRadixBits> begin{};
    const uint64_t mask = begin.size() - 1;
    for (const uint64_t posting : postings) ++begin[posting >> shift & mask];
    size_t sum = 0;
    for (size_t& count : begin) sum += std::exchange(count, sum);
    for (const uint64_t posting : postings) other[begin[posting >> shift & mask]++] = posting;
    postings.swap(other);
  }
}

std::string_view Bounded(std::string_view text, size_t bytes) { return text.substr(0, bytes); }

}  // namespace

SegmentBuilder::SegmentBuilder(RankTier tier, const FieldWeights& weights)
    : tier_(tier), weights_(weights), scale_(weights), table_(kFirstTableSize) {}

uint32_t SegmentBuilder::EntryOf(TermId term) {
  if (entries_.size() * 2 >= table_.size()) GrowTable();
  const size_t mask = table_.size() - 1;
  size_t at = (term * 0x9E3779B1U >> 7U) & mask;
  for (; table_[at].stamp == stamp_; at = (at + 1) & mask) {
    if (table_[at].term == term) return table_[at].entry;
  }
  table_[at] = {term, stamp_, static_cast<uint32_t>(entries_.size())};
  entries_.push_back({.term = term});
  return table_[at].entry;
}

void SegmentBuilder::GrowTable() {
  std::vector<Slot> grown(table_.size() * 2);
  const size_t mask = grown.size() - 1;
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    size_t at = (entries_[i].term * 0x9E3779B1U >> 7U) & mask;
    while (grown[at].stamp == stamp_) at = (at + 1) & mask;
    grown[at] = {entries_[i].term, stamp_, i};
  }
  table_ = std::move(grown);
}

void SegmentBuilder::AddUnit(std::string_view text) {
  Fold(Bounded(text, kMaxUnitBytes), kMaxUnitBytes, folded_);
  Tokenize(folded_, Detail::kAll, tokens_);
  const size_t first = unit_entries_.size();
  double length = 0;
  uint16_t distinct = 0;
  for (const Token& token : tokens_) {
    const uint32_t entry = EntryOf(token.term);
    length += IsPrimary(token.kind) ? 1 : 0;
    if (entries_[entry].unit_entry > first) {
      ++unit_entries_[entries_[entry].unit_entry - 1].count;
      continue;
    }
    // A gram has no impact: it only leads completions to the document.
    unit_entries_.push_back({.entry = entry,
                             .unit = static_cast<uint16_t>(units_),
                             .count = token.kind == TermKind::kGram ? 0U : 1U,
                             .impact = 0});
    entries_[entry].unit_entry = static_cast<uint32_t>(unit_entries_.size());
    if (IsPrimary(token.kind)) ++distinct;
  }
  for (size_t i = first; i < unit_entries_.size(); ++i) {
    UnitEntry& unit = unit_entries_[i];
    unit.impact = scale_.Question(tier_, unit.count, length);
    Entry& entry = entries_[unit.entry];
    entry.in_question = true;
    entry.best = std::max(entry.best, unit.impact);
  }
  arrays_.unit_terms.push_back(distinct);
  arrays_.text += Squeeze(folded_);
  arrays_.text_begin.push_back(static_cast<uint32_t>(arrays_.text.size()));
  ++units_;
}

void SegmentBuilder::CountAnswer(std::string_view text) {
  Fold(Bounded(text, kMaxAnswerBytes), kMaxAnswerBytes, folded_);
  Tokenize(folded_, Detail::kPrimary, tokens_);
  for (const Token& token : tokens_) ++entries_[EntryOf(token.term)].answer_count;
  answer_length_ = static_cast<double>(tokens_.size());
}

void SegmentBuilder::AddKeyword(std::string_view text) {
  Fold(Bounded(text, kMaxUnitBytes), kMaxUnitBytes, folded_);
  Tokenize(folded_, Detail::kCharacters, tokens_);
  for (const Token& token : tokens_) entries_[EntryOf(token.term)].keyword = true;
}

double SegmentBuilder::RestOf(const Entry& entry) const {
  const double answer =
      entry.answer_count == 0 ? 0 : scale_.Answer(tier_, entry.answer_count, answer_length_);
  return answer + (entry.keyword ? weights_.keyword : 0);
}

void SegmentBuilder::Add(const IndexDocument& document) {
  ++stamp_;
  entries_.clear();
  unit_entries_.clear();
  units_ = 0;
  answer_length_ = 0;
  if (arrays_.attributes.empty()) {
    arrays_.unit_begin.assign(1, 0);
    arrays_.text_begin.assign(1, 0);
    arrays_.detail_begin.assign(1, 0);
  }
  AddUnit(document.question);
  for (const std::string& similar : document.similar_questions) {
    if (units_ == kMaxUnits) break;
    AddUnit(similar);
  }
  CountAnswer(document.answer);
  for (const std::string& keyword : document.keywords) AddKeyword(keyword);
  arrays_.attributes.push_back(document.attributes);
  FlushDocument();
}

void SegmentBuilder::FlushDocument() {
  const uint64_t doc = arrays_.attributes.size() - 1;
  for (const Entry& entry : entries_) {
    const Payload impact = scale_.Encode(entry.best + RestOf(entry));
    const Payload payload = entry.in_question ? impact | kInQuestion : impact;
    postings_.push_back(static_cast<uint64_t>(entry.term) << 32U | doc << 16U | payload);
  }
  arrays_.unit_begin.push_back(static_cast<uint32_t>(arrays_.unit_terms.size()));
  if (units_ > 1) {
    details_.clear();
    for (const UnitEntry& unit : unit_entries_) {
      const Entry& entry = entries_[unit.entry];
      const double rest = RestOf(entry);
      details_.push_back(
          {entry.term, unit.unit, scale_.Encode(unit.impact + rest), scale_.Encode(rest)});
    }
    std::sort(details_.begin(), details_.end(), [](const UnitPosting& a, const UnitPosting& b) {
      return a.term != b.term ? a.term < b.term : a.unit < b.unit;
    });
    arrays_.details.insert(arrays_.details.end(), details_.begin(), details_.end());
  }
  arrays_.detail_begin.push_back(static_cast<uint32_t>(arrays_.details.size()));
}

std::shared_ptr<const Segment> SegmentBuilder::Finish() {
  if (arrays_.attributes.empty()) return nullptr;
  SegmentArrays a = std::exchange(arrays_, {});
  a.tier = tier_;
  SortByTerm(postings_);
  a.docs.resize(postings_.size());
  a.payloads.resize(postings_.size());
  for (size_t i = 0; i < postings_.size(); ++i) {
    const auto term = static_cast<TermId>(postings_[i] >> 32U);
    const auto payload = static_cast<Payload>(postings_[i]);
    if (a.terms.empty() || a.terms.back() != term) {
      a.terms.push_back(term);
      a.bounds.push_back(0);
      a.posting_begin.push_back(static_cast<uint32_t>(i));
    }
    a.bounds.back() = Joined(a.bounds.back(), payload);
    a.docs[i] = static_cast<DocId>(postings_[i] >> 16U);
    a.payloads[i] = payload;
  }
  a.posting_begin.push_back(static_cast<uint32_t>(postings_.size()));
  std::vector<uint64_t>().swap(postings_);
  return std::make_shared<const Segment>(std::move(a));
}

}  // namespace hotline::index
