#include "services/index/sound_search.h"

#include <algorithm>
#include <bit>

#include "services/text/fold.h"

namespace hotline::index {
namespace {

using Key = PinyinIndex::Key;

// More keys than these are not looked at together: three elements with three symbols each.
constexpr size_t kMaxKeys = 32;
constexpr uint32_t kEdge = 1U << kEdgeSymbol;
constexpr uint32_t kAnySymbol = (1U << kSymbols) - 1;

// Every key of three sets of symbols.
std::vector<Key> KeysOf(uint32_t first, uint32_t second, uint32_t third) {
  std::vector<Key> keys;
  for (uint32_t a = first; a != 0; a &= a - 1) {
    for (uint32_t b = second; b != 0; b &= b - 1) {
      for (uint32_t c = third; c != 0; c &= c - 1) {
        keys.push_back(PinyinIndex::KeyOf(static_cast<Symbol>(std::countr_zero(a)),
                                          static_cast<Symbol>(std::countr_zero(b)),
                                          static_cast<Symbol>(std::countr_zero(c))));
      }
    }
  }
  return keys;
}

}  // namespace

std::vector<std::vector<Key>> KeyChoices(const SoundPattern& pattern, Place place) {
  const auto& elements = pattern.elements;
  std::vector<std::vector<Key>> choices;
  if (place == Place::kBeginning) {
    choices.push_back(
        KeysOf(kEdge, elements[0].symbols, elements.size() > 1 ? elements[1].symbols : kEdge));
  } else if (elements.size() == 2) {
    choices.push_back(KeysOf(elements[0].symbols, elements[1].symbols, kAnySymbol));
  }
  for (size_t i = 0; i + 2 < elements.size(); ++i) {
    choices.push_back(
        KeysOf(elements[i].symbols, elements[i + 1].symbols, elements[i + 2].symbols));
  }
  if (choices.size() > 1) {
    std::erase_if(choices, [](const std::vector<Key>& keys) { return keys.size() > kMaxKeys; });
  }
  return choices;
}

namespace {

// The keys whose lists have every wording that can match: of all neighbours of the pattern those
// with the fewest candidates.
std::vector<Key> FewestCandidates(const PinyinIndex& index, const SoundPattern& pattern,
                                  Place place) {
  std::vector<Key> best;
  size_t fewest = 0;
  for (std::vector<Key>& keys : KeyChoices(pattern, place)) {
    size_t candidates = 0;
    for (const Key key : keys) candidates += index.Estimate(key);
    if (best.empty() || candidates < fewest) {
      best = std::move(keys);
      fewest = candidates;
    }
  }
  return best;
}

}  // namespace

std::optional<uint32_t> SoundSearch::Look(const Segment& segment, uint32_t unit,
                                          const SoundPattern& pattern, Place place) {
  if (left_.candidates == 0) return std::nullopt;
  --left_.candidates;
  wording_ = text::ToCodePoints(segment.unit_text(unit));
  if (wording_.size() > PinyinIndex::kMaxCharacters) wording_.resize(PinyinIndex::kMaxCharacters);
  bool read = false;
  const size_t first = place == Place::kBeginning ? 0 : 1;
  for (size_t at = first; at + pattern.elements.size() <= wording_.size(); ++at) {
    if (Matches(pattern, wording_, at)) {
      if (!read) {
        if (left_.readings == 0) return std::nullopt;
        --left_.readings;
        text::Pinyin::Builtin().Read(wording_, readings_);
        read = true;
      }
      if (Matches(pattern, wording_, readings_, at)) return static_cast<uint32_t>(at);
    }
    if (place == Place::kBeginning) return std::nullopt;
  }
  return std::nullopt;
}

void SoundSearch::Run(const Segment& segment, const SoundPattern& pattern, Place place,
                      absl::FunctionRef<bool(uint32_t unit)> wanted,
                      absl::FunctionRef<void(uint32_t unit, uint32_t begin)> take) {
  if (pattern.elements.empty() || (place == Place::kInside && pattern.elements.size() < 2)) return;
  const PinyinIndex& index = segment.sounds();
  for (const Key key : FewestCandidates(index, pattern, place)) {
    index.ForEach(key, [&](uint32_t unit) {
      if (left_.candidates == 0 || !wanted(unit)) return false;
      if (const auto begin = Look(segment, unit, pattern, place)) take(unit, *begin);
      return true;
    });
  }
}

}  // namespace hotline::index
