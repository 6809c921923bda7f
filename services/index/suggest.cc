// Completion. Wordings sorted by text give those that begin with what was typed; the lists of its
// rarest pair of characters give those that contain it; when these are too few, the lists of
// initials give those that sound like it.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/index.h"
#include "services/index/segment.h"
#include "services/index/sound.h"
#include "services/index/sound_search.h"

namespace hotline::index {
namespace {

constexpr size_t kMaxSuggestions = 100;
constexpr size_t kMaxTypedCharacters = 200;
// Wordings compared with the text in the second step. Reached only by texts whose pairs are all
// frequent but hardly ever stand together; what comes later is then not offered.
constexpr size_t kMaxComparisons = 20000;
// Likewise in the third step, and how many of those are read closely.
constexpr SoundLimits kSoundLimits{.candidates = 5000, .readings = 400};
constexpr SoundLimits kPartedLimits{.candidates = 2000, .readings = 400};
// Ways to hear what was typed that cost so much more than the best one come after all others.
constexpr double kUnlikelyCost = 0.9;

// How well a wording has the text, best first.
enum class Fit : uint8_t {
  kBegins,          // begins with it
  kContains,        // contains it
  kSoundBegins,     // begins with what sounds like it
  kSoundContains,   // contains what sounds like it
  kUnlikelyBegins,  // the same, heard in an unlikely way
  kUnlikelyContains,
};

Fit FitOf(Place place, bool likely) {
  if (place == Place::kBeginning) return likely ? Fit::kSoundBegins : Fit::kUnlikelyBegins;
  return likely ? Fit::kSoundContains : Fit::kUnlikelyContains;
}

// A wording that completes the text; the better one is less.
struct Entry {
  Fit fit = Fit::kBegins;
  RankTier tier = RankTier::kAnswer;
  std::string_view text;
  DocKey key = 0;
  uint32_t unit = 0;
  const DocAttributes* attributes = nullptr;
  uint32_t begin = 0;  // in characters
  uint32_t end = 0;

