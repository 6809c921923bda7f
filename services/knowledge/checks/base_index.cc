#include "services/knowledge/checks/base_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/hash/hash.h"

#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

constexpr size_t kSketchCharacters = 20'000;

uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 33U)) * 0xFF51AFD7ED558CCDU;
  x = (x ^ (x >> 33U)) * 0xC4CEB9FE1A85EC53U;
  return x ^ (x >> 33U);
}

uint64_t KeyOf(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return Mix(hash);
}

// Kinds whose texts state rules; a case tells what was said to one person.
bool StatesRules(v1::EntryKind kind) { return kind != v1::STATUTE && kind != v1::CASE; }

// What tables of strings are asked with.
absl::string_view Key(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Sketch SketchOf(const v1::EntryContent& content) {
  Sketch sketch;
  sketch.fill(std::numeric_limits<uint16_t>::max());
  std::u32string folded;
  size_t read = 0;
  for (const v1::AnswerBlock& block : content.blocks()) {
    if (read >= kSketchCharacters) break;
    text::Fold(block.text(), kSketchCharacters - read, folded);
    std::erase(folded, U' ');
    read += folded.size();
    for (size_t i = 0; i + 1 < folded.size(); ++i) {
      const uint64_t hash = Mix(static_cast<uint64_t>(folded[i]) << 32U | folded[i + 1]);
      uint16_t& place = sketch[hash % sketch.size()];
      place = std::min(place, static_cast<uint16_t>(hash >> 48U));
    }
  }
  return sketch;
}

double SketchLikeness(const Sketch& a, const Sketch& b) {
  size_t equal = 0;
  size_t used = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const bool empty = a[i] == UINT16_MAX && b[i] == UINT16_MAX;
    used += empty ? 0 : 1;
    equal += !empty && a[i] == b[i] ? 1 : 0;
  }
  return used == 0 ? 0 : static_cast<double>(equal) / static_cast<double>(used);
}

IndexedText IndexedText::Of(std::string_view name, const v1::EntryContent& content, bool told) {
  IndexedText text;
  text.name = std::string(name);
  text.question = content.question();
  text.similar_questions.assign(content.similar_questions().begin(),
                                content.similar_questions().end());
  text.region = content.region();
  text.department = content.department();
  text.kind = content.kind();
  text.told = told;
  const auto& validity = content.validity();
  text.valid_from = validity.has_effective_time() ? ToLogTime(validity.effective_time())
                                                  : std::numeric_limits<LogTime>::min();
  text.valid_to = validity.has_expire_time() ? ToLogTime(validity.expire_time())
                                             : std::numeric_limits<LogTime>::max();
  if (text.IsStatute()) return text;
  text.sketch = SketchOf(content);
  for (int i = 0; i < content.blocks_size() && StatesRules(text.kind); ++i) {
    for (TypedValue& value : ExtractValues(content.blocks(i).text())) {
      if (text.values.size() == kValuesMax) break;
      text.values.push_back({i, std::move(value)});
    }
  }
  text.values.shrink_to_fit();
  return text;
}

double BaseIndex::WeightOf(Pair pair) const {
  const auto found = postings_.find(pair);
  const double count = found == postings_.end() ? 0 : static_cast<double>(found->second.size());
  return std::log(2 + static_cast<double>(live_units_) / (1 + count));
}

double BaseIndex::Likeness(const QuestionMatter& a, const QuestionMatter& b) const {
  return PairLikeness(a, b, [this](Pair pair) { return WeightOf(pair); });
}

void BaseIndex::Put(IndexedText text) {
  Remove(text.name);
  uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  by_name_[text.name] = slot;
  slots_[slot] = std::move(text);
  AddUnits(slot);
}

void BaseIndex::Remove(std::string_view name) {
  const auto found = by_name_.find(Key(name));
  if (found == by_name_.end()) return;
  const uint32_t slot = found->second;
  RemoveUnits(slot);
  slots_[slot].reset();
  free_slots_.push_back(slot);
  by_name_.erase(found);
}

const IndexedText* BaseIndex::Find(std::string_view name) const {
  const auto found = by_name_.find(Key(name));
  return found == by_name_.end() ? nullptr : &*slots_[found->second];
}

void BaseIndex::AddUnits(uint32_t slot) {
  const IndexedText& text = *slots_[slot];
  if (text.IsStatute()) {
    statutes_[KeyOf(MatterOf(text.question).squeezed)].push_back(slot);
    return;
  }
  std::vector<uint32_t>& units = units_of_[slot];
  for (size_t phrase = 0; phrase < text.phrase_count(); ++phrase) {
    uint32_t unit = 0;
    if (free_units_.empty()) {
      unit = static_cast<uint32_t>(units_.size());
      units_.emplace_back();
    } else {
      unit = free_units_.back();
      free_units_.pop_back();
    }
    units_[unit] = {slot, static_cast<uint32_t>(phrase)};
    units.push_back(unit);
    ++live_units_;
    for (const Pair pair : MatterOf(text.phrase(phrase)).pairs) {
      std::vector<uint32_t>& list = postings_[pair];
      list.insert(std::lower_bound(list.begin(), list.end(), unit), unit);
    }
  }
}

