// Merging: the lists of each term one after the other, without what was deleted.
#include <algorithm>
#include <limits>
#include <utility>

#include "services/index/segment.h"

namespace hotline::index {
namespace {

constexpr uint32_t kGone = ~0U;

// One input with the new numbers of its documents.
struct Source {
  const Segment* segment = nullptr;
  std::vector<uint32_t> renumbered;  // kGone when deleted
  uint32_t term = 0;                 // index of the term that is next
};

void CopyDocument(const Segment& from, DocId doc, SegmentArrays& to) {
  const SegmentArrays& a = from.arrays();
  to.attributes.push_back(a.attributes[doc]);
  for (uint32_t unit = from.unit_begin(doc); unit < from.unit_end(doc); ++unit) {
    to.unit_terms.push_back(a.unit_terms[unit]);
    to.text.append(from.unit_text(unit));
    to.text_begin.push_back(static_cast<uint32_t>(to.text.size()));
  }
  to.unit_begin.push_back(static_cast<uint32_t>(to.unit_terms.size()));
  const auto details = from.details(doc);
  to.details.insert(to.details.end(), details.begin(), details.end());
  to.detail_begin.push_back(static_cast<uint32_t>(to.details.size()));
}

std::vector<Source> CopyDocuments(std::span<const MergeInput> inputs, SegmentArrays& to) {
  std::vector<Source> sources;
  for (const MergeInput& input : inputs) {
    Source& source = sources.emplace_back(Source{.segment = input.segment, .renumbered = {}});
    source.renumbered.assign(input.segment->size(), kGone);
    for (size_t doc = 0; doc < input.segment->size(); ++doc) {
      const auto id = static_cast<DocId>(doc);
      if (input.tombstones != nullptr && input.tombstones->IsDeleted(id)) continue;
      source.renumbered[doc] = static_cast<uint32_t>(to.attributes.size());
      CopyDocument(*input.segment, id, to);
    }
  }
  return sources;
}

void AppendPostings(const Source& source, SegmentArrays& to) {
  const SegmentArrays& a = source.segment->arrays();
  for (uint32_t i = a.posting_begin[source.term]; i < a.posting_begin[source.term + 1]; ++i) {
    const uint32_t doc = source.renumbered[a.docs[i]];
    if (doc == kGone) continue;
    to.docs.push_back(static_cast<DocId>(doc));
    to.payloads.push_back(a.payloads[i]);
  }
}

// Appends the term's postings of every input that has it; a term without live documents disappears.
void MergeTerm(TermId term, std::vector<Source>& sources, SegmentArrays& to) {
  const size_t begin = to.docs.size();
  for (Source& source : sources) {
    const auto& terms = source.segment->arrays().terms;
    if (source.term >= terms.size() || terms[source.term] != term) continue;
    AppendPostings(source, to);
    ++source.term;
  }
  if (to.docs.size() == begin) return;
  Payload bound = 0;
  for (size_t i = begin; i < to.payloads.size(); ++i) bound = Joined(bound, to.payloads[i]);
  to.terms.push_back(term);
  to.bounds.push_back(bound);
  to.posting_begin.push_back(static_cast<uint32_t>(to.docs.size()));
}

}  // namespace

std::shared_ptr<const Segment> MergeSegments(std::span<const MergeInput> inputs) {
  SegmentArrays to;
  to.tier = inputs.front().segment->tier();
  to.unit_begin.push_back(0);
  to.text_begin.push_back(0);
  to.detail_begin.push_back(0);
  to.posting_begin.push_back(0);
  size_t postings = 0;
  for (const MergeInput& input : inputs) postings += input.segment->arrays().docs.size();
  to.docs.reserve(postings);
  to.payloads.reserve(postings);
  std::vector<Source> sources = CopyDocuments(inputs, to);
  if (to.attributes.empty()) return nullptr;
  while (true) {
    bool any = false;
    TermId next = std::numeric_limits<TermId>::max();
    for (const Source& source : sources) {
      const auto& terms = source.segment->arrays().terms;
      if (source.term >= terms.size()) continue;
      any = true;
      next = std::min(next, terms[source.term]);
    }
    if (!any) break;
    MergeTerm(next, sources, to);
  }
  return std::make_shared<const Segment>(std::move(to));
}

}  // namespace hotline::index