  friend bool operator<(const Entry& a, const Entry& b) {
    return std::tuple(a.fit, a.tier, a.text.size(), a.text, a.key, a.unit) <
           std::tuple(b.fit, b.tier, b.text.size(), b.text, b.key, b.unit);
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

uint32_t CharactersOf(std::string_view utf8) {
  return static_cast<uint32_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

class Completer {
 public:
  Completer(std::u32string_view folded, const SearchOptions& options)
      : folded_(folded),
        typed_(Squeeze(folded)),
        characters_(CharactersOf(typed_)),
        options_(options),
        limit_(std::min(options.limit, kMaxSuggestions)) {}

  std::vector<Entry> Run(const std::vector<IndexSnapshot::View>& views) {
    if (typed_.empty() || limit_ == 0) return {};
    for (const auto& view : views) AddPrefixes(view);
    if (best_.size() < limit_) {
      const std::vector<TermId> terms = CertainTerms(folded_);
      for (const auto& view : views) AddInfixes(view, terms);
    }
    if (best_.size() < limit_) AddSounds(views);
    return std::move(best_);
  }

 private:
  void AddPrefixes(const IndexSnapshot::View& view);
  void AddInfixes(const IndexSnapshot::View& view, const std::vector<TermId>& terms);
  void AddSounds(const std::vector<IndexSnapshot::View>& views);
  std::optional<PostingList> RarestList(const Segment& segment,
                                        const std::vector<TermId>& terms) const;
  // True when a wording can be among the best, as far as its text tells.
  bool MayEnter(Fit fit, RankTier tier, std::string_view text) const {
    if (best_.size() < limit_) return true;
    const Entry& worst = best_.back();
    return std::tuple(fit, tier, text.size(), text) <=
           std::tuple(worst.fit, worst.tier, worst.text.size(), worst.text);
  }
  void Offer(const IndexSnapshot::View& view, uint32_t unit, Fit fit, uint32_t begin,
             uint32_t characters);

  const std::u32string_view folded_;
  const std::string typed_;
  const uint32_t characters_;
  const SearchOptions& options_;
  const size_t limit_;
  std::vector<Entry> best_;  // sorted, one per document
  size_t comparisons_ = 0;
};

void Completer::Offer(const IndexSnapshot::View& view, uint32_t unit, Fit fit, uint32_t begin,
                      uint32_t characters) {
  const Segment& segment = *view.segment;
  const DocId doc = segment.unit_doc(unit);
  if (view.tombstones != nullptr && view.tombstones->IsDeleted(doc)) return;
  const DocAttributes& attributes = segment.attributes(doc);
  const Entry entry{fit,
                    segment.tier(),
                    segment.unit_text(unit),
                    attributes.key,
                    unit - segment.unit_begin(doc),
                    &attributes,
                    begin,
                    begin + characters};
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
    if (MayEnter(Fit::kBegins, segment.tier(), segment.unit_text(*at)))
      Offer(view, *at, Fit::kBegins, 0, characters_);
  }
}

std::optional<PostingList> Completer::RarestList(const Segment& segment,
                                                 const std::vector<TermId>& terms) const {
  std::optional<PostingList> rarest;
  for (const TermId term : terms) {
    const uint32_t index = segment.FindTerm(term);
    if (index == Segment::kNoTerm) return std::nullopt;
    const PostingList list = segment.List(index);
    if ((list.bound & kInQuestion) == 0) return std::nullopt;
    if (!rarest.has_value() || list.count < rarest->count) rarest = list;
  }
  return rarest;
}

void Completer::AddInfixes(const IndexSnapshot::View& view, const std::vector<TermId>& terms) {
  const Segment& segment = *view.segment;
  if (!MayEnter(Fit::kContains, segment.tier(), {})) return;
  const std::optional<PostingList> list = RarestList(segment, terms);
  if (!list.has_value()) return;
  for (uint32_t i = 0; i < list->count && comparisons_ < kMaxComparisons; ++i) {
    if ((list->payloads[i] & kInQuestion) == 0) continue;
    const DocId doc = list->docs[i];
    for (uint32_t unit = segment.unit_begin(doc); unit < segment.unit_end(doc); ++unit) {
      const std::string_view text = segment.unit_text(unit);
      if (!MayEnter(Fit::kContains, segment.tier(), text)) continue;
      ++comparisons_;
      const size_t found = text.find(typed_);
      if (found == text.npos || found == 0) continue;
      Offer(view, unit, Fit::kContains, CharactersOf(text.substr(0, found)), characters_);
    }
  }
}

void Completer::AddSounds(const std::vector<IndexSnapshot::View>& views) {
  const std::vector<SoundPattern> patterns = PatternsOf(folded_);
  const bool letters = std::any_of(folded_.begin(), folded_.end(),
                                   [](char32_t c) { return ClassOf(c) == CharClass::kLetter; });
  SoundSearch search(letters ? kSoundLimits : kPartedLimits);
  // Likely ways first, and of them beginnings before other places, so that the work stops early.
  for (const bool likely : {true, false}) {
    for (const Place place : {Place::kBeginning, Place::kInside}) {
      const Fit fit = FitOf(place, likely);
      if (best_.size() == limit_ && best_.back().fit < fit) return;
      for (const SoundPattern& pattern : patterns) {
        if ((pattern.cost <= patterns.front().cost + kUnlikelyCost) != likely) continue;
        for (const auto& view : views) {
          const Segment& segment = *view.segment;
          const auto wanted = [&](uint32_t unit) {
            return MayEnter(fit, segment.tier(), segment.unit_text(unit));
          };
          search.Run(segment, pattern, place, wanted, [&](uint32_t unit, uint32_t begin) {
            // Text that a sign parts in the wording is found here, and is text.
            Offer(view, unit, letters ? fit : Fit::kContains, begin,
                  static_cast<uint32_t>(pattern.elements.size()));
          });
        }
      }
    }
  }
}

}  // namespace

std::vector<Completion> IndexSnapshot::Suggest(std::string_view text,
                                               const SearchOptions& options) const {
  std::u32string folded;
  Fold(text, kMaxTypedCharacters, folded);
  std::vector<Completion> completions;
  for (const Entry& entry : Completer(folded, options).Run(views_)) {
    const bool prefix = entry.begin == 0;
    const bool by_sound = entry.fit > Fit::kContains;
    completions.push_back(
        {entry.key, entry.unit, prefix, by_sound, entry.begin, entry.end, entry.attributes});
  }
  return completions;
}

}  // namespace hotline::index
