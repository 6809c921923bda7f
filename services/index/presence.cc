#include "services/index/presence.h"

#include <algorithm>
#include <vector>

#include "services/index/segment.h"

namespace hotline::index {
namespace {

bool Has(const PostingList& list, DocId doc) {
  return std::binary_search(list.docs, list.docs + list.count, doc);
}

// The list of each term, the shortest first; empty when a term has none.
std::vector<PostingList> ListsOf(const Segment& segment, std::span<const TermId> terms) {
  std::vector<PostingList> lists;
  for (const TermId term : terms) {
    const uint32_t index = segment.FindTerm(term);
    if (index == Segment::kNoTerm) return {};
    lists.push_back(segment.List(index));
  }
  std::sort(lists.begin(), lists.end(),
            [](const PostingList& a, const PostingList& b) { return a.count < b.count; });
  return lists;
}

}  // namespace

bool SomeHas(const IndexSnapshot& snapshot, std::span<const TermId> terms, DocFilter filter) {
  for (const IndexSnapshot::View& view : snapshot.views()) {
    const std::vector<PostingList> lists = ListsOf(*view.segment, terms);
    if (lists.empty()) continue;
    for (uint32_t i = 0; i < lists[0].count; ++i) {
      const DocId doc = lists[0].docs[i];
      if (view.tombstones != nullptr && view.tombstones->IsDeleted(doc)) continue;
      const bool all = std::all_of(lists.begin() + 1, lists.end(),
                                   [&](const PostingList& list) { return Has(list, doc); });
      if (all && filter(view.segment->attributes(doc))) return true;
    }
  }
  return false;
}

bool SomeHas(const IndexSnapshot& snapshot, std::u32string_view text, DocFilter filter) {
  std::vector<Token> tokens;
  Tokenize(text, Detail::kPrimary, tokens);
  std::vector<TermId> terms;
  for (const Token& token : tokens) terms.push_back(token.term);
  return SomeHas(snapshot, terms, filter);
}

}  // namespace hotline::index