void BaseIndex::RemoveUnits(uint32_t slot) {
  const IndexedText& text = *slots_[slot];
  if (text.IsStatute()) {
    const auto found = statutes_.find(KeyOf(MatterOf(text.question).squeezed));
    std::erase(found->second, slot);
    if (found->second.empty()) statutes_.erase(found);
    return;
  }
  const auto units = units_of_.find(slot);
  for (const uint32_t unit : units->second) {
    for (const Pair pair : MatterOf(text.phrase(units_[unit].phrase)).pairs) {
      const auto list = postings_.find(pair);
      const auto at = std::lower_bound(list->second.begin(), list->second.end(), unit);
      list->second.erase(at);
      if (list->second.empty()) postings_.erase(list);
    }
    free_units_.push_back(unit);
    --live_units_;
  }
  units_of_.erase(units);
}

std::vector<Neighbour> BaseIndex::Near(const QuestionMatter& matter, bool statute,
                                       double likeness_min) const {
  std::vector<Neighbour> found;
  if (statute) {
    const auto same = statutes_.find(KeyOf(matter.squeezed));
    if (same == statutes_.end()) return found;
    for (const uint32_t slot : same->second) found.push_back({&*slots_[slot], 0, 1.0});
    std::sort(found.begin(), found.end(),
              [](const Neighbour& a, const Neighbour& b) { return a.text->name < b.text->name; });
    return found;
  }
  // Rarest pairs first: a wording that shares none of the first ones cannot be alike enough, once
  // the weight that is left is too small.
  struct Weighted {
    double weight = 0;
    Pair pair = 0;
  };
  std::vector<Weighted> pairs;
  double left = 0;
  for (const Pair pair : matter.pairs) {
    pairs.push_back({WeightOf(pair), pair});
    left += pairs.back().weight;
  }
  std::sort(pairs.begin(), pairs.end(), [](const Weighted& a, const Weighted& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.pair < b.pair;
  });
  const double enough = left * likeness_min;
  absl::flat_hash_map<uint32_t, double> shared;  // unit -> weight in common so far
  size_t read = 0;
  for (const Weighted& weighted : pairs) {
    const auto list = postings_.find(weighted.pair);
    const size_t length = list == postings_.end() ? 0 : list->second.size();
    // A list is read wholly or not at all: which units come first in it is a matter of history.
    if (left < enough || read + length > kPostingsMax) break;
    left -= weighted.weight;
    read += length;
    if (length == 0) continue;
    for (const uint32_t unit : list->second) shared[unit] += weighted.weight;
  }
  std::vector<std::pair<double, uint32_t>> candidates;
  for (const auto& [unit, weight] : shared) {
    if (weight + left >= enough) candidates.emplace_back(weight, unit);
  }
  const auto name_of = [&](uint32_t unit) -> std::string_view {
    return slots_[units_[unit].slot]->name;
  };
  const auto better = [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first > b.first;
    const int order = name_of(a.second).compare(name_of(b.second));
    return order != 0 ? order < 0 : units_[a.second].phrase < units_[b.second].phrase;
  };
  if (candidates.size() > kCandidatesMax) {
    std::nth_element(candidates.begin(), candidates.begin() + kCandidatesMax, candidates.end(),
                     better);
    candidates.resize(kCandidatesMax);
  }
  absl::flat_hash_map<uint32_t, Neighbour> best;  // slot -> best wording
  for (const auto& [weight, unit] : candidates) {
    const Unit& at = units_[unit];
    const IndexedText& text = *slots_[at.slot];
    const QuestionMatter other = MatterOf(text.phrase(at.phrase));
    if (!SameMarks(matter, other)) continue;
    const double likeness = Likeness(matter, other);
    if (likeness < likeness_min) continue;
    Neighbour& neighbour = best[at.slot];
    const bool first = neighbour.text == nullptr;
    if (first || likeness > neighbour.likeness ||
        (likeness == neighbour.likeness && at.phrase < neighbour.phrase)) {
      neighbour = {&text, at.phrase, likeness};
    }
  }
  for (const auto& [slot, neighbour] : best) found.push_back(neighbour);
  std::sort(found.begin(), found.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.likeness != b.likeness ? a.likeness > b.likeness : a.text->name < b.text->name;
  });
  return found;
}

size_t BaseIndex::memory_bytes() const {
  constexpr size_t kNode = 16;  // of a hash table, about
  size_t bytes = slots_.capacity() * sizeof(slots_[0]) + units_.capacity() * sizeof(Unit);
  for (const auto& slot : slots_) {
    if (!slot.has_value()) continue;
    bytes += 2 * slot->name.capacity() + slot->question.capacity() + slot->department.capacity();
    for (const std::string& phrase : slot->similar_questions) {
      bytes += sizeof(phrase) + phrase.capacity();
    }
    bytes += slot->values.capacity() * sizeof(StatedValue);
    for (const StatedValue& stated : slot->values) {
      bytes += (stated.value.before.capacity() + stated.value.after.capacity()) * sizeof(char32_t);
    }
  }
  for (const auto& [pair, list] : postings_) {
    bytes += sizeof(pair) + sizeof(list) + kNode + list.capacity() * sizeof(uint32_t);
  }
  for (const auto& [key, list] : statutes_) {
    bytes += sizeof(key) + sizeof(list) + kNode + list.capacity() * sizeof(uint32_t);
  }
  return bytes;
}

}  // namespace hotline::knowledge::checks
