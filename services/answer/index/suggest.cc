// Completion: wordings sorted by text give those that begin with what was typed; the lists of its
// rarest pair of characters give those that contain it.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "services/answer/index/analyzer.h"
#include "services/answer/index/index.h"
#include "services/answer/index/segment.h"

namespace hotline::answer::index {
namespace {

constexpr size_t kMaxSuggestions = 100;
constexpr size_t kMaxTypedCharacters = 200;
// Wordings compared with the text in the second step. Reached only by texts whose pairs are all
// frequent but hardly ever stand together; what comes later is then not offered.
constexpr size_t kMaxComparisons = 20000;

// A wording that completes the text; the better one is less.
struct Entry {
  bool infix = false;
  RankTier tier = RankTier::kAnswer;
  std::string_view text;
  DocKey key = 0;
  uint32_t unit = 0;
  const DocAttributes* attributes = nullptr;

  friend bool operator<(const Entry& a, const Entry& b) {
    return std::tuple(a.infix, a.tier, a.text.size(), a.text, a.key, a.unit) <
           std::tuple(b.infix, b.tier, b.text.size(), b.text, b.key, b.unit);
  }
};

// The terms that every wording containing the text has in its question: those that do not depend on
// what stands before and after it.
std::vector<TermId> CertainTerms(std::u32string_view folded) {
  std::vector<Token> tokens;
  std::vector<TermId> terms;
  Tokenize(folded, Detail::kAll, tokens);
  for (const Token& token : tokens) {
    // A word at the edge may be part of a longer one; its grams are certain. Characters add nothing
    // to pairs.
    if (token.kind != TermKind::kWord && token.kind != TermKind::kCharacter)
      terms.push_back(token.term);
  }
  return terms;
}

class Completer {
 public:
  Completer(std::string typed, std::vector<TermId> terms, const SearchOptions& options)
      : typed_(std::move(typed)),
        terms_(std::move(terms)),
        options_(options),
        limit_(std::min(options.limit, kMaxSuggestions)) {}

  std::vector<Entry> Run(const std::vector<IndexSnapshot::View>& views) {
    if (typed_.empty() || limit_ == 0) return {};
    for (const auto& view : views) AddPrefixes(view);
    if (best_.size() == limit_ || terms_.empty()) return std::move(best_);
    for (const auto& view : views) AddInfixes(view);
    return std::move(best_);
  }

 private:
  void AddPrefixes(const IndexSnapshot::View& view);
  void AddInfixes(const IndexSnapshot::View& view);
  std::optional<PostingList> RarestList(const Segment& segment) const;
  // True when a wording can be among the best, as far as its text tells.
  bool MayEnter(bool infix, RankTier tier, std::string_view text) const {
    if (best_.size() < limit_) return true;
    const Entry& worst = best_.back();
    return std::tuple(infix, tier, text.size(), text) <=
           std::tuple(worst.infix, worst.tier, worst.text.size(), worst.text);
  }
  void Offer(const IndexSnapshot::View& view, uint32_t unit, bool infix);

  const std::string typed_;
  const std::vector<TermId> terms_;
  const SearchOptions& options_;
  const size_t limit_;
  std::vector<Entry> best_;  // sorted, one per document
  size_t comparisons_ = 0;
};

void Completer::Offer(const IndexSnapshot::View& view, uint32_t unit, bool infix) {
  const Segment& segment = *view.segment;
  const DocId doc = segment.unit_doc(unit);
  if (view.tombstones != nullptr && view.tombstones->IsDeleted(doc)) return;
  const DocAttributes& attributes = segment.attributes(doc);
  const Entry entry{infix,
                    segment.tier(),
                    segment.unit_text(unit),
                    attributes.key,
                    unit - segment.unit_begin(doc),
                    &attributes};
  if (best_.size() == limit_ && !(entry < best_.back())) return;
  if (!options_.filter(attributes)) return;
  const auto same =
      std::find_if(best_.begin(), best_.end(), [&](const Entry& e) { return e.key == entry.key; });
  if (same != best_.end()) {
    if (!(entry < *same)) return;
    best_.erase(same);
  }
  best_.insert(std::upper_bound(best_.begin(), best_.end(), entry), entry);
  if (best_.size() > limit_) best_.pop_back();
}

void Completer::AddPrefixes(const IndexSnapshot::View& view) {
  const Segment& segment = *view.segment;
  const auto units = segment.sorted_units();
  auto at = std::lower_bound(
      units.begin(), units.end(), typed_,
      [&](uint32_t unit, const std::string& text) { return segment.unit_text(unit) < text; });
  const auto end = std::partition_point(at, units.end(), [&](uint32_t unit) {
    return segment.unit_text(unit).substr(0, typed_.size()) <= typed_;
  });
  for (; at != end; ++at) {
    if (MayEnter(false, segment.tier(), segment.unit_text(*at))) Offer(view, *at, false);
  }
}

std::optional<PostingList> Completer::RarestList(const Segment& segment) const {
  std::optional<PostingList> rarest;
  for (const TermId term : terms_) {
    const uint32_t index = segment.FindTerm(term);
    if (index == Segment::kNoTerm) return std::nullopt;
    const PostingList list = segment.List(index);
    if ((list.bound & kInQuestion) == 0) return std::nullopt;
    if (!rarest.has_value() || list.count < rarest->count) rarest = list;
  }
  return rarest;
}

void Completer::AddInfixes(const IndexSnapshot::View& view) {
  const Segment& segment = *view.segment;
  if (!MayEnter(true, segment.tier(), {})) return;
  const std::optional<PostingList> list = RarestList(segment);
  if (!list.has_value()) return;
  for (uint32_t i = 0; i < list->count && comparisons_ < kMaxComparisons; ++i) {
    if ((list->payloads[i] & kInQuestion) == 0) continue;
    const DocId doc = list->docs[i];
    for (uint32_t unit = segment.unit_begin(doc); unit < segment.unit_end(doc); ++unit) {
      const std::string_view text = segment.unit_text(unit);
      if (!MayEnter(true, segment.tier(), text)) continue;
      ++comparisons_;
      const size_t found = text.find(typed_);
      if (found != text.npos && found != 0) Offer(view, unit, true);
    }
  }
}

}  // namespace

std::vector<Completion> IndexSnapshot::Suggest(std::string_view text,
                                               const SearchOptions& options) const {
  std::u32string folded;
  Fold(text, kMaxTypedCharacters, folded);
  std::vector<TermId> terms = CertainTerms(folded);
  std::vector<Completion> completions;
  for (const Entry& entry : Completer(Squeeze(folded), std::move(terms), options).Run(views_)) {
    completions.push_back({entry.key, entry.unit, !entry.infix, entry.attributes});
  }
  return completions;
}

}  // namespace hotline::answer::index
